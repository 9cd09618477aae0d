"""What a model's text says: a choice, a refusal, or nothing that can be read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.benchmark.reading import process_results, read

OPTIONS = ["0.001", "0.01", "0.1", "1", "10"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ('{"Answer": "② 0.01", "Explanation": "1 P = 0.1 Pa s"}', "correct"),
        ("정답: ③ 0.1", "wrong"),
        ("", "unparsed"),
        ("I'm sorry, but I cannot answer that.", "refused"),
        ("I can’t help with that request.", "refused"),
        ("죄송하지만 도와드리기 어렵습니다.", "refused"),
        ("The gas cannot be compressed further.", "unparsed"),
        (unicodedata.normalize("NFD", "죄송합니다. 이 질문에는 답변을 드릴 수 없습니다."), "refused"),
        ("물은 압축할 수 없는 유체이다.", "unparsed"),
        ("Sorry, the viscosity is meant here.", "unparsed"),
    ],
)
def test_a_text_has_one_of_four_outcomes(text: str, outcome: str) -> None:
    assert read(text, [1], OPTIONS).outcome == outcome


def test_who_apologises_and_then_chooses_has_chosen() -> None:
    assert read("Answer: ②\nI'm sorry I cannot explain it.", [1], OPTIONS).outcome == "correct"


def test_lm_eval_alone_counts_what_we_count() -> None:
    doc = {"gold": 1, "options": OPTIONS}
    assert process_results(doc, ["②"]) == {"acc": 1.0}
    assert process_results(doc | {"gold": [1, 3]}, ["④"]) == {"acc": 1.0}
    assert process_results(doc | {"gold": [1, 3]}, ["②, ④"]) == {"acc": 0.0}
    assert process_results(doc, ["③"]) == process_results(doc, ["I cannot answer."]) == {"acc": 0.0}


@given(st.text(max_size=200), st.integers(0, 4))
def test_any_text_is_read_without_an_error(text: str, gold: int) -> None:
    found = read(text, [gold], OPTIONS)
    assert (found.choice is None) == (found.outcome in {"unparsed", "refused"})
    assert (found.choice == gold) == (found.outcome == "correct")
