"""A grade spec that contradicts itself is found before anything is paid, and all its problems are named."""

from pathlib import Path
from typing import Any

import pytest
from committed import ROOT
from ruamel.yaml import YAML

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import read_yaml
from domaintune.grade.spec import GradeSpec, read_grade_spec
from domaintune.science.heuristic_measures import MEASURES
from domaintune.science.sentences import hangul_share

SPECS = sorted((ROOT / "catalog/grades").glob("*.yaml"))


@pytest.fixture(params=SPECS, ids=lambda path: path.stem)
def spec(request: pytest.FixtureRequest) -> GradeSpec:
    return read_grade_spec(request.param, "ko")


def test_a_shipped_spec_has_the_study_s_criteria_on_the_study_s_scale(spec: GradeSpec) -> None:
    assert spec.names == ["helpfulness", "relevance", "accuracy", "level_of_detail"]
    assert {(one.lowest, one.highest) for one in spec.criteria} == {(1, 10)}
    assert set(spec.prompts) == {"en", "ko"}


def test_its_calibration_answers_are_all_different_and_in_the_languages_they_claim(spec: GradeSpec) -> None:
    answers = {name: one["answer"] for name, one in spec.answers.items()}
    assert len(answers) == len(spec.calibration) * 6
    for row in spec.calibration:
        own = [one["answer"] for one in spec.answers.values() if one["row"] == row.name]
        assert len(set(own)) == len(own) == 6
        korean = row.language == "ko"
        assert (hangul_share(row.answer) > 0.5) == (hangul_share(row.contradicted) > 0.5) == korean
        assert (hangul_share(row.off_language) > 0.5) != korean
        assert row.answer.startswith(answers[f"{row.name}/truncated"])
        assert answers[f"{row.name}/swapped"] in {
            other.answer for other in spec.calibration if other.language == row.language
        }


def write(folder: Path, change: dict[str, Any], name: str = "quality") -> Path:
    path = folder / f"{name}.yaml"
    with path.open("w", encoding="utf-8") as handle:
        YAML().dump(read_yaml(SPECS[0]) | change, handle)
    return path


def criteria(**change: Any) -> list[dict[str, Any]]:
    rows = list(read_yaml(SPECS[0])["criteria"])
    return [*rows[:3], rows[3] | change]


def planted(**change: Any) -> list[dict[str, Any]]:
    rows = list(read_yaml(ROOT / "catalog/grades/quality.yaml")["calibration"])
    return [rows[0] | change, *rows[1:]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"context": ["instruction"]}, "context lacks answer"),
        ({"domain": {"en": ""}}, "domain lacks ko"),
        ({"calibration": planted(name="density")}, "two calibration items are called density"),
        ({"calibration": planted()[:5]}, "only one calibration item is in ko"),
        (
            {"calibration": planted(contradicted="x", answer="x")},
            "boiling_water: a bad answer is the good one",
        ),
        ({"calibration": planted(answer="Water boils.")}, "boiling_water.answer: expected 4 words or more"),
        *(
            ({"criteria": criteria(name=name)}, f"criterion {name} has the name of a heuristic measure")
            for name in MEASURES
        ),
        ({"criteria": criteria(highest=5)}, "accuracy 1 to 10, level_of_detail 1 to 5"),
        ({"colour": "red"}, "colour: unknown parameter"),
    ],
)
def test_a_contradiction_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError) as caught:
        read_grade_spec(write(tmp_path, change), "en")
    assert message in str(caught.value)


def test_one_criterion_alone_may_have_any_range(tmp_path: Path) -> None:
    assert len(read_grade_spec(write(tmp_path, {"criteria": criteria(highest=5)[3:]}), "en").criteria) == 1


def test_another_file_name_and_a_missing_language_are_named_at_once(tmp_path: Path) -> None:
    english = {"prompts": {"en": {"system": "s", "user": "u"}}}
    with pytest.raises(ParamsError) as caught:
        read_grade_spec(write(tmp_path, english, "chemistry"), "ko")
    assert "name: expected chemistry as in the file's name, got quality" in str(caught.value)
    assert "prompts: lacks ko, which params.yaml asks for; it has en" in str(caught.value)
