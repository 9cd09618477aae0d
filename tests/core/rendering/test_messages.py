"""Rows as conversations: system texts and turns where the model has a chat template, counted where not."""

from typing import Any

import pytest
from records import blank

from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered, messages_of, render, render_row

from .conftest import learnt


def row(turns: str = "", **fields: object) -> Instruction:
    roles = {"s": "system", "u": "user", "a": "assistant"}
    said = [Turn.model_validate({"role": roles[c], "content": f"{c}{at}"}) for at, c in enumerate(turns)]
    return blank(Instruction, **{"instruction": "Plan.", "turns": said, **fields})


def test_turns_are_learnt_with_every_answer(shared: Any) -> None:
    done = render_row(shared, "chat", row("uaua", instruction="", system="Be kind."))
    assert isinstance(done, Rendered)
    assert done.text == (
        "<|begin|><|system|>Be kind.<|user|>u0<|assistant|>a1<|end|><|user|>u2<|assistant|>a3<|end|>"
    )
    assert learnt(shared, done) == "a1<|end|>a3<|end|>"


def test_a_row_with_a_system_text_keeps_its_instruction_where_it_is_without_one(shared: Any) -> None:
    done = render_row(shared, "chat", row(system="Be kind.", input="Why?", output="So."))
    assert isinstance(done, Rendered)
    assert done.text == "<|begin|><|system|>Be kind.\n\nPlan.<|user|>Why?<|assistant|>So.<|end|>"
    plain = render_row(shared, "chat", row(input="Why?", output="So."))
    assert isinstance(plain, Rendered)
    assert plain.text == done.text.replace("Be kind.\n\n", "")


def test_system_turns_go_into_the_system_text_and_what_waits_for_an_answer_is_left() -> None:
    system, turns = messages_of(row("ssuau", system="Be kind."))
    assert system == "Be kind.\n\nPlan.\n\ns0\n\ns1"
    assert [turn["content"] for turn in turns] == ["u2", "a3"]


@pytest.mark.parametrize(
    ("template", "given", "detail"),
    [
        ("alpaca", row("ua"), "neither turns nor a system text"),
        ("alpaca", row(system="Be kind.", input="Why?", output="So."), "neither turns nor a system text"),
        ("alpaca_ko", row("ua"), "neither turns nor a system text"),
        ("chat", row("su"), "no assistant turn"),
        ("chat", row("s"), "no assistant turn"),
    ],
)
def test_what_cannot_be_rendered_is_refused_with_its_reason(
    shared: Any, template: Any, given: Instruction, detail: str
) -> None:
    found = render_row(shared, template, given)
    assert isinstance(found, Refused)
    assert found.reason == "conversation"
    assert detail in found.detail


@pytest.mark.parametrize("template", ["alpaca", "alpaca_ko", "chat"])
@pytest.mark.parametrize("where", ["input", "output", "instruction", "system"])
def test_a_row_that_holds_a_special_token_is_refused(shared: Any, template: Any, where: str) -> None:
    found = render_row(shared, template, row(**{"input": "a", "output": "b", where: "see <|end|> there"}))
    assert found == Refused("control_token", "its text holds the model's special token <|end|>")


@pytest.mark.parametrize("template", ["alpaca", "chat"])
def test_an_instruction_without_input_is_asked_as_it_was_trained(shared: Any, template: Any) -> None:
    """`curate` makes it a question without a standing instruction."""
    trained = render_row(shared, template, row(instruction="Name a metal.", input="", output="Copper."))
    asked = render(shared, template, "", "Name a metal.", None)
    assert isinstance(trained, Rendered)
    assert trained.input_ids[: trained.prompt_tokens] == asked.input_ids
