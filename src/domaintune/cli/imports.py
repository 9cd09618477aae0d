"""What a stage's code reaches, read from the source: shared modules, libraries, and the parameters it loads."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = "domaintune"
CHECK = "check"
"""The stage that holds every section against its model, those of other stages too."""
LOADERS = {"load_section", "load_mapping", "load_item", "load_value"}


class Reach(NamedTuple):
    """The closure of a stage's imports."""

    modules: frozenset[Path]
    """Files of the package outside the stage's folder, relative to `src`."""
    libraries: frozenset[str]
    """Top-level import names of third-party libraries."""
    stages: frozenset[str]
    """Other top-level folders than core and science that it imports; must be empty."""


def reach(src: Path, stage: str) -> Reach:
    """Follow every import of the stage, also those inside functions, through the shared modules."""
    waiting = sorted((src / PACKAGE / stage).rglob("*.py"))
    seen: set[Path] = set(waiting)
    libraries: set[str] = set()
    stages: set[str] = set()
    while waiting:
        for name in _imported(src, waiting.pop()):
            top = name.split(".")[0]
            if top != PACKAGE:
                libraries.add(top)
                continue
            module = _file_of(src, name)
            if module is None or module in seen:
                continue
            folder = module.relative_to(src / PACKAGE).parts[0]
            if folder not in {"core", "science", stage} and not (
                stage == CHECK and module.name == "params.py"
            ):
                stages.add(folder)
                continue
            seen.add(module)
            waiting.append(module)
    own = src / PACKAGE / stage
    return Reach(
        frozenset(path.relative_to(src) for path in seen if own not in path.parents),
        frozenset(libraries),
        frozenset(stages),
    )


def _imported(src: Path, path: Path) -> Iterator[str]:
    for module, name in _import_pairs(path.read_text(encoding="utf-8")):
        full = f"{module}.{name}"
        yield full if name and _file_of(src, full) else module


@cache
def _import_pairs(source: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            pairs += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            pairs += [(node.module, alias.name) for alias in node.names]
    return tuple(pairs)


def _file_of(src: Path, name: str) -> Path | None:
    path = src.joinpath(*name.split(".")).with_suffix(".py")
    return path if path.is_file() else None


def loaded_params(src: Path, stage: str) -> set[str]:
    """Return the DVC params that the stage's `__main__` loads, with `*` for the item of the foreach.

    load_section and load_mapping give the section, load_item gives section.*, or section.*.field for each
    field of a View. `runtime` is left out: it is deliberately no DVC parameter.
    """
    main = src / PACKAGE / stage / "__main__.py"
    tree = ast.parse(main.read_text(encoding="utf-8"), str(main))
    origin = {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOADERS:
            found |= _params_of(src, node, origin)
    return {name for name in found if name.split(".")[0] != "runtime"}


def _params_of(src: Path, call: ast.Call, origin: dict[str, str]) -> set[str]:
    loader, what = ast.unparse(call.func), call.args[1]
    if loader == "load_value":
        assert isinstance(what, ast.Constant), f"load_value needs a literal section name: {ast.unparse(call)}"
        return {str(what.value)}
    assert isinstance(what, ast.Name), f"{loader} needs the params class by name: {ast.unparse(call)}"
    section, fields, view = _describe(src, origin[what.id], what.id)
    if loader != "load_item":
        return {section}
    return {f"{section}.*.{field}" for field in fields} if view else {f"{section}.*"}


def _describe(src: Path, module: str, name: str) -> tuple[str, list[str], bool]:
    path = _file_of(src, module)
    assert path is not None, f"{name} is not defined in this package ({module})"
    body = ast.parse(path.read_text(encoding="utf-8"), str(path)).body
    cls = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == name)
    section, fields = "", []
    for node in cls.body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            continue
        if node.target.id == "section" and isinstance(node.value, ast.Constant):
            section = str(node.value.value)
        else:
            fields.append(node.target.id)
    assert section, f"{module}.{name} has no `section`"
    return section, fields, any(isinstance(base, ast.Name) and base.id == "View" for base in cls.bases)
