"""Rubric files are checked before anything is asked."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from domaintune.core.scoring.asking import prompt_for
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse, read_yaml

ROOT = Path(__file__).resolve().parents[3]
ONE = {"match": Rubric(orders=["arm_first"])}


def edited(folder: Path, **changes: Any) -> Path:
    value = read_yaml(ROOT / "catalog" / "rubrics" / "match.yaml") | changes
    path = folder / "match.yaml"
    with path.open("w", encoding="utf-8") as handle:
        YAML().dump(value, handle)
    return path


def test_a_reply_schema_follows_from_the_verdict_the_scale_and_the_criteria() -> None:
    orders = Rubric(orders=["baseline_first", "arm_first"])
    paths = sorted((ROOT / "catalog" / "rubrics").glob("*.yaml"))
    specs = read_specs(paths, {"match": orders, "similarity": orders})
    closer, by_criterion = (specs[name].reply_schema for name in ("match", "similarity"))
    assert list(closer["properties"]) == closer["required"] == ["reason", "score_a", "score_b", "closer"]
    assert closer["properties"]["score_a"] == {"type": "integer", "minimum": 1, "maximum": 5}
    assert list(by_criterion["properties"]) == [one.name for one in specs["similarity"].criteria]
    part = by_criterion["properties"]["missions"]["properties"]
    assert part["more_specific"] == {"type": "string", "enum": ["A", "B", "neither"]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "other"}, "name: expected match as in the file's name, got other"),
        ({"context": ["question", "answer_a"]}, "context: lacks answer_b"),
        ({"scale": {1: "bad", 5: "good"}}, "scale: expected every score between its ends, got [1, 5]"),
        ({"criteria": []}, "match.criteria: list should have at least 1 item"),
        ({"reply_schema": {"type": "object"}}, "match.reply_schema: unknown parameter"),
        ({"verdict": "best"}, "match.verdict"),
        (
            {"user": "{{ kontext }}"},
            "user: not known: kontext; known are context, conversation, criteria, scale",
        ),
        ({"system": "{{ context }}"}, "system: not known: context"),
    ],
)
def test_a_wrong_spec_is_named_with_its_file_and_one_that_params_do_not_name_is_left_unread(
    tmp_path: Path, changes: dict[str, Any], expected: str
) -> None:
    path, unnamed = edited(tmp_path, **changes), tmp_path / "broken.yaml"
    unnamed.write_text("{")
    with pytest.raises(ParamsError) as caught:
        read_specs([path, unnamed], ONE)
    assert "broken.yaml" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert expected in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 250


def test_every_rubric_of_the_catalogue_can_be_asked_in_both_languages() -> None:
    paths = sorted((ROOT / "catalog" / "rubrics").glob("*.yaml"))
    assert len(paths) >= 4
    specs = read_specs(paths, dict.fromkeys(("llm_eval", "by_category"), Rubric(language="ko")))
    material = {"instruction": "글을 쓰세요.", "input": "", "answer": "다 썼습니다."}
    for name, spec in specs.items():
        assert isinstance(spec, SingleSpec)
        assert set(spec.prompts) == {"en", "ko"}
        for language in spec.prompts:
            asked = prompt_for(spec, language, material)
            assert all(criterion in asked.messages[0].content for criterion in spec.names), name


def test_a_mean_is_a_headline_only_where_the_criteria_share_a_range() -> None:
    path = ROOT / "catalog" / "rubrics" / "by_category.yaml"
    value = read_yaml(path)
    assert parse(path, "by_category", SingleSpec, value).measured[-1] == "mean"
    value["criteria"][0]["highest"] = 5
    with pytest.raises(ParamsError, match="headline mean is not a criterion"):
        parse(path, "by_category", SingleSpec, value)
    value["criteria"][0]["name"] = "mean"
    with pytest.raises(ParamsError, match="is the mean of all criteria, and computed"):
        parse(path, "by_category", SingleSpec, value)
