"""Greedy answers: the same in any batch size and order, prompts never cut."""

from pathlib import Path

import pytest

from domaintune.answer.generating import Asked, generate, split_by_room
from domaintune.answer.local import Tuned, answer_locally
from domaintune.answer.prompted import Prompted
from domaintune.core.models.loading import load_model, load_tokenizer, open_foundation
from domaintune.core.sections.decode import Decode
from domaintune.core.sections.runtime import Runtime

RUNTIME = Runtime(
    servers={}, concurrency=1, timeout_s=1.0, max_retries=0, teacher_batch=1, threads=1, device="cpu"
)
MARKER = {"trained": False, "template": "alpaca", "quantization": "none", "precision": "fp32"}


def decode(**fields: object) -> Decode:
    return Decode.model_validate({"max_new_tokens": 8, "repetition_penalty": 1.0, "batch": 4, **fields})


def test_padding_on_the_left_changes_no_answer(tiny_foundation: Path) -> None:
    opened = open_foundation(tiny_foundation)
    model, tokenizer = load_model(opened, "none", "fp32", "cpu"), load_tokenizer(opened)
    asked = [Asked(str(n), tokenizer("pump " * (n + 1))["input_ids"]) for n in range(6)]
    ends, pad = [tokenizer.eos_token_id], tokenizer.pad_token_id
    together = {one.id: one for one in generate(model, asked, decode(batch=6), ends, pad)}
    alone = {one.id: one for one in generate(model, asked[::-1], decode(batch=1), ends, pad)}
    assert together == alone
    assert all(len(one.ids) <= 8 for one in together.values())


def test_a_prompt_without_room_for_an_answer_is_set_apart() -> None:
    asked = [Asked("a", [1] * 10), Asked("b", [1] * 11)]
    fits, too_long = split_by_room(asked, 18, 8)
    assert [one.id for one in fits] == ["a"]
    assert [one.id for one in too_long] == ["b"]
    assert split_by_room(asked, None, 8) == (asked, [])


def test_an_untrained_arm_answers_every_question_that_fits(tiny_foundation: Path, tmp_path: Path) -> None:
    arm = Tuned("base", MARKER, tiny_foundation, tmp_path)
    questions = [Prompted("a", "Plan.", "Why?"), Prompted("b", "Plan.", "word " * 300)]
    answered = answer_locally(arm, questions, decode(), RUNTIME)
    assert [answer.question_id for answer in answered.answers] == ["a"]
    assert answered.lost["b"][0] == "too_long"


@pytest.mark.parametrize("batch", [1, 3])
def test_answers_are_the_same_twice(tiny_foundation: Path, tmp_path: Path, batch: int) -> None:
    arm = Tuned("base", MARKER, tiny_foundation, tmp_path)
    questions = [Prompted(str(n), "Plan.", f"Why {n}?") for n in range(4)]
    first = answer_locally(arm, questions, decode(batch=batch), RUNTIME)
    assert first == answer_locally(arm, questions, decode(batch=batch), RUNTIME)
