"""lm-eval's own tasks: what counts as a right answer, and which tasks are refused."""

from typing import Any

import pytest

from domaintune.benchmark.lm_eval_model import Prompts
from domaintune.benchmark.named import named_items
from domaintune.core.stage.errors import InputError


def sample(target: Any, acc: float, scores: list[float]) -> dict[str, Any]:
    return {
        "doc_id": 0, "filter": "none", "target": target, "acc": acc, "delimiter": " ",
        "filtered_resps": [(value, False) for value in scores],
        "arguments": [("Which?", f" ({letter})") for letter in "ABCD"],
    }  # fmt: skip


def items(one: dict[str, Any], kind: str = "multiple_choice", metric: Any = "acc") -> list[Any]:
    prompts = Prompts({})
    return list(named_items("arm", "b", metric, samples={"t": [one]}, kinds={"t": kind}, prompts=prompts))


@pytest.mark.parametrize("target", [2, "(C)", "2"])
def test_a_target_is_a_place_or_the_text_of_an_option(target: Any) -> None:
    (item,) = items(sample(target, 1.0, [-3.0, -2.0, -1.0, -4.0]))
    assert (item.gold, item.choice, item.outcome) == ("3", "3", "correct")
    (item,) = items(sample(target, 0.0, [-1.0, -2.0, -3.0, -4.0]))
    assert (item.gold, item.choice, item.outcome) == ("3", "1", "wrong")


@pytest.mark.parametrize("target", ["(Z)", "7", [0, 7], 7])
def test_a_target_that_is_no_option_is_named(target: Any) -> None:
    with pytest.raises(InputError, match=r"question 0 of lm-eval's task t: the right answer is"):
        items(sample(target, 0.0, [-1.0, -2.0, -3.0, -4.0]))


def test_of_several_right_options_each_is_right_as_lm_eval_counts() -> None:
    (item,) = items(sample([0, 2], 1.0, [-3.0, -2.0, -1.0, -4.0]))
    assert (item.gold, item.choice, item.outcome) == ("1,3", "3", "correct")
    (item,) = items(sample([0, 2], 0.0, [-3.0, -1.0, -2.0, -4.0]))
    assert (item.gold, item.choice, item.outcome) == ("1,3", "2", "wrong")


def test_a_written_letter_of_ten_options_is_one_of_ten() -> None:
    one = sample("J", 1.0, []) | {
        "exact_match": 1.0, "filtered_resps": ["J"], "resps": [["The answer is (J)"]],
        "arguments": [("Which?", {"until": []})], "doc": {"options": list("abcdefghij")},
    }  # fmt: skip
    (item,) = items(one, kind="generate_until", metric="exact_match")
    assert (item.gold, item.choice, item.options, item.outcome) == ("10", "10", 10, "correct")


def test_a_score_that_is_not_that_of_the_likeliest_option_is_refused() -> None:
    with pytest.raises(InputError, match=r"lm-eval's acc 1\.0, which does not fit"):
        items(sample(0, 1.0, [-9.0, -1.0, -3.0, -4.0]))


def test_a_task_whose_answers_are_texts_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"task t is of kind generate_until; metric acc is taken of multiple_choice"
    ):
        items(sample(0, 1.0, [-1.0, -2.0, -3.0, -4.0]), kind="generate_until")


def test_a_score_per_character_may_choose_another_option() -> None:
    one = sample(1, 1.0, [-3.0, -4.0, -9.0, -9.0]) | {"acc": 0.0, "acc_norm": 1.0}
    one["arguments"] = [("Which?", f" {text}") for text in ("no", "rather long", "x", "y")]
    (item,) = items(one, metric="acc_norm")
    assert (item.gold, item.choice, item.outcome) == ("2", "2", "correct")
    (item,) = items(one)
    assert (item.gold, item.choice, item.outcome) == ("2", "1", "wrong")


@pytest.mark.parametrize(
    ("written", "match", "choice", "outcome"),
    [("B", 1.0, "2", "correct"), ("c.", 0.0, "3", "wrong"), ("", 0.0, "", "unparsed"), ("BC", 0.0, "", "unparsed")],
)  # fmt: skip
def test_a_written_letter_is_an_option_and_anything_else_is_unread(
    written: str, match: float, choice: str, outcome: str
) -> None:
    one = sample("B", 0.0, []) | {
        "exact_match": match, "filtered_resps": [written], "resps": [["정답: " + written]],
        "arguments": [("Which?", {"until": []})],
    }  # fmt: skip
    (item,) = items(one, kind="generate_until", metric="exact_match")
    assert (item.gold, item.choice, item.outcome, item.text) == ("2", choice, outcome, "정답: " + written)
