"""The specs: what the study printed, and what in it does not agree."""

from pathlib import Path
from statistics import mean
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
from domaintune.science.comparison.benchmarked import AVERAGE

from .conftest import ask

SPECS = Path(__file__).parents[2] / "catalog/benchmarks"
NAMES = sorted(path.stem for path in SPECS.glob("*.yaml"))
ARMS = {
    "original", "chat", "original_english", "original_korean", "original_total", "chat_english", "chat_korean",
    "chat_total", "chat_7b",
}  # fmt: skip


def subsets(row: dict[str, float]) -> list[float]:
    return [value for name, value in row.items() if name != AVERAGE]


def test_there_are_specs_and_each_is_read() -> None:
    assert {"kmmlu", "korean_exam", "mmlu_chemistry"} <= set(NAMES)
    assert all(read_spec(SPECS, name).title for name in NAMES)


def test_mmlu_averages_are_means_of_counts_and_korean_ones_as_printed_one_above_all_its_subsets() -> None:
    # Source: JKIIE 51(2) 2025, Tables 7, 9, 11; 8, 10, 12
    mmlu, korean = (read_spec(SPECS, name).published for name in ("mmlu_chemistry", "korean_exam"))
    assert mmlu is not None
    assert korean is not None
    assert set(mmlu.rows) == set(korean.rows) == ARMS
    for row in mmlu.rows.values():
        assert abs(mean(subsets(row)) - row[AVERAGE]) <= 0.00005 + 1e-9
        for name, questions in (("high_school", 203), ("college", 100)):
            assert abs(round(row[name] * questions) / questions - row[name]) <= 0.00005 + 1e-9
    assert [arm for arm, row in korean.rows.items() if row[AVERAGE] > max(subsets(row))] == ["chat_7b"]
    assert korean.rows["chat"][AVERAGE] == 0.3227
    assert any("0.3277" in note for note in korean.notes)


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
