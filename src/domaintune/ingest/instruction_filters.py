"""Which rows of an instruction set are unusable, and why."""

import re
from collections.abc import Callable

from domaintune.core.sections.sources import InstructionFilters
from domaintune.ingest.raw_instruction import Draft
from domaintune.science.refusals import refusal_in

WORD = re.compile(r"\b[A-Za-z]{4,}\b")
"""Words whose capitals mean nothing. Shorter ones may be symbols (CO is not Co), and COCl2 is no word."""


def normalised(text: str) -> str:
    """Return a text as it is compared: without capitals of words, double spaces, and marks at its end."""
    return WORD.sub(lambda word: word.group().lower(), " ".join(text.split())).rstrip(".?!。 ")


def empty(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find an answer without text."""
    missing = [number for number, text in enumerate(draft.answered, 1) if not text.strip()]
    if not filters.empty_output or not missing:
        return None
    return f"answer {missing[0]} of {len(draft.answered)} holds no text" if draft.turns else "output is empty"


def too_short(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find too little text, in characters without outer space."""
    if filters.min_chars_of == "row":
        parts = ["".join(text.strip() for text in (*draft.asked, *draft.answered))]
    elif draft.turns:
        parts = [turn.content.strip() for turn in draft.turns]
    else:
        parts = ["\n".join(draft.asked).strip(), draft.output.strip()]
    shortest = min(parts, key=len)
    if len(shortest) >= filters.min_chars:
        return None
    return f"{len(shortest)} characters in {shortest!r}, at least {filters.min_chars}"


def output_equals_input(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find an answer that is letter for letter what was asked, or the input: capitals may be the task."""
    if not filters.output_equals_input:
        return None
    if draft.turns:
        pairs = list(zip(draft.asked, draft.answered, strict=True))
    else:
        pairs = [(text, draft.output) for text in draft.asked]
    same = [given for given, answer in pairs if answer and given == answer]
    return f"the answer repeats {same[0][:80]!r}" if same else None


def refusal(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find an answer that refuses, or speaks of being a model."""
    if not filters.refusals:
        return None
    return next((found for answer in draft.answered if (found := refusal_in(answer))), None)


FILTERS: dict[str, Callable[[Draft, InstructionFilters], str | None]] = {
    "empty_output": empty,
    "too_short": too_short,
    "output_equals_input": output_equals_input,
    "refusal": refusal,
}
"""Reason → what finds it, in the order they are tried. Language and duplicates come after, in instructions.py."""
