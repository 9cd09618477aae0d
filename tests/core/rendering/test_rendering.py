"""Rendering: the same prompt in training and answering, loss on the answer and its end only."""

from copy import deepcopy
from typing import Any

import pytest
from records import blank

from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered, messages_of, render, render_row
from domaintune.core.stage.errors import ModelError

from .conftest import learnt

# Sources: Stanford Alpaca, train.py (PROMPT_DICT); nlpai-lab/KULLM, templates/kullm.json, printed in the Korean survey's
# section 7.2
HEADERS = {
    ("alpaca", "Plan.", "Why?"): (
        "Below is an instruction that describes a task, paired with an input that provides further context. "
        "Write a response that appropriately completes the request.\n\n"
        "### Instruction:\nPlan.\n\n### Input:\nWhy?\n\n### Response:\n"
    ),
    ("alpaca", "Plan.", ""): (
        "Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request.\n\n"
        "### Instruction:\nPlan.\n\n### Response:\n"
    ),
    ("alpaca_ko", "요약하라.", "펌프는 구리다."): (
        "아래는 작업을 설명하는 명령어와 추가 컨텍스트를 제공하는 입력이 짝을 이루는 예제입니다. "
        "요청을 적절히 완료하는 응답을 작성하세요.\n\n"
        "### 명령어:\n요약하라.\n\n### 입력:\n펌프는 구리다.\n\n### 응답:\n"
    ),
    ("alpaca_ko", "인사하라.", ""): (
        "아래는 작업을 설명하는 명령어입니다. 요청을 적절히 완료하는 응답을 작성하세요.\n\n"
        "### 명령어:\n인사하라.\n\n### 응답:\n"
    ),
}


@pytest.mark.parametrize("given", HEADERS)
def test_alpaca_headers_are_the_protocol_constants(tokenizer: Any, given: tuple[Any, str, str]) -> None:
    asked = render(tokenizer, *given, None)
    assert asked.text == HEADERS[given]
    assert asked.input_ids.count(tokenizer.bos_token_id) == 1
    assert asked.input_ids[0] == tokenizer.bos_token_id


def test_braces_in_a_record_stay_braces(tokenizer: Any) -> None:
    assert "{input} {0}" in render(tokenizer, "alpaca", "{input} {0}", "{instruction}", None).text
    assert render(tokenizer, "alpaca", "{input}", "x", None).text.count("{input}") == 1
    assert "{{ bos_token }}{% x %}" in render(tokenizer, "chat", "{{ bos_token }}{% x %}", "y", None).text


@pytest.mark.parametrize(
    ("name", "template", "value", "told"),
    [
        ("chat_template", "chat", None, "mix.template is `chat`"),
        ("chat_template", "chat", {"tool_use": "{{ messages }}"}, "mix.template is `chat`"),
        ("chat_template", "chat", "{{ raise_exception('never') }}", "use `alpaca`"),
        ("chat_template", "chat", "{% for m in messages %}x{% endfor %}", "use `alpaca`"),
        ("eos_token", "alpaca", None, "no end token"),
    ],
)
def test_a_tokenizer_without_a_template_that_writes_answers_or_an_end_token_is_refused_plainly(
    tokenizer: Any, name: str, template: Any, value: Any, told: str
) -> None:
    changed = deepcopy(tokenizer)
    setattr(changed, name, value)
    with pytest.raises(ModelError, match=told):
        render(changed, template, "Plan.", "Why?", "So.")


def row(turns: str = "", **fields: object) -> Instruction:
    roles = {"s": "system", "u": "user", "a": "assistant"}
    said = [Turn.model_validate({"role": roles[c], "content": f"{c}{at}"}) for at, c in enumerate(turns)]
    return blank(Instruction, **{"instruction": "Plan.", "turns": said, **fields})


def test_turns_are_learnt_with_every_answer(tokenizer: Any) -> None:
    done = render_row(tokenizer, "chat", row("uaua", instruction="", system="Be kind."))
    assert isinstance(done, Rendered)
    assert done.text == (
        "<|begin|><|system|>Be kind.<|user|>u0<|assistant|>a1<|end|><|user|>u2<|assistant|>a3<|end|>"
    )
    assert learnt(tokenizer, done) == "a1<|end|>a3<|end|>"


def test_a_row_with_a_system_text_keeps_its_instruction_where_it_is_without_one(tokenizer: Any) -> None:
    done = render_row(tokenizer, "chat", row(system="Be kind.", input="Why?", output="So."))
    assert isinstance(done, Rendered)
    assert done.text == "<|begin|><|system|>Be kind.\n\nPlan.<|user|>Why?<|assistant|>So.<|end|>"
    plain = render_row(tokenizer, "chat", row(input="Why?", output="So."))
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
        ("chat", row("su"), "no assistant turn"),
    ],
)
def test_what_cannot_be_rendered_is_refused_with_its_reason(
    tokenizer: Any, template: Any, given: Instruction, detail: str
) -> None:
    found = render_row(tokenizer, template, given)
    assert isinstance(found, Refused)
    assert (found.reason, detail in found.detail) == ("conversation", True)


@pytest.mark.parametrize("template", ["alpaca", "alpaca_ko", "chat"])
@pytest.mark.parametrize("where", ["input", "output", "instruction", "system"])
def test_a_row_that_holds_a_special_token_is_refused(tokenizer: Any, template: Any, where: str) -> None:
    found = render_row(tokenizer, template, row(**{"input": "a", "output": "b", where: "see <|end|> there"}))
    assert found == Refused("control_token", "its text holds the model's special token <|end|>")


@pytest.mark.parametrize("template", ["alpaca", "chat"])
def test_an_instruction_without_input_is_asked_as_it_was_trained(tokenizer: Any, template: Any) -> None:
    """`curate` makes it a question without a standing instruction."""
    trained = render_row(tokenizer, template, row(instruction="Name a metal.", input="", output="Copper."))
    asked = render(tokenizer, template, "", "Name a metal.", None)
    assert isinstance(trained, Rendered)
    assert trained.input_ids[: trained.prompt_tokens] == asked.input_ids
