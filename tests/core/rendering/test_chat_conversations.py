"""Conversations of several turns, and the templates that are published with models today."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from domaintune.core.rendering.chat import Refused, style_of
from domaintune.core.rendering.rendering import Rendered, end_token, render, render_turns

from .conftest import KINDS, TokenizerOf, learnt

# Markers are special tokens in the tokenizers these templates belong to.
MARKER = re.compile(r"<\|[A-Za-z_]+\|>|<｜[^｜]+｜>|<(?:start|end)_of_turn>|<\|turn>|<turn\|>")
# contents are lists of pictures and texts
FOR_PICTURES = {"idefics3", "llava_next", "smolvlm"}


def test_a_conversation_learns_every_answer_and_its_end(tokenizer_of: TokenizerOf) -> None:
    turns = [("user", "why? a"), ("assistant", "So."), ("user", "b?"), ("assistant", " Not so. ")]
    messages = [{"role": role, "content": text} for role, text in turns]
    for kind in KINDS:
        for template in ("chatml marked", "llama", "gemma", "default system"):
            tokenizer = tokenizer_of(kind, template)
            row = render_turns(tokenizer, "Be brief.", messages)
            assert isinstance(row, Rendered)
            ends = [
                at
                for at, on in enumerate(row.loss_mask)
                if on and row.input_ids[at] == end_token(tokenizer, "chat")
            ]
            assert len(ends) == 2
            assert ends[1] == len(row.input_ids) - 1
            for turn in (1, 3):
                asked = render_turns(tokenizer, "Be brief.", messages[:turn])
                assert isinstance(asked, Rendered)
                assert row.input_ids[: len(asked.input_ids)] == asked.input_ids
                assert row.loss_mask[len(asked.input_ids)]
            assert row.loss_mask[ends[0] + 1] is False
            if template == "chatml marked":
                theirs = tokenizer.apply_chat_template(
                    [{"role": "system", "content": "Be brief."}, *messages], return_assistant_tokens_mask=True
                )
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
def test_published_templates_ask_what_was_trained_and_learn_the_answer_and_its_end(
    name: str, new_tokenizer: Callable[[str], Any]
) -> None:
    tokenizer = new_tokenizer("bytes")
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
    theirs = tokenizer.apply_chat_template(
        turns, return_assistant_tokens_mask=True, enable_thinking=False, date_string="26 Jul 2024"
    )
    assert theirs["input_ids"][: len(row.input_ids)] == row.input_ids
    pairs = zip(row.loss_mask, theirs["assistant_masks"], strict=False)
    assert all(marked for ours, marked in pairs if ours)
