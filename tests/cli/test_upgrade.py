"""Former names of parameters are refused with the present one, and rewritten with all other bytes as they were."""

from pathlib import Path

import pytest
from committed import PARAMS, ROOT
from ruamel.yaml import YAML

from domaintune.cli.recipe import load, upgrade, upgraded
from domaintune.core.sections.data import Task
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import load_mapping
from domaintune.core.stage.renamed import RENAMED, Renamed, old_names, renamed_problems

RECIPES = sorted((ROOT / "recipes").glob("*.yaml"))
CATALOG = sorted(
    path for kind in ("tasks", "rubrics", "grades") for path in (ROOT / "catalog" / kind).glob("*.yaml")
)
BACK = [
    Renamed(
        one.path if one.value else f"{one.path.rpartition('.')[0]}.{one.new}", one.old, one.value and one.new
    )
    for one in RENAMED
]
"""The table the other way round: what makes a file of an earlier version of a present one."""


def old_text(path: Path) -> str:
    return upgraded(path.read_bytes().decode(), path, BACK)


@pytest.mark.parametrize("path", [PARAMS, *RECIPES, *CATALOG], ids=lambda path: path.stem)
def test_a_file_of_an_earlier_version_becomes_the_present_one_byte_by_byte(path: Path) -> None:
    text, old = path.read_bytes().decode(), old_text(path)
    assert old != text
    assert upgraded(old, path) == text
    assert upgraded(text, path) == text


def test_every_former_name_stood_in_a_file() -> None:
    where = dict.fromkeys(RECIPES, "recipe")
    where |= {path: "task" if path.parent.name == "tasks" else path.stem for path in CATALOG}
    loaded = {path: YAML(typ="safe").load(old_text(path)) for path in where}
    assert {one for path in where for _, one in old_names(loaded[path], (where[path],))} == set(RENAMED)


def test_templates_of_a_rubric_speak_of_their_context() -> None:
    old = "material: [answer]\nsystem: the material\nuser: |\n  {{material}} {{- material | tojson }}\n"
    new = "context: [answer]\nsystem: the material\nuser: |\n  {{context}} {{- context | tojson }}\n"
    assert upgraded(old, Path("mine.yaml")) == new


OLD = (
    "# kept\r\n"
    "tasks: {é: {unit: field, reads: documents}}  # unit: kept\r\n"
    "arms:\r\n"
    '  a: {mixture: {grades: {"line": "line: {band}", \'chance\': 1}}}\r\n'
    "  b: {mixture: [overlap]}\r\n"
    "judge:\r\n  model:\r\n    backend: 'overlap'   # why\r\n    model:    overlap-1\r\n"
    "curate: {contamination: {overlap: 0.6}}\r\n\r\n"
)
NEW = OLD
for old, new in (("unit: field", "request_per: field"), ('"line":', '"control_prefix":'), ("'chance'", "'random_draw'"),
                 ("'overlap'   #", "'token_f1'   #"), ("overlap-1", "token_f1-1")):  # fmt: skip
    NEW = NEW.replace(old, new)


def test_names_alone_are_rewritten_whatever_their_quotes_and_line_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(OLD.encode())
    for told in ("rewritten", "as it should be"):
        upgrade([path])
        assert path.read_bytes() == NEW.encode()
        assert capsys.readouterr().out == f"{path}: {told}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tasks: {a: {unit: field, request_per: field}}\n", "tasks.a.unit: request_per stands beside it"),
        ("judge: {model: {backend: &b overlap}}\n", "judge.model.backend: write token_f1 in the place of overlap"),
    ],
)  # fmt: skip
def test_what_cannot_be_rewritten_is_named(text: str, told: str) -> None:
    with pytest.raises(ParamsError, match=told):
        upgraded(text, Path("params.yaml"))


def test_a_former_name_is_refused_with_the_present_one_and_what_to_run_in_a_recipe_with_its_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(old_text(PARAMS), encoding="utf-8")
    with pytest.raises(ParamsError) as refused:
        load_mapping(path, Task)
    told = f"{path}: tasks.nasa_rnd.unit: unit is called request_per now; `domaintune params upgrade {path}` rewrites"
    assert str(refused.value).startswith(told)
    assert len(renamed_problems(path, YAML(typ="safe").load(old_text(PARAMS)))) == 5
    monkeypatch.chdir(tmp_path)
    Path("recipes").mkdir()
    Path("recipes/mine.yaml").write_text(old_text(RECIPES[-1]), encoding="utf-8")
    place = r"recipe\.starter\.compare\.selection\.chance"
    with pytest.raises(ParamsError, match=f"{place}: chance is called random"):
        load("mine")
