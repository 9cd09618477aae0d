"""`domaintune contract`: dvc.yaml and the reference say what the code really uses, or this finds the difference."""

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from ruamel.yaml import YAML

from domaintune.check.code import Reached, reached, read_sources
from domaintune.check.definitions import PACKAGE
from domaintune.cli.locks import excerpts, lock_settings, owners_of
from domaintune.cli.params_text import yaml_writer
from domaintune.cli.schema import generated
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import Params, View

app = typer.Typer(
    help="Hold dvc.yaml and the reference of params.yaml against the code.", no_args_is_help=True
)
CHECK = "check"
"""The stage that reads all of the source and of params.yaml, and writes what the others need of both."""
CHECKED = "data/checked"
GENERATED = ("src/", "locks/", f"{CHECKED}/code/", f"{CHECKED}/arms/")
"""Deps that follow from the source."""
LOADERS = {"load_section", "load_mapping", "load_item", "load_value", "load_values"}
PATH = re.compile(r"(?:src|data|models|metrics|catalog|locks|recipes)/[^\s]+|\$\{item\.(?:path|reads|rows)\}")
FILLED = re.compile(r"@(?!key\b)(\w+)")
"""In a command: what the stage reads at this place of its entry."""


@app.command()
def check() -> None:
    """List every difference between the code and dvc.yaml or the reference; exit 1 when there is one."""
    faults = list(find_faults(Path()))
    if faults:
        raise ParamsError(
            "\n".join(faults) + "\nRun `domaintune contract write` for what follows from the source."
        )
    typer.echo("dvc.yaml declares what the code uses, and the reference of params.yaml is the models'")


@app.command()
def write() -> None:
    """Write into dvc.yaml what follows from the source, the lock excerpts, and the reference of params.yaml."""
    root = Path()
    yaml = yaml_writer()
    document = yaml.load((root / "dvc.yaml").read_text(encoding="utf-8"))
    for name, entry in document["stages"].items():
        body = entry.get("do", entry)
        data = [dep for dep in body["deps"] or () if not dep.startswith(GENERATED)]
        body["deps"] = sorted(code_deps(root, name)) + data
    with (root / "dvc.yaml").open("w", encoding="utf-8") as handle:
        yaml.dump(document, handle)
    for path, text in (excerpts(root, read_sources(root / "src")) | generated(root)).items():
        write_text(root / path, text)
    typer.echo("dvc.yaml, locks/, params.schema.json and your-data.md written")


def find_faults(root: Path) -> Iterator[str]:
    """Yield one line a difference: undeclared or idle deps and params, paths, stale excerpts, layout."""
    stages: dict[str, Any] = YAML(typ="safe").load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    sources = read_sources(root / "src")
    folders = {path.parent.name for path in (root / "src" / PACKAGE).glob("*/__main__.py")}
    for name in sorted(folders ^ set(stages)):
        yield f"{name}: a stage in dvc.yaml and a folder src/{PACKAGE}/{name} go together, one is missing"
    for name in sorted(folders & set(stages)):
        body, found = stages[name].get("do", stages[name]), reached(sources, name)
        yield from _declaration_faults(root, name, body)
        yield from _import_faults(root, name, found)
        yield from _path_faults(name, body)
        if "${" in body["cmd"] and not isinstance(stages[name].get("foreach"), dict):
            yield f"{name}: cmd holds ${{…}}, which a shell would read; write @key or @field, which the stage fills in"
        if "desc" not in body:
            yield f"{name}: no desc in dvc.yaml"
    for path in sorted((root / "src").rglob("__init__.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        if not (len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
            yield f"{path.relative_to(root)}: an __init__.py holds a docstring and nothing else"
    locks = excerpts(root, sources)
    for path, text in (locks | generated(root)).items():
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text:
            imports = f"{path.stem} imports of requirements.lock"
            yield f"{path}: not what {imports if path in locks else 'the models of the sections say'}"


def code_deps(root: Path, stage: str) -> set[str]:
    """Return the deps that follow from the stage's source: what it reaches, its libraries, its views of entries."""
    views = {name for name in loaded_params(root, stage) if name.startswith(CHECKED)}
    code = f"src/{PACKAGE}" if stage == CHECK else f"{CHECKED}/code/{stage}.txt"
    return {code, f"locks/{stage}.txt"} | {view.replace("*", "${key}") for view in views}


def loaded_params(root: Path, stage: str) -> set[str]:
    """Return the DVC params that the stage's `__main__` loads, with `*` for the item of the foreach.

    load_section and load_mapping give the section, load_value and load_values the ones they name, load_item gives
    section.*, or section.*.field for each field of a View; for a View with a name, the file that `check` writes of it.
    `runtime` is left out: it is deliberately no DVC parameter.
    """
    source = (root / "src" / PACKAGE / stage / "__main__.py").read_text(encoding="utf-8")
    nodes, origin = list(ast.walk(ast.parse(source))), dict[str, str]()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            origin |= {alias.asname or alias.name: node.module for alias in node.names}
    calls = (node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in LOADERS)
    return {name for call in calls for name in _params_of(call, origin) if name.split(".")[0] != "runtime"}


def _params_of(call: ast.Call, origin: Mapping[str, str]) -> set[str]:
    loader, what = ast.unparse(call.func), call.args[1]
    if loader in ("load_value", "load_values"):
        return {str(one.value) for one in call.args[1:] if isinstance(one, ast.Constant)}
    assert isinstance(what, ast.Name), f"{loader} needs the params class by name: {ast.unparse(call)}"
    model: type[Params] = getattr(import_module(origin[what.id]), what.id)
    if loader != "load_item":
        return {model.section}
    if name := getattr(model, "name", ""):
        return {f"{CHECKED}/{model.section}/*.{name}.json"}
    fields = model.model_fields if issubclass(model, View) else ()
    return {f"{model.section}.*.{field}" for field in fields} or {f"{model.section}.*"}


def _declaration_faults(root: Path, name: str, body: dict[str, Any]) -> Iterator[str]:
    deps = {dep for dep in body["deps"] if dep.startswith(GENERATED)}
    params = {param.replace("${key}", "*") for param in body.get("params", [])}
    loaded = {param for param in loaded_params(root, name) if not param.startswith(CHECKED)}
    for declared, needed, uses, does_not in (
        (deps, code_deps(root, name), "uses", "reach"), (params, loaded, "loads the parameter", "load"),
    ):  # fmt: skip
        yield from (
            f"{name}: {uses} {one}, which dvc.yaml does not declare" for one in sorted(needed - declared)
        )
        for one in sorted(declared - needed):
            yield f"{name}: dvc.yaml declares {one}, which the code does not {does_not}"


def _import_faults(root: Path, name: str, found: Reached) -> Iterator[str]:
    for module in sorted(found.modules):
        folder, _, rest = module.removeprefix(f"{PACKAGE}.").partition(".")
        if folder not in {"core", "science", name} and not (name == CHECK and rest == "params"):
            yield f"{name}: imports {module}, of the stage {folder}; stages meet through files"
    known = lock_settings(root)
    for library in sorted(found.libraries):
        if (owners := owners_of(library)) and not owners & {*known["shape"], *known["ignored"]}:
            yield f"{name}: imports {library}; name it in pyproject.toml [tool.domaintune.locks]"


def _path_faults(name: str, body: dict[str, Any]) -> Iterator[str]:
    declared = {str(dep) for dep in body["deps"]}
    for kind in ("outs", "metrics", "plots"):
        declared |= {next(iter(out)) if isinstance(out, dict) else str(out) for out in body.get(kind, [])}
    command = FILLED.sub(r"${item.\1}", body["cmd"]).replace("@key", "${key}")
    for path in PATH.findall(command):
        if path not in declared:
            yield f"{name}: cmd uses {path}, which is neither a dep nor an out"
    for path in sorted(declared):
        if not path.startswith(GENERATED) and path not in command:
            yield f"{name}: {path} is declared but does not stand in cmd"
