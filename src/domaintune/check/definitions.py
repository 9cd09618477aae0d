"""The definitions (functions, classes, constants) that a stage's code reaches, without comments and docstrings.

What runs when a stage runs is its `__main__`, what that names, what this names, and so on, and the bare statements of
every module imported on the way. All of it is read from the source: imports are static, none is by a computed name.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from domaintune.core.stage.errors import InputError

PACKAGE = "domaintune"
BODY = "(statements)"
"""Stands for a module's bare statements, which run when it is imported."""
PURE = {"cache", "lru_cache", "contextmanager", "overload", "dataclass", "total_ordering"}
"""Decorators that do nothing elsewhere; a function under another one counts as named by its module's statements."""
SPELT = re.compile(rf"\b{PACKAGE}(?:\.\w+)+")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Imported(NamedTuple):
    """What a name in a module leads to; `name` is empty where it is a module itself."""

    module: str
    name: str


class Definition(NamedTuple):
    """One top-level definition of a module."""

    text: str
    """Its syntax tree without docstrings and without imports of this package, which `names` and `imports` stand for."""
    names: frozenset[str]
    """Names it mentions, its own local ones too."""
    imports: Mapping[str, Imported]
    """Names that it imports itself, within its functions."""
    spelt: frozenset[str]
    """What its texts name of this package, e.g. a function that another program is to call."""


class Module(NamedTuple):
    """One module's definitions by name, its statements under `BODY`, and what it imports at its top."""

    definitions: Mapping[str, Definition]
    imports: Mapping[str, Imported]


@lru_cache(maxsize=4096)
def parse_module(source: str, where: str) -> Module:
    """Read a module."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise InputError(f"{where}: not valid Python: {error}") from error
    nodes: dict[str, list[ast.stmt]] = {BODY: []}
    imports: dict[str, Imported] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports |= dict(_imports_of(node, where))
        elif not _is_text(node) and not _is_for_checkers(node):
            for name in _targets(node, nodes):
                nodes.setdefault(name, []).append(node)
    definitions = {name: _definition(several, where) for name, several in nodes.items()}
    bound = {name for node in nodes[BODY] for name in _stored(node)} - set(definitions)
    mentioned = frozenset(chain.from_iterable(one.names for one in definitions.values()))
    acting = frozenset(name for name, several in nodes.items() if name != BODY and any(map(_acts, several)))
    body = definitions[BODY]
    unused = {name for name, to in imports.items() if name not in mentioned and not is_ours(to.module)}
    definitions[BODY] = body._replace(names=body.names | acting | unused)
    return Module(definitions | dict.fromkeys(bound, definitions[BODY]), imports)


def is_ours(module: str) -> bool:
    """Tell whether a module is of this package."""
    return module.partition(".")[0] == PACKAGE


def _definition(nodes: list[ast.stmt], where: str) -> Definition:
    inner = [one for node in nodes for one in ast.walk(node)]
    imports = [one for one in inner if isinstance(one, ast.Import | ast.ImportFrom)]
    names = {one.id for one in inner if isinstance(one, ast.Name)}
    names |= {name for one in inner for name in _annotated(one)}
    text = "".join(f"{canonical(node)}\n" for node in nodes)
    named = dict(chain.from_iterable(_imports_of(one, where) for one in imports))
    return Definition(text, frozenset(names), named, frozenset(SPELT.findall(text)))


def _imports_of(node: ast.Import | ast.ImportFrom, where: str) -> Iterator[tuple[str, Imported]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            # several modules of ours under one name: each by its whole name, which no definition mentions
            bound = alias.name if is_ours(alias.name) else alias.name.partition(".")[0]
            yield alias.asname or bound, Imported(alias.name, "")
    else:
        if node.level or node.module is None or node.names[0].name == "*":
            raise InputError(
                f"{where}: line {node.lineno}: write imports with full names; what is used is read from them"
            )
        for alias in node.names:
            yield alias.asname or alias.name, Imported(node.module, alias.name)


def _targets(node: ast.stmt, known: Iterable[str]) -> list[str]:
    """Return the names a top-level statement defines or changes; `BODY` where it is a bare statement."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [name for target in targets for name in _stored(target)]
        changed = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
        return names or [name for name in changed if name in known] or [BODY]
    return [BODY]


def _stored(node: ast.AST) -> list[str]:
    named = [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    defined = [one.name for one in ast.walk(node) if isinstance(one, (*FUNCTIONS, ast.ClassDef))]
    return named + defined


def _acts(node: ast.stmt) -> bool:
    """Tell whether a definition does something beside binding its name: a decorator that registers it."""
    decorators = node.decorator_list if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else []
    return any(ast.unparse(one).partition("(")[0] not in PURE for one in decorators)


def _annotated(node: ast.AST) -> Iterator[str]:
    """Yield names in annotations that are written as text."""
    for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
        for one in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.isidentifier():
                yield one.value


def _is_text(node: ast.stmt) -> bool:
    """Tell whether a statement is a text that nobody takes: a docstring, of a field too."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_for_checkers(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not node.orelse


def _is_own_import(node: object) -> bool:
    if isinstance(node, ast.Import):
        return all(is_ours(alias.name) for alias in node.names)
    return isinstance(node, ast.ImportFrom) and is_ours(node.module or "")


def canonical(node: object) -> str:
    """Return a syntax tree as text: no places, docstrings or imports of this package, and nothing that is empty.

    What is empty is left out because newer Pythons add fields to nodes that older ones do not know.
    """
    if isinstance(node, ast.AST):
        parts = ((name, value) for name, value in ast.iter_fields(node) if name not in ("ctx", "kind"))
        inner = (
            f"{name}={text}" for name, value in parts if (text := canonical(value)) not in ("None", "[]")
        )
        return f"{type(node).__name__}({','.join(inner)})"
    if isinstance(node, list):
        kept = (
            one for one in node if not (isinstance(one, ast.stmt) and (_is_text(one) or _is_own_import(one)))
        )
        return f"[{','.join(map(canonical, kept))}]"
    return repr(node)
