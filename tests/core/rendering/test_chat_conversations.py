"""Conversations of several turns, where templates put a system text, and those that are published with models today."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from starter_models import build

from domaintune.core.rendering.chat import Refused, style_of
from domaintune.core.rendering.rendering import Rendered, end_token, render, render_turns

from .conftest import KINDS, TokenizerOf, learnt

# Markers are special tokens in the tokenizers these templates belong to.
MARKER = re.compile(r"<\|[A-Za-z_]+\|>|<｜[^｜]+｜>|<(?:start|end)_of_turn>|<\|turn>|<turn\|>")
# contents are lists of pictures and texts
FOR_PICTURES = {"idefics3", "llava_next", "smolvlm"}
ALTERNATE = (
    "{% for m in messages %}{% if (m['role'] == 'user') != loop.first and loop.index < 3 %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}"
)


def test_a_conversation_learns_every_answer_and_its_end(tokenizer_of: TokenizerOf) -> None:
    turns = [("user", "why? a"), ("assistant", "So."), ("user", "b?"), ("assistant", " Not so. ")]
    messages = [{"role": role, "content": text} for role, text in turns]
    for kind in KINDS:
        for template in ("chatml marked", "llama", "gemma", "default system"):
            tokenizer = tokenizer_of(kind, template)
            row = render_turns(tokenizer, "Be brief.", messages)
            assert isinstance(row, Rendered)
            end, tokens = end_token(tokenizer, "chat"), enumerate(row.input_ids)
            ends = [at for at, token in tokens if token == end and row.loss_mask[at]]
            assert len(ends) == 2
            assert ends[1] == len(row.input_ids) - 1
            for turn in (1, 3):
                asked = render_turns(tokenizer, "Be brief.", messages[:turn])
                assert isinstance(asked, Rendered)
                assert row.input_ids[: len(asked.input_ids)] == asked.input_ids
                assert row.loss_mask[len(asked.input_ids)]
            assert row.loss_mask[ends[0] + 1] is False
            if template == "chatml marked":
                whole = [{"role": "system", "content": "Be brief."}, *messages]
                theirs = tokenizer.apply_chat_template(whole, return_assistant_tokens_mask=True)
                assert theirs["assistant_masks"][: len(row.loss_mask)] == [int(on) for on in row.loss_mask]


@pytest.mark.parametrize(
    ("template", "roles", "detail"),
    [
        *((name, ["user", "assistant"] * 2, "differently") for name in ("thinks", "channels", "endless")),
        ("llama", ["user", "user", "assistant"], "the chat template refuses it: roles must alternate"),
    ],
)
def test_conversations_that_a_template_rewrites_or_does_not_allow_are_refused(
    tokenizer_of: TokenizerOf, template: str, roles: list[str], detail: str
) -> None:
    found = render_turns(tokenizer_of("bytes", template), "", [{"role": r, "content": "x"} for r in roles])
    assert isinstance(found, Refused)
    assert found.reason == "conversation"
    assert detail in found.detail


def beside(where: str) -> str:
    """Write a template that puts the system text into the user turn for which `where` is true."""
    return (
        "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system_message = messages[0]['content'] %}"
        "{% set turns = messages[1:] %}{% else %}{% set turns = messages %}{% endif %}"
        "{% for m in turns %}{% if m['role'] == 'user' %}{% if " + where + " and system_message is defined %}"
        "{{ '[INST] ' + system_message + '\\n\\n' + m['content'] + '[/INST]' }}"
        "{% else %}{{ '[INST] ' + m['content'] + '[/INST]' }}{% endif %}"
        "{% else %}{{ ' ' + m['content'] + eos_token }}{% endif %}{% endfor %}"
    )


TOLD = "<s>[INST] Be brief.\n\nwhy?[/INST]"
BESIDE = {
    "no question": ALTERNATE + beside("false"),
    "the last turn": beside("loop.last"),
    "the last question": beside("loop.index0 > turns | length - 3"),
}


@pytest.mark.parametrize("where", BESIDE)
def test_a_standing_instruction_is_in_the_prompt_and_in_the_row_wherever_a_template_puts_it(
    where: str,
) -> None:
    tokenizer = build("bytes")
    tokenizer.add_special_tokens({"additional_special_tokens": ["[INST]", "[/INST]"]})
    tokenizer.chat_template = BESIDE[where]
    assert render(tokenizer, "chat", "Be brief.", "why?", None).text == TOLD
    row = render(tokenizer, "chat", "Be brief.", "why?", "So.")
    assert (row.text, learnt(tokenizer, row)) == (f"{TOLD} So.</s>", " So.</s>")
    said = [("user", "why?"), ("assistant", "So."), ("user", "how?"), ("assistant", "Thus.")]
    turns = [{"role": role, "content": text} for role, text in said]
    both = render_turns(tokenizer, "Be brief.", turns)
    assert isinstance(both, Rendered)
    assert both.text == f"{TOLD} So.</s>[INST] how?[/INST] Thus.</s>"
    assert learnt(tokenizer, both) == " So.</s> Thus.</s>"
    asked = render_turns(tokenizer, "Be brief.", turns[:3])
    assert isinstance(asked, Rendered)
    assert both.input_ids[: len(asked.input_ids)] == asked.input_ids


def published() -> dict[str, str]:
    """Return the templates of published models that trl ships, by name; those for training have markers."""
    spec = find_spec("trl")
    assert spec is not None
    assert spec.origin is not None
    paths = sorted((Path(spec.origin).parent / "chat_templates").glob("*.jinja"))
    kept = [path for path in paths if path.stem.removesuffix("_training") not in FOR_PICTURES]
    assert len(kept) > 60
    return {path.stem: path.read_text(encoding="utf-8") for path in kept}


@pytest.mark.parametrize("name", published())
def test_published_templates_ask_what_was_trained_and_learn_the_answer_and_its_end(name: str) -> None:
    tokenizer = build("bytes")
    template = published()[name]
    tokenizer.add_special_tokens({"additional_special_tokens": sorted(set(MARKER.findall(template)))})
    tokenizer.chat_template = template
    asked = render(tokenizer, "chat", "Be brief.", "why?", None)
    row = render(tokenizer, "chat", "Be brief.", "why?", "So it is.")
    assert row.input_ids[: row.prompt_tokens] == asked.input_ids
    assert "Be brief." in asked.text
    assert learnt(tokenizer, row).strip() == "So it is." + (style_of(tokenizer).end or "</s>")
    if "generation %}" in template and "strftime_now" not in template:
        _hold_against_markers(tokenizer, row)


def _hold_against_markers(tokenizer: Any, row: Rendered) -> None:
    """Markers may cover more than we do: headers, an empty block of thoughts, what follows the end token."""
    system, user = {"role": "system", "content": "Be brief."}, {"role": "user", "content": "why?"}
    if not style_of(tokenizer).takes_system:
        system, user = {}, {"role": "user", "content": "Be brief.\n\nwhy?"}
    turns = [*([system] if system else []), user, {"role": "assistant", "content": "So it is."}]
    fixed = {"enable_thinking": False, "date_string": "26 Jul 2024"}
    theirs = tokenizer.apply_chat_template(turns, return_assistant_tokens_mask=True, **fixed)
    assert theirs["input_ids"][: len(row.input_ids)] == row.input_ids
    pairs = zip(row.loss_mask, theirs["assistant_masks"], strict=False)
    assert all(marked for ours, marked in pairs if ours)
