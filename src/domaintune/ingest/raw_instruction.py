"""The shape that all formats of instruction sets share, and the format that is plain text: dialogues."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple

from domaintune.core.records.instruction import Turn
from domaintune.core.tables.cells import SHOWN, BrokenRow
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.typed_rows import JsonObject
from domaintune.ingest.fields import RowError

Role = Literal["system", "user", "assistant"]
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
        said = [turn.content for turn in self.turns if turn.role == "user"]
        return said or [text for text in (self.instruction, self.input) if text]

    @property
    def answered(self) -> list[str]:
        """Return the assistant's texts."""
        return [turn.content for turn in self.turns if turn.role == "assistant"] or [self.output]


ToDrafts = Callable[[Mapping[str, Any]], list[Draft | RowError]]
"""How a format's record becomes rows."""


class Example(NamedTuple):
    """A row of an instruction set. A record that holds several instances becomes several rows."""

    place: str
    """Where it is, e.g. `line 12` or `line 12, instance 2`."""
    record: Mapping[str, Any]
    """The record as read, for quarantine."""
    number: int
    """Of the instance in its record, from 1."""
    draft: Draft | RowError

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


def text_of(record: Mapping[str, Any], field: str, *, optional: bool = False) -> str:
    """Return a field's text; numbers count as text, null and a missing field only where it is optional."""
    value = record.get(field)
    if value is None and optional:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if field not in record:
        raise RowError("missing_field", f"no field {field!r}; the record has {sorted(map(str, record))[:12]}")
    raise RowError("wrong_type", f"field {field!r}: expected a text, got {type(value).__name__}")


def category_of(record: Mapping[str, Any], field: str = "category") -> str:
    """Return what a record says it is about; `task_name` stands in for a missing `task`, empty for what is not text."""
    with suppress(RowError):
        return text_of(record, field if field in record else f"{field}_name", optional=True)
    return ""


def conversation(turns: Sequence[Turn], category: str = "") -> Draft:
    """Return a conversation: the first system turn, then questions and answers in turn.

    Answers before the first question and questions after the last answer are left out, as exports cut conversations
    into pieces; a single question and its answer become instruction and output.
    """
    system = turns[0].content if turns and turns[0].role == "system" else ""
    rest = list(turns[1:] if turns and turns[0].role == "system" else turns)
    asked = [number for number, turn in enumerate(rest) if turn.role == "user"]
    answered = [number for number, turn in enumerate(rest) if turn.role == "assistant"]
    if not asked or not answered or asked[0] > answered[-1]:
        raise RowError("no_exchange", f"{len(asked)} questions and {len(answered)} answers make no exchange")
    kept = rest[asked[0] : answered[-1] + 1]
    for number, turn in enumerate(kept):
        if turn.role != ("user", "assistant")[number % 2]:
            place = number + asked[0] + 1 + (len(turns) - len(rest))
            raise RowError(
                "turn_order", f"turn {place} is by {turn.role}, as is the one before, or out of place"
            )
    left_out = len(rest) - len(kept)
    if len(kept) == 2:
        question, answer = kept
        return Draft(question.content, "", answer.content, system, (), category, left_out)
    return Draft("", "", "", system, tuple(kept), category, left_out)


BETWEEN = re.compile(r"^\s*(?:<<[^<>]*>>|[-=*#]{3,})\s*$")
"""A line between dialogues."""
MARKED = re.compile(r"\s*(?P<open>[<\[(])(?P<name>[^<>\[\]()]{1,30})[>\])]\s*[::]\s*")
PLAIN = re.compile(r"\s*(?P<name>[^\W\d_][\w ]{0,19}?)\s*[::]\s*")
"""A speaker at the beginning of a line. The first line tells which of the two a dialogue uses."""
SHAREGPT: dict[str, Role] = {
    "human": "user", "user": "user",
    "gpt": "assistant", "chatgpt": "assistant", "assistant": "assistant", "bing": "assistant", "bard": "assistant",
    "system": "system",
}  # fmt: skip
"""Who speaks in ShareGPT's files and their descendants."""
OPENAI: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
}  # fmt: skip
"""Roles of OpenAI's chat format. Calls of tools and their answers have no place in a training row."""
SPEAKERS: dict[str, Role] = {
    "사람": "user", "사용자": "user", "질문자": "user", "고객": "user", "질문": "user", "user": "user",
    "human": "user", "customer": "user", "q": "user",
    "챗봇": "assistant", "봇": "assistant", "상담원": "assistant", "답변": "assistant", "인공지능": "assistant",
    "assistant": "assistant", "bot": "assistant", "chatbot": "assistant", "ai": "assistant", "gpt": "assistant",
    "a": "assistant",
    "system": "system", "시스템": "system",
}  # fmt: skip
"""Names of speakers, in small letters."""


def read_dialogues(path: Path, max_chars: int) -> Iterator[JsonObject | BrokenRow]:
    """Yield the dialogues of a text file, each as the only field of a record, in its order."""
    with open_text(path) as stream:
        marked = any(BETWEEN.match(line) for line in stream)
    lines: list[str] = []
    start = length = 0
    with open_text(path) as stream:
        for number, line in enumerate(chain(stream, [""]), 1):  # an empty line ends the last one
            if not line or (BETWEEN.match(line) if marked else not line.strip()):
                text, place = "".join(lines), f"line {start}"
                if length > max_chars:
                    detail = f"{length} characters, at most {max_chars}"
                    yield BrokenRow(place, "too_long", detail, text[:SHOWN])
                elif text.strip():
                    yield JsonObject(place, {"dialogue": text})
                lines, length = [], 0
                continue
            start = start if lines else number
            length += len(line)
            if length <= max_chars:
                lines.append(line)


def parse_dialogue(text: str) -> Draft:
    """Return the dialogue's turns; a line without a speaker goes on with the turn before."""
    turns: list[tuple[Role, list[str]]] = []
    first = next(line for line in text.splitlines() if line.strip())
    spoken = MARKED if MARKED.match(first) else PLAIN
    for line in text.splitlines():
        found = spoken.match(line)
        role = SPEAKERS.get(found["name"].strip().casefold()) if found else None
        if found and role:
            turns.append((role, [line[found.end() :]]))
        elif found and (spoken is MARKED or line == first):
            # somebody else speaks: not part of the turn before
            raise RowError("unknown_role", f"speaker {found['name']!r}; known: {', '.join(SPEAKERS)}")
        elif turns:
            turns[-1][1].append(line)
        elif line.strip():
            raise RowError("no_speaker", f"expected `<name>: text`, got {line.strip()[:80]!r}")
    return conversation([Turn(role=role, content="\n".join(said).strip()) for role, said in turns])
