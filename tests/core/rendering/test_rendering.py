"""Rendering: the same prompt in training and answering, loss on the answer and its end only."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domaintune.core.rendering.rendering import control_token, end_token, render
from domaintune.core.stage.errors import ModelError

from .conftest import learnt

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


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
    assert render(tokenizer, *given, None).text == HEADERS[given]


def test_braces_in_a_record_stay_braces(tokenizer: Any) -> None:
    assert "{input} {0}" in render(tokenizer, "alpaca", "{input} {0}", "{instruction}", None).text
    assert render(tokenizer, "alpaca", "{input}", "x", None).text.count("{input}") == 1
    assert "{{ bos_token }}{% x %}" in render(tokenizer, "chat", "{{ bos_token }}{% x %}", "y", None).text


@pytest.mark.parametrize("template", ["alpaca", "alpaca_ko", "chat"])
@settings(max_examples=60, deadline=None)
@given(instruction=TEXT, input_=TEXT, output=TEXT)
def test_the_asked_ids_are_a_prefix_of_the_trained_ids(
    shared: Any, template: Any, instruction: str, input_: str, output: str
) -> None:
    asked = render(shared, template, instruction, input_, None)
    trained = render(shared, template, instruction, input_, output)
    assert trained.input_ids[: trained.prompt_tokens] == asked.input_ids
    assert asked.prompt_tokens == len(asked.input_ids)
    assert not any(asked.loss_mask)
    assert trained.loss_mask == [False] * trained.prompt_tokens + [True] * trained.answer_tokens


@pytest.mark.parametrize("template", ["alpaca", "alpaca_ko", "chat"])
@settings(max_examples=60, deadline=None)
@given(input_=TEXT, output=TEXT)
def test_the_trained_tokens_say_the_answer_and_then_end(
    shared: Any, template: Any, input_: str, output: str
) -> None:
    row = render(shared, template, "Plan.", input_, output)
    assert learnt(shared, row) == output + shared.eos_token


@pytest.mark.parametrize("template", ["alpaca", "alpaca_ko", "chat"])
def test_one_begin_token_stands_first_and_padding_is_another_token_than_the_end(
    tokenizer: Any, template: Any
) -> None:
    row = render(tokenizer, template, "Plan.", "Why?", "So.")
    assert row.input_ids[0] == tokenizer.bos_token_id
    assert row.input_ids.count(tokenizer.bos_token_id) == 1
    assert row.input_ids.count(tokenizer.eos_token_id) == 1
    assert len({tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id}) == 3


def test_chat_rows_end_as_the_template_ends_a_turn(tokenizer: Any) -> None:
    # ChatML-like: the turn ends with another token than the tokenizer's end token
    tokenizer.chat_template = (
        "{% for m in messages %}{{ '<|user|>' + m['content'] + '<|system|>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|user|>' }}{% endif %}"
    )
    assert end_token(tokenizer, "chat") == tokenizer.convert_tokens_to_ids("<|system|>")
    assert end_token(tokenizer, "alpaca") == tokenizer.eos_token_id


@pytest.mark.parametrize("missing", [None, {"tool_use": "{{ messages }}"}])
def test_a_model_without_chat_template_is_refused_plainly(tokenizer: Any, missing: Any) -> None:
    tokenizer.chat_template = missing
    with pytest.raises(ModelError, match=r"mix\.template is `chat`"):
        render(tokenizer, "chat", "Plan.", "Why?", None)


def test_a_tokenizer_without_end_token_is_refused_plainly(tokenizer: Any) -> None:
    tokenizer.eos_token = None
    with pytest.raises(ModelError, match="no end token"):
        render(tokenizer, "alpaca", "Plan.", "Why?", "So.")


def test_special_tokens_in_a_rows_own_text_are_seen(tokenizer: Any) -> None:
    assert control_token(tokenizer, "a <|end|> b") == "<|end|>"
    assert control_token(tokenizer, "x < |end| > y") is None
