"""A grade spec that contradicts itself is found before anything is paid, and all its problems are named."""

from pathlib import Path
from typing import Any

import pytest
from committed import ROOT
from ruamel.yaml import YAML

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import read_yaml
from domaintune.grade.spec import read_grade_spec
from domaintune.science.heuristic_measures import MEASURES
from domaintune.science.sentences import hangul_share

SPECS = sorted((ROOT / "catalog/grades").glob("*.yaml"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_shipped_spec_has_the_study_s_criteria_and_answers_in_the_languages_they_claim(path: Path) -> None:
    spec = read_grade_spec(path, "ko")
    assert spec.names == ["helpfulness", "relevance", "accuracy", "level_of_detail"]
    assert {(one.lowest, one.highest) for one in spec.criteria} == {(1, 10)}
    assert set(spec.prompts) == {"en", "ko"}
    answers = {name: one["answer"] for name, one in spec.answers.items()}
    assert len(answers) == len(spec.calibration) * 6
    for row in spec.calibration:
        own = {one["answer"] for one in spec.answers.values() if one["row"] == row.name}
        assert len(own) == 6
        korean = row.language == "ko"
        assert (hangul_share(row.answer) > 0.5) == (hangul_share(row.contradicted) > 0.5) == korean
        assert (hangul_share(row.off_language) > 0.5) != korean
        assert row.answer.startswith(answers[f"{row.name}/truncated"])
        alike = {other.answer for other in spec.calibration if other.language == row.language}
        assert answers[f"{row.name}/swapped"] in alike


def write(folder: Path, change: dict[str, Any], name: str = "quality") -> Path:
    path = folder / f"{name}.yaml"
    with path.open("w", encoding="utf-8") as handle:
        YAML().dump(read_yaml(SPECS[0]) | change, handle)
    return path


def changed(name: str, at: int, /, **change: Any) -> list[dict[str, Any]]:
    """Return a list of the spec, one of its entries changed."""
    rows = list(read_yaml(ROOT / "catalog/grades/quality.yaml")[name])
    return [*rows[:at], rows[at] | change, *rows[at + 1 :]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"context": ["instruction"]}, "context lacks answer"),
        ({"domain": {"en": ""}}, "domain lacks ko"),
        ({"calibration": changed("calibration", 0, name="density")}, "two calibration items are called density"),
        ({"calibration": changed("calibration", 0)[:5]}, "only one calibration item is in ko"),
        ({"calibration": changed("calibration", 0, contradicted="x", answer="x")}, "boiling_water: a bad answer is the good one"),
        ({"calibration": changed("calibration", 0, answer="Water boils.")}, "boiling_water.answer: expected 4 words or more"),
        *(({"criteria": changed("criteria", 3, name=name)}, f"criterion {name} has the name of a heuristic measure")
          for name in MEASURES),
        ({"criteria": changed("criteria", 3, highest=5)}, "accuracy 1 to 10, level_of_detail 1 to 5"),
        ({"colour": "red"}, "colour: unknown parameter"),
    ],
)  # fmt: skip
def test_a_contradiction_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        read_grade_spec(write(tmp_path, change), "en")


def test_another_file_name_and_a_missing_language_are_named_at_once(tmp_path: Path) -> None:
    english = write(tmp_path, {"prompts": {"en": {"system": "s", "user": "u"}}}, "chemistry")
    wrong = "name: expected chemistry as in the file's name, got quality\n.*prompts: lacks ko, .* asks for; it has en"
    with pytest.raises(ParamsError, match=wrong):
        read_grade_spec(english, "ko")
