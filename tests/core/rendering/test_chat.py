"""Chat templates of every style: what is asked is what was trained, to the token; loss on the answer and its end."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starter_models import build

from domaintune.core.rendering.rendering import end_token, render

from .conftest import END, KINDS, TEMPLATES, TokenizerOf, learnt

STRIPS = {"llama", "gemma"}
WORDS = st.text(st.sampled_from("abc μ₂한글\n .:[/]0"), max_size=30)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", [*TEMPLATES, "alpaca", "alpaca_ko"])
@settings(max_examples=25, deadline=None)
@given(system=WORDS, user=WORDS, answer=WORDS)
def test_the_asked_ids_are_a_prefix_and_the_rest_is_the_answer_and_its_end(
    tokenizer_of: TokenizerOf, kind: str, template: str, system: str, user: str, answer: str
) -> None:
    tokenizer = tokenizer_of(kind, template if template in TEMPLATES else "chatml")
    name: Any = "chat" if template in TEMPLATES else template
    asked = render(tokenizer, name, system, user, None)
    row = render(tokenizer, name, system, user, answer)
    assert row.input_ids[: row.prompt_tokens] == asked.input_ids
    assert asked.prompt_tokens == len(asked.input_ids)
    assert not any(asked.loss_mask)
    assert row.loss_mask == [False] * row.prompt_tokens + [True] * row.answer_tokens
    assert row.input_ids[-1] == end_token(tokenizer, name)
    assert row.input_ids.count(tokenizer.bos_token_id) == (1 if template in {"llama", "gemma"} else 0)
    if kind == "bytes":
        end = END.get(template, "<|im_end|>")
        said = learnt(tokenizer, row).removesuffix(end)
        assert (said.strip() if template in STRIPS else said) == (
            answer.strip() if template in STRIPS else answer
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", sorted(set(TEMPLATES) - {"endless"}))
def test_the_ids_are_those_of_the_whole_conversation_tokenised_at_once(
    tokenizer_of: TokenizerOf, kind: str, template: str
) -> None:
    tokenizer = tokenizer_of(kind, template)
    row = render(tokenizer, "chat", "Be brief.", "why? a", "So it is.")
    turns = [{"role": "user", "content": "why? a"}, {"role": "assistant", "content": "So it is."}]
    system = [{"role": "system", "content": "Be brief."}]
    if template in {"gemma", "silent"}:
        turns[0]["content"] = "Be brief.\n\nwhy? a"
        system = []
    known = {"chat_template": tokenizer.chat_template.replace("strftime_now('%d %B %Y')", "'26 Jul 2024'")}
    whole = tokenizer.apply_chat_template([*system, *turns], date_string="26 Jul 2024", **known)["input_ids"]
    assert whole[: len(row.input_ids)] == row.input_ids
    assert set(tokenizer.decode(whole[len(row.input_ids) :])) <= {"\n", " "}


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentencepiece_answer_begins_as_it_does_in_the_whole_text(
    tokenizer_of: TokenizerOf, kind: str
) -> None:
    # Tokenised alone it would begin with a space (▁); in chats the whole conversation's ids are held against ours.
    tokenizer = tokenizer_of(kind, "llama")
    alpaca = render(tokenizer, "alpaca", "why?", "", "So it is.")
    first = tokenizer.convert_ids_to_tokens(alpaca.input_ids[alpaca.prompt_tokens :])[0]
    if kind != "words":  # Metaspace with `always` puts a space before every word there is
        assert first.startswith("S")


def test_an_answer_whose_first_token_would_span_the_border_is_tokenised_by_itself() -> None:
    from tokenizers import AddedToken

    own = build("bytes")
    own.add_tokens([AddedToken("\n\n", special=False, normalized=False)])
    own.chat_template = TEMPLATES["chatml"]
    row = render(own, "chat", "", "why?", "\nSo.")
    assert row.input_ids[: row.prompt_tokens] == render(own, "chat", "", "why?", None).input_ids
    assert learnt(own, row) == "\nSo.<|im_end|>"
    whole = own.apply_chat_template(
        [{"role": "user", "content": "why?"}, {"role": "assistant", "content": "\nSo."}]
    )["input_ids"]
    assert whole[: len(row.input_ids)] != row.input_ids  # the stated difference


def test_a_default_system_text_stands_where_no_instruction_does_and_a_date_is_the_same_every_day(
    tokenizer_of: TokenizerOf,
) -> None:
    tokenizer = tokenizer_of("bytes", "default system")
    assert "Be kind." in render(tokenizer, "chat", "why?", "", None).text
    assert "Be kind." not in render(tokenizer, "chat", "Be brief.", "why?", None).text
    text = render(tokenizer_of("bytes", "dated"), "chat", "", "why?", None).text
    assert text.startswith("Today is 26 Jul 2024, 26 Jul 2024.\n")


@pytest.mark.parametrize(
    ("template", "before"),
    [
        ("thinks", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),  # finished answers have the block
        ("thinks off", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),  # thinking is switched off
        ("opens thoughts", "<|im_start|>assistant\n"),  # finished answers have no thoughts
        ("channels", "<|im_start|>assistant<|channel|>"),
    ],
)
def test_where_the_template_adds_thoughts_the_prompt_is_what_stands_before_a_finished_answer(
    tokenizer_of: TokenizerOf, template: str, before: str
) -> None:
    tokenizer = tokenizer_of("bytes", template)
    row = render(tokenizer, "chat", "", "why?", "So.")
    assert render(tokenizer, "chat", "", "why?", None).text.endswith(before)
    assert learnt(tokenizer, row) == "So." + END.get(template, "<|im_end|>")


def test_the_probe_word_may_stand_in_a_row(tokenizer_of: TokenizerOf) -> None:
    tokenizer = tokenizer_of("bytes", "chatml")
    row = render(tokenizer, "chat", "domaintune", "domaintune", "domaintune domaintune")
    assert learnt(tokenizer, row) == "domaintune domaintune<|im_end|>"
