"""The shape that all formats of instruction sets share, and which of its rows are unusable, and why."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Turn
from domaintune.core.sections.sources import InstructionFilters
from domaintune.core.stage.accounting import Loss
from domaintune.science.refusals import refusal_in

INSTANCES = {"Instances", "instances"}
"""Fields of a record that hold its instances."""


class Draft(NamedTuple):
    """What a row asks and answers: either instruction, input and output, or turns."""

    instruction: str = ""
    input: str = ""
    output: str = ""
    system: str = ""
    turns: tuple[Turn, ...] = ()
    category: str = ""
    """The set's own name for the kind of task, where it has one."""
    left_out: int = 0
    """Turns without their other half, and further accepted answers, that a training row has no place for."""

    @property
    def asked(self) -> list[str]:
        """Return the user's texts."""
        if self.turns:
            return [turn.content for turn in self.turns if turn.role == "user"]
        return [text for text in (self.instruction, self.input) if text]

    @property
    def answered(self) -> list[str]:
        """Return the assistant's texts."""
        if self.turns:
            return [turn.content for turn in self.turns if turn.role == "assistant"]
        return [self.output]


ToDrafts = Callable[[Mapping[str, Any]], list[Draft | Loss]]
"""How a format's record becomes rows."""


class Example(NamedTuple):
    """A row of an instruction set. A record that holds several instances becomes several rows."""

    place: str
    """Where it is, e.g. `line 12` or `line 12, instance 2`."""
    record: Mapping[str, Any]
    """The record as read, for quarantine."""
    number: int
    """Of the instance in its record, from 1."""
    draft: Draft | Loss

    def shown(self) -> dict[str, str]:
        """Return the record as text; of its instances, only this one."""
        values = dict(self.record)
        for name in INSTANCES & values.keys():
            if isinstance(values[name], list):
                values[name] = values[name][self.number - 1 : self.number]
        return {
            str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            for name, value in values.items()
        }


def text_of(record: Mapping[str, Any], field: str, *, optional: bool = False) -> str | Loss:
    """Return a field's text; numbers count as text, null and a missing field only where it is optional."""
    value = record.get(field)
    if value is None and optional:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if field not in record:
        return Loss("missing_field", f"no field {field!r}; the record has {sorted(map(str, record))[:12]}")
    return Loss("wrong_type", f"field {field!r}: expected a text, got {type(value).__name__}")


def texts_of(*found: str | Loss) -> list[str] | Loss:
    """Return texts that were read, or the first thing wrong with them."""
    read = []
    for text in found:
        if isinstance(text, Loss):
            return text
        read.append(text)
    return read


def category_of(record: Mapping[str, Any], field: str = "category") -> str:
    """Return what a record says it is about; `task_name` stands in for a missing `task`, empty for what is not text."""
    found = text_of(record, field if field in record else f"{field}_name", optional=True)
    return found if isinstance(found, str) else ""


def conversation(turns: Sequence[Turn], category: str = "") -> Draft | Loss:
    """Return a conversation: the first system turn, then questions and answers in turn.

    Answers before the first question and questions after the last answer are left out, as exports cut conversations
    into pieces; a single question and its answer become instruction and output.
    """
    system = turns[0].content if turns and turns[0].role == "system" else ""
    rest = list(turns[1:] if turns and turns[0].role == "system" else turns)
    asked = [number for number, turn in enumerate(rest) if turn.role == "user"]
    answered = [number for number, turn in enumerate(rest) if turn.role == "assistant"]
    if not asked or not answered or asked[0] > answered[-1]:
        return Loss("no_exchange", f"{len(asked)} questions and {len(answered)} answers make no exchange")
    kept = rest[asked[0] : answered[-1] + 1]
    for number, turn in enumerate(kept):
        if turn.role != ("user", "assistant")[number % 2]:
            place = number + asked[0] + 1 + (len(turns) - len(rest))
            return Loss(
                "turn_order", f"turn {place} is by {turn.role}, as is the one before, or out of place"
            )
    left_out = len(rest) - len(kept)
    if len(kept) == 2:
        question, answer = kept
        return Draft(question.content, "", answer.content, system, (), category, left_out)
    return Draft("", "", "", system, tuple(kept), category, left_out)


WORD = re.compile(r"\b[A-Za-z]{4,}\b")
"""Words whose capitals mean nothing. Shorter ones may be symbols (CO is not Co), and COCl2 is not a word."""


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
