"""Finding JSON in a text, with bounded work: a server that has gone wrong says `{"` for megabytes, and what it said is
read again on every run.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, SupportsIndex

import json_repair

MAX_STEPS = 500_000
"""Steps that reading one answer may take: a look of json-repair at the text is one, CHARS characters decoded are one,
and A_TRY are a brace from which an object is looked for, with the check of what was found."""
CHARS, A_TRY = 50, 150
FLAT = re.compile(r"\{[^{}]{1,2000}\}")
"""An object without one inside, short enough to be repaired in no time."""


class TooManyStepsError(Exception):
    """An answer would take more than MAX_STEPS."""


class Steps:
    """Counts the work on one answer and ends it where it is too much."""

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def take(self, count: int) -> None:
        """Count steps, made or about to be."""
        self.left -= count
        if self.left < 0:
            raise TooManyStepsError


class Counted(str):
    """A text whose reader takes a step at each look: json-repair goes back and forth, in some texts for hours."""

    steps: Steps

    def __getitem__(self, at: SupportsIndex | slice) -> str:
        found = super().__getitem__(at)
        self.steps.take(1 + len(found) // CHARS)
        return found

    def find(self, *given: Any) -> int:
        """Return where another text is."""
        at = super().find(*given)
        self.steps.take(1 + len(self) // (CHARS * 20))
        return at


def no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's decoder would take."""
    raise ValueError(f"{name} is no JSON")


def objects_in(text: str, steps: Steps, *, mend: bool = False) -> Iterator[Any]:
    """Yield every JSON object that stands in a text, in order; of one inside another the outer alone.

    With `mend`, also what json-repair makes of short braces that are not valid JSON: a judge's verdict may be the
    one that lacks a quote.
    """
    decoder, at = json.JSONDecoder(parse_constant=no_constant), text.find("{")
    while at >= 0:
        steps.take(A_TRY)
        try:
            value, looked = decoder.raw_decode(text[at:])  # an error counts the lines before its place
            end = at + looked
        except (ValueError, RecursionError) as error:
            looked = error.pos if isinstance(error, json.JSONDecodeError) else len(text) - at
            flat = FLAT.match(text, at)
            value, end = repaired(flat.group(), steps) if flat and mend else None, at + 1
        steps.take(looked // CHARS)
        if value is not None:
            yield value
        at = text.find("{", end)


def repaired(text: str, steps: Steps) -> Any | None:
    """Return what json-repair makes of a text."""
    counted = Counted(text)
    counted.steps = steps
    try:
        return json_repair.loads(counted, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError):
        return None
