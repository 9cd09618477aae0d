"""Rendering: the same prompt in training and answering, loss on the answer and its end only."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domaintune.core.models import load_tokenizer, open_foundation
from domaintune.core.rendering import end_token, prompt_text, render
from domaintune.core.stage.errors import ModelError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(scope="session")
def tokenizer(tiny_foundation: Path) -> Any:
    return load_tokenizer(open_foundation(tiny_foundation))


def test_alpaca_headers_are_the_protocol_constants(tokenizer: Any) -> None:
    # Source: Stanford Alpaca, train.py (PROMPT_DICT)
    assert prompt_text(tokenizer, "alpaca", "Plan.", "Why?") == (
        "Below is an instruction that describes a task, paired with an input that provides further context. "
        "Write a response that appropriately completes the request.\n\n"
        "### Instruction:\nPlan.\n\n### Input:\nWhy?\n\n### Response:\n"
    )
    assert prompt_text(tokenizer, "alpaca", "Plan.", "") == (
        "Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request.\n\n"
        "### Instruction:\nPlan.\n\n### Response:\n"
    )


def test_braces_in_a_record_stay_braces(tokenizer: Any) -> None:
    assert "{input} {0}" in prompt_text(tokenizer, "alpaca", "{input} {0}", "{instruction}")
    assert prompt_text(tokenizer, "alpaca", "{input}", "x").count("{input}") == 1


@pytest.mark.parametrize("template", ["alpaca", "chat"])
@settings(max_examples=60, deadline=None)
@given(instruction=TEXT, input_=TEXT, output=TEXT)
def test_the_asked_ids_are_a_prefix_of_the_trained_ids(
    tokenizer: Any, template: Any, instruction: str, input_: str, output: str
) -> None:
    asked = render(tokenizer, template, instruction, input_, None)
    trained = render(tokenizer, template, instruction, input_, output)
    assert trained.input_ids[: trained.prompt_tokens] == asked.input_ids
    assert not any(asked.loss_mask)
    assert trained.loss_mask == [False] * trained.prompt_tokens + [True] * trained.answer_tokens


@pytest.mark.parametrize("template", ["alpaca", "chat"])
def test_the_loss_is_on_the_answer_and_one_end_token(tokenizer: Any, template: Any) -> None:
    row = render(tokenizer, template, "Plan.", "Why?", "Because of copper.")
    trained = [token for token, on in zip(row.input_ids, row.loss_mask, strict=True) if on]
    assert tokenizer.decode(trained[:-1]) == "Because of copper."
    assert trained[-1] == tokenizer.eos_token_id
    assert row.input_ids.count(tokenizer.eos_token_id) == 1


@pytest.mark.parametrize("template", ["alpaca", "chat"])
def test_one_begin_token_stands_first_and_padding_is_another_token_than_the_end(
    tokenizer: Any, template: Any
) -> None:
    row = render(tokenizer, template, "Plan.", "Why?", "So.")
    assert row.input_ids[0] == tokenizer.bos_token_id
    assert row.input_ids.count(tokenizer.bos_token_id) == 1
    assert len({tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id}) == 3


def test_chat_rows_end_as_the_template_ends_a_turn(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # ChatML-like: the turn ends with another token than the tokenizer's end token
    template = (
        "{% for m in messages %}{{ '<|user|>' + m['content'] + '<|system|>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|user|>' }}{% endif %}"
    )
    monkeypatch.setattr(tokenizer, "chat_template", template)
    assert end_token(tokenizer, "chat") == tokenizer.convert_tokens_to_ids("<|system|>")
    assert end_token(tokenizer, "alpaca") == tokenizer.eos_token_id


def test_a_model_without_chat_template_is_refused_plainly(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokenizer, "chat_template", None)
    with pytest.raises(ModelError, match=r"mix\.template is `chat`"):
        render(tokenizer, "chat", "Plan.", "Why?", None)
