"""What counts as an answer: of lm-eval's own tasks, and of a text, which may also refuse or say nothing readable."""

from typing import Any

import pytest

from domaintune.benchmark.lm_eval_model import Prompts
from domaintune.benchmark.named import named_items
from domaintune.benchmark.reading import process_results, read
from domaintune.core.stage.errors import InputError


def sample(target: Any, acc: float, scores: list[float]) -> dict[str, Any]:
    return {
        "doc_id": 0, "filter": "none", "target": target, "acc": acc, "delimiter": " ",
        "filtered_resps": [(value, False) for value in scores],
        "arguments": [("Which?", f" ({letter})") for letter in "ABCD"],
    }  # fmt: skip


def items(one: dict[str, Any], kind: str = "multiple_choice", metric: Any = "acc") -> list[Any]:
    prompts = Prompts()
    return list(named_items("arm", "b", metric, samples={"t": [one | {"kind": kind}]}, prompts=prompts))


@pytest.mark.parametrize("target", [2, "(C)", "2", [0, 2]])
def test_a_target_is_a_place_or_the_text_of_an_option_or_several_places(target: Any) -> None:
    (item,) = items(sample(target, 1.0, [-3.0, -2.0, -1.0, -4.0]))
    gold = "1,3" if isinstance(target, list) else "3"
    assert (item.gold, item.choice, item.outcome) == (gold, "3", "correct")
    (item,) = items(sample(target, 0.0, [-3.0, -1.0, -2.0, -4.0]))
    assert (item.gold, item.choice, item.outcome) == (gold, "2", "wrong")


@pytest.mark.parametrize(
    ("target", "kind", "message"),
    [
        *((target, "multiple_choice", "question 0 of lm-eval's task t: the right answer is") for target in ("(Z)", "7", [0, 7], 7)),
        (0, "multiple_choice", r"lm-eval's acc 1\.0, which does not fit"),
        (0, "generate_until", r"task t is of kind generate_until; metric acc is taken of multiple_choice"),
    ],
)  # fmt: skip
def test_a_target_that_is_no_option_a_score_of_another_option_and_a_task_of_another_kind_are_refused(
    target: Any, kind: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        items(sample(target, 1.0, [-9.0, -1.0, -3.0, -4.0]), kind=kind)


def test_a_score_per_character_may_choose_another_option() -> None:
    one = sample(1, 1.0, [-3.0, -4.0, -9.0, -9.0]) | {"acc": 0.0, "acc_norm": 1.0}
    one["arguments"] = [("Which?", f" {text}") for text in ("no", "rather long", "x", "y")]
    (item,) = items(one, metric="acc_norm")
    assert (item.gold, item.choice, item.outcome) == ("2", "2", "correct")
    (item,) = items(one)
    assert (item.gold, item.choice, item.outcome) == ("2", "1", "wrong")


@pytest.mark.parametrize(
    ("options", "gold", "written", "choice", "outcome"),
    [
        (5, "B", "B", "2", "correct"), (5, "B", "c.", "3", "wrong"), (5, "B", "", "", "unparsed"),
        (5, "B", "BC", "", "unparsed"), (10, "J", "J", "10", "correct"),
    ],
)  # fmt: skip
def test_a_written_letter_is_an_option_and_anything_else_is_unread(
    options: int, gold: str, written: str, choice: str, outcome: str
) -> None:
    one = sample(gold, 0.0, []) | {
        "exact_match": float(outcome == "correct"), "filtered_resps": [written], "resps": [["정답: " + written]],
        "arguments": [("Which?", {"until": []})], "doc": {"options": ["x"] * options} if options > 5 else {},
    }  # fmt: skip
    (item,) = items(one, kind="generate_until", metric="exact_match")
    found = (item.options, item.gold, item.choice, item.outcome, item.text)
    assert found == (options, str("ABCDEFGHIJ".index(gold) + 1), choice, outcome, "정답: " + written)


OPTIONS = ["0.001", "0.01", "0.1", "1", "10"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ('{"Answer": "② 0.01", "Explanation": "1 P = 0.1 Pa s"}', "correct"),
        ("정답: ③ 0.1", "wrong"),
        ("", "unparsed"),
        ("I'm sorry, but I cannot answer that.", "refused"),
        ("Answer: ②\nI'm sorry I cannot explain it.", "correct"),
    ],
)
def test_a_text_has_one_of_four_outcomes_and_who_apologises_and_then_chooses_has_chosen(
    text: str, outcome: str
) -> None:
    assert read(text, [1], OPTIONS).outcome == outcome


def test_lm_eval_alone_counts_what_we_count() -> None:
    doc = {"gold": 1, "options": OPTIONS}
    assert process_results(doc, ["②"]) == {"acc": 1.0}
    assert process_results(doc | {"gold": [1, 3]}, ["④"]) == {"acc": 1.0}
    assert process_results(doc | {"gold": [1, 3]}, ["②, ④"]) == {"acc": 0.0}
    assert process_results(doc, ["③"]) == process_results(doc, ["I cannot answer."]) == {"acc": 0.0}
