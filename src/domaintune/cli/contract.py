"""`domaintune contract`: dvc.yaml and the reference say what the code really uses, or this finds the difference.

DVC believes what dvc.yaml declares: a module that is imported but not declared can change while `dvc status`
says "up to date".
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import typer
from ruamel.yaml import YAML

from domaintune.cli.imports import CHECK, PACKAGE, loaded_params, reach
from domaintune.cli.locks import canonical, excerpt_text, excerpts, lock_groups
from domaintune.cli.schema import generated
from domaintune.core.stage.errors import DomaintuneError

app = typer.Typer(
    help="Hold dvc.yaml and the reference of params.yaml against the code.", no_args_is_help=True
)
SHARED = {"core", "science", "cli"}
GATE = "data/gates/params.json"
"""What `check` writes: every other stage waits for it, so that no command holds a value that was not checked."""
PATH = re.compile(r"(?:src|data|models|metrics|catalog|locks)/[^\s]+|\$\{item\.(?:path|reads|rows)\}")


class ContractError(DomaintuneError):
    """dvc.yaml or the reference of params.yaml disagrees with the code."""


@app.command()
def check() -> None:
    """List every difference between the code and dvc.yaml or the reference; exit 1 when there is one."""
    faults = list(find_faults(Path()))
    if faults:
        raise ContractError(
            "\n".join(faults) + "\nRun `domaintune contract write` for code and lock deps and the reference."
        )
    typer.echo("dvc.yaml declares what the code uses, and the reference of params.yaml is the models'")


@app.command()
def write() -> None:
    """Write every stage's code and lock deps into dvc.yaml, keeping all else, and the reference of params.yaml."""
    root = Path()
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 4096, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load((root / "dvc.yaml").read_text(encoding="utf-8"))
    for name, entry in document["stages"].items():
        body = entry.get("do", entry)
        data = [dep for dep in body["deps"] if not _is_code(dep)]
        body["deps"][:] = sorted(code_deps(root, name)) + data
    with (root / "dvc.yaml").open("w", encoding="utf-8") as handle:
        yaml.dump(document, handle)
    for path, text in generated(root).items():
        (root / path).write_text(text, encoding="utf-8")
    typer.echo("dvc.yaml, params.schema.json and your-data.md written; `dvc status` shows what that reruns")


def find_faults(root: Path) -> Iterator[str]:
    """Yield one line a difference: undeclared or idle deps and params, paths, stale excerpts, layout."""
    stages: dict[str, Any] = YAML(typ="safe").load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    folders = {path.parent.name for path in (root / "src" / PACKAGE).glob("*/__init__.py")} - SHARED
    for name in sorted(folders ^ set(stages)):
        yield f"{name}: a stage in dvc.yaml and a folder src/{PACKAGE}/{name} go together, one is missing"
    for name in sorted(folders & set(stages)):
        body = stages[name].get("do", stages[name])
        yield from _dep_faults(root, name, body)
        yield from _param_faults(root, name, body)
        yield from _path_faults(name, body)
        if "desc" not in body:
            yield f"{name}: no desc in dvc.yaml"
    yield from _init_faults(root)
    for group, text in excerpts(root).items():
        if excerpt_text(root, group) != text:
            yield f"locks/{group}.txt: not the excerpt of requirements.lock; run `make lock`"
    for path, text in generated(root).items():
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text:
            yield f"{path}: not what the models of the sections say"


def code_deps(root: Path, stage: str) -> set[str]:
    """Return what dvc.yaml must declare for the stage's code: its folder, shared modules, lock excerpts, the gate."""
    found = reach(root / "src", stage)
    groups = lock_groups(root)
    deps = {f"src/{PACKAGE}/{stage}"} | {f"src/{path.as_posix()}" for path in _folded(root, found.modules)}
    deps |= {f"locks/{group}.txt" for group in _groups_of(found.libraries, groups)}
    return deps if stage == CHECK else deps | {GATE}


def _folded(root: Path, modules: frozenset[Path]) -> set[Path]:
    """Return the modules, those of a folder that is reached whole as the folder: same truth, fewer deps.

    DVC reads every dep of every item at each run, so that a second of a run without work is lines of dvc.lock.
    """
    whole = {
        folder
        for folder in {module.parent for module in modules}
        if len(inside := _modules_in(root, folder)) > 1 and inside <= modules
    }
    return whole | {module for module in modules if module.parent not in whole}


def _modules_in(root: Path, folder: Path) -> set[Path]:
    """Return a folder's modules, `__init__.py` excepted: it holds a docstring and nothing else."""
    source = root / "src"
    return {p.relative_to(source) for p in (source / folder).rglob("*.py") if p.name != "__init__.py"}


def _groups_of(libraries: frozenset[str], groups: dict[str, list[str]]) -> set[str]:
    return {
        group
        for library in libraries
        for owner in _owners(library)
        for group, names in groups.items()
        if group != "ignored" and owner in names
    }


def _owners(library: str) -> set[str]:
    """Return the distributions that provide an import name; none for the standard library."""
    return {canonical(owner) for owner in _distributions().get(library, [])}


@cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


def _dep_faults(root: Path, name: str, body: dict[str, Any]) -> Iterator[str]:
    declared = {dep for dep in body["deps"] if _is_code(dep)}
    needed = code_deps(root, name)
    for dep in sorted(needed - declared):
        yield f"{name}: uses {dep}, which dvc.yaml does not declare"
    for dep in sorted(declared - needed):
        yield f"{name}: dvc.yaml declares {dep}, which the code does not reach"
    found = reach(root / "src", name)
    for other in sorted(found.stages):
        yield f"{name}: imports the stage {other}; stages meet through files"
    known = {library for names in lock_groups(root).values() for library in names}
    for library in sorted(found.libraries):
        if (owners := _owners(library)) and not owners & known:
            yield f"{name}: imports {library}; name it in pyproject.toml [tool.domaintune.locks]"


def _param_faults(root: Path, name: str, body: dict[str, Any]) -> Iterator[str]:
    declared = {param.replace("${key}", "*") for param in body.get("params", [])}
    loaded = loaded_params(root / "src", name)
    for param in sorted(loaded - declared):
        yield f"{name}: loads the parameter {param}, which dvc.yaml does not declare"
    for param in sorted(declared - loaded):
        yield f"{name}: dvc.yaml declares the parameter {param}, which the code does not load"


def _path_faults(name: str, body: dict[str, Any]) -> Iterator[str]:
    declared = {str(dep) for dep in body["deps"]}
    for kind in ("outs", "metrics", "plots"):
        declared |= {next(iter(out)) if isinstance(out, dict) else str(out) for out in body.get(kind, [])}
    for path in PATH.findall(body["cmd"]):
        if path not in declared:
            yield f"{name}: cmd uses {path}, which is neither a dep nor an out"
    for path in sorted(declared):
        if not _is_code(path) and path not in body["cmd"]:
            yield f"{name}: {path} is declared but does not stand in cmd"


def _init_faults(root: Path) -> Iterator[str]:
    for path in sorted((root / "src").rglob("__init__.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        if not (len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
            yield f"{path.relative_to(root)}: an __init__.py holds a docstring and nothing else"


def _is_code(dep: str) -> bool:
    return dep.startswith(("src/", "locks/")) or dep == GATE
