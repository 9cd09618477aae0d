"""The specs of the catalog: questions put as they are trained, and what a spec must hold."""

from pathlib import Path
from typing import Any

import pytest

from domaintune.benchmark.prompts import question_text
from domaintune.benchmark.selecting import Selected
from domaintune.core.benchmark_spec import BenchmarkSpec, read_spec
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import read_yaml
from domaintune.core.template import render
from domaintune.science.choices.choice_text import render_options

from .conftest import ask

SPECS = Path(__file__).parents[2] / "catalog/benchmarks"
NAMES = sorted(path.stem for path in SPECS.glob("*.yaml"))


def test_there_are_specs_and_each_is_read() -> None:
    assert {"kmmlu", "korean_exam", "mmlu_chemistry"} <= set(NAMES)
    assert all(read_spec(SPECS, name).title for name in NAMES)


def test_a_spec_with_faults_names_all_of_them(tmp_path: Path) -> None:
    spec: dict[str, Any] = read_spec(SPECS, "mmlu_chemistry").model_dump()
    rows = {"a": {"x": 0.1, "average": 0.1}, "b": {"y": 0.2}}
    spec |= {"licens": spec.pop("licence"), "published": spec["published"] | {"rows": rows}}
    write_json(tmp_path / "bad.yaml", spec)
    with pytest.raises(ParamsError) as met:
        read_spec(tmp_path, "bad")
    assert "did you mean licence" in str(met.value)
    assert r"rows.b has the columns ['y']" in str(met.value)


@pytest.mark.parametrize(
    ("name", "language"), [("korean_exam", "ko"), ("kmmlu", "ko"), ("mmlu_chemistry", "en")]
)
def test_questions_are_put_as_the_exam_task_trains_them(name: str, language: str) -> None:
    spec, task = read_spec(SPECS, name), read_yaml(SPECS.parent / "tasks/exam.yaml")
    trained = render(task["instructions"]["form"], language=language, keys=["Answer"]).strip()
    assert spec.instruction == trained
    question = ask(3, "exam")
    values = {"question": question.question, "options": render_options(question.options)}
    assert question_text(Selected(question, "s")) == render(task["input"], **values)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ question }} {{ answer }}", "text names answer; it may name context, question"),
        ("{question}", "must name {{ question }}"),
        ("{% if context %}{{ question }}", r"not a readable template: .* \(line 1\)"),
    ],
)
def test_a_plain_prompt_has_known_places_and_an_answer_ends_with_its_label(text: str, words: str) -> None:
    spec = read_spec(SPECS, "kobest_copa").model_dump()
    with pytest.raises(ValueError, match="must end with"):
        BenchmarkSpec.model_validate(spec | {"answer": "Answer"})
    with pytest.raises(ValueError, match=words):
        BenchmarkSpec.model_validate(spec | {"plain": spec["plain"] | {"text": text}})
