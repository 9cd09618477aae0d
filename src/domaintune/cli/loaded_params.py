"""The parameters that a stage's `__main__` loads, read from the source."""

import ast
from pathlib import Path

PACKAGE = "domaintune"
LOADERS = {"load_section", "load_mapping", "load_item", "load_value", "load_values"}


def loaded_params(src: Path, stage: str) -> set[str]:
    """Return the DVC params that the stage's `__main__` loads, with `*` for the item of the foreach.

    load_section and load_mapping give the section, load_value and load_values the ones they name, load_item gives
    section.*, or section.*.field for each field of a View; for a View with a name, the file that `check` writes of it.
    `runtime` is left out: it is deliberately no DVC parameter.
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
    if loader in ("load_value", "load_values"):
        named = [one.value for one in call.args[1:] if isinstance(one, ast.Constant)]
        assert named, f"{loader} needs literal section names: {ast.unparse(call)}"
        return set(map(str, named))
    assert isinstance(what, ast.Name), f"{loader} needs the params class by name: {ast.unparse(call)}"
    section, name, fields = _describe(src, origin[what.id], what.id)
    if loader != "load_item":
        return {section}
    if name:
        return {f"data/checked/{section}/*.{name}.json"}
    return {f"{section}.*.{field}" for field in fields} or {f"{section}.*"}


def _describe(src: Path, module: str, name: str) -> tuple[str, str, list[str]]:
    """Return a params class's section, its name as a view, and the fields of a view."""
    path = src.joinpath(*module.split(".")).with_suffix(".py")
    assert path.is_file(), f"{name} is not defined in this package ({module})"
    body = ast.parse(path.read_text(encoding="utf-8"), str(path)).body
    cls = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == name)
    texts, fields = {"section": "", "name": ""}, []
    for node in cls.body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            continue
        if ast.unparse(node.annotation) == "ClassVar[str]" and isinstance(node.value, ast.Constant):
            texts[node.target.id] = str(node.value.value)
        else:
            fields.append(node.target.id)
    assert texts["section"], f"{module}.{name} has no `section`"
    view = any(isinstance(base, ast.Name) and base.id == "View" for base in cls.bases)
    return texts["section"], texts["name"], fields if view else []
