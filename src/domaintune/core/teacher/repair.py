"""Reading JSON out of a model's answer: strictly first, then as it stands between words, in a code fence or broken.

Whatever is found is held against a schema. No text takes long, see `finding`.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from typing import Any, NamedTuple

import jsonschema

from domaintune.core.teacher.finding import Steps, TooManyStepsError, no_constant, objects_in, repaired

MAX_CHARS, MAX_REPAIRED, MAX_PROSE = 200_000, 100_000, 10_000
"""Longer answers are JSON as they stand or nothing, are not repaired, are not read as prose; none of ours is longer."""
MAX_ERRORS, MAX_TOLD = 1000, 20_000
"""Errors of a value among which the worst is looked for, and characters of what is said of an answer."""
MARK = r"(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad)>"
THOUGHTS = re.compile(rf"<{MARK}.*?</{MARK}", re.DOTALL | re.IGNORECASE)
LAST_END = re.compile(rf".*</{MARK}", re.DOTALL | re.IGNORECASE)
HALF_THOUGHTS = re.compile(rf"^.*</{MARK}|<{MARK}.*", re.DOTALL | re.IGNORECASE)
"""Thoughts that a chat template opened in the prompt, or that never came to their end."""
NO_PROSE = re.compile(r"[\W\d_]{200}")
"""So much without a letter, which patterns for scores would go through again and again."""
FENCED = re.compile(r"```[A-Za-z0-9]*+[^\S\n]*+\n(.*?)```", re.DOTALL)

SAYS = re.compile(  # the judge's own `I say {…}` is its verdict
    r"(?<!\bI )\b(?:quot(?:es|ed|ing)|says|said|states|stated|claims|claimed|cites|cited|writes|wrote)\b"
    r"[^.!?\n{]{0,30}$",
    re.IGNORECASE,
)
SAID = re.compile(r"""[`"'\s]*(?:이?라[고는]|[을를]\s*인용)""")
"""Before and behind an object that a text reports of somebody."""

Check = Callable[[Any], str | None]
"""Returns what is wrong with a value that its schema allows, or None."""

Tidy = Callable[[Any], Any]
"""Puts a value into the schema's spelling where its meaning is plain, e.g. `Answer A` into A."""


class Read(NamedTuple):
    """A value that satisfies schema and check."""

    value: Any
    repaired: bool


class Unreadable(NamedTuple):
    """Why an answer has no such value, in words a model can act on."""

    problem: str


Prose = Callable[[str], Read | Unreadable]
"""Finds in running text what was asked for as JSON."""


def read_answer(
    text: str,
    schema: Mapping[str, Any],
    check: Check | None = None,
    *,
    complete: bool = True,
    tidy: Tidy | None = None,
    prose: Prose | None = None,
) -> Read | Unreadable:
    """Return the answer's value, repaired where the text alone proves how.

    An incomplete answer (cut at max_tokens) is never repaired: closing its brackets would pass off half an answer as a
    whole one. Of several objects that match the schema and differ none is taken: one may be a quotation; nor the only
    one where the text reports it of somebody (`quotes {…}`). `prose` reads an answer without any JSON object.
    """

    def read(value: Any) -> Read | Unreadable:
        problem = _problem(value, schema, check)
        if problem is not None and tidy is not None and (tidied := tidy(value)) != value:
            value, problem = tidied, _problem(tidied, schema, check)
        return Read(value, repaired=True) if problem is None else Unreadable(problem)

    try:
        value = json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        problem = f"no valid JSON: {error}"  # sent again: other words would be another request
    else:
        found = read(value)
        if isinstance(found, Read):
            return Read(found.value, repaired=found.value is not value)
        problem = found.problem
    if not complete:
        return Unreadable(f"cut off at the token limit; {problem}")
    said = _without_thoughts(text)
    if len(said) > MAX_CHARS:
        return Unreadable(f"{problem}; {len(said)} characters are too many to look for JSON in")
    steps = Steps()
    try:
        answer = _from_words(said, problem, schema, read, steps)
        if isinstance(answer, Read) or prose is None or any(True for _ in objects_in(said, steps)):
            return answer
    except TooManyStepsError:
        return Unreadable(f"{problem}; too many braces and quotes to look for JSON in")
    told = prose(said) if _is_prose(said) else Unreadable("nor is it the prose of a verdict")
    wrong = told.problem if isinstance(told, Unreadable) else _problem(told.value, schema, check)
    return told if wrong is None else Unreadable(f"{answer.problem}; {wrong}")


def _without_thoughts(text: str) -> str:
    """Return a text without what a reasoning model thought: it drafts its answer there."""
    ends = last.end() if (last := LAST_END.match(text)) else 0  # no thought that begins behind it ends
    return HALF_THOUGHTS.sub("", THOUGHTS.sub("", text[:ends]) + text[ends:])


def _is_prose(text: str) -> bool:
    return len(text) <= MAX_PROSE and not NO_PROSE.search(unicodedata.normalize("NFKC", text))


def _from_words(
    text: str,
    problem: str,
    schema: Mapping[str, Any],
    read: Callable[[Any], Read | Unreadable],
    steps: Steps,
) -> Read | Unreadable:
    inside = [read(value) for value in objects_in(text, steps, mend=True)]
    whole = [one for one in inside if isinstance(one, Read)]
    if any(one != whole[0] for one in whole):
        shown = json.dumps(whole[0].value, ensure_ascii=False)[:200]
        return Unreadable(
            f"holds {len(whole)} JSON objects that match the schema and differ: {shown} and another"
        )
    if len(inside) == 1 and whole and _is_quoted(text):
        return Unreadable("its only JSON object is a quotation")
    problems = [problem, *(one.problem for one in inside if isinstance(one, Unreadable))]
    candidates = chain(whole, map(read, _repairs(text, schema, steps)))
    read_one = (one for one in candidates if isinstance(one, Read))
    return next(read_one, Unreadable("; ".join(dict.fromkeys(problems))[:MAX_TOLD]))


def _problem(value: Any, schema: Mapping[str, Any], check: Check | None) -> str | None:
    """Return what is wrong with a value. Infinity (1e999) and lone surrogates are JSON, but fit no file."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError, TypeError) as error:
        return f"holds a value that cannot be stored: {error}"
    validator = jsonschema.Draft202012Validator(schema)
    worst = jsonschema.exceptions.best_match(islice(validator.iter_errors(value), MAX_ERRORS))
    if worst is not None:
        return f"does not match the schema at {worst.json_path}: {worst.message[:300]}"
    return check(value) if check else None


def _repairs(text: str, schema: Mapping[str, Any], steps: Steps) -> Iterator[Any]:
    """Yield candidates in falling order of how little was changed."""
    found: list[Any] = []
    fenced = FENCED.search(text)
    outermost = re.match(r"[^{\[]*+([{\[].*[}\]])", text, re.DOTALL)  # prose around JSON goes
    pieces = dict.fromkeys((fenced[1] if fenced else text, outermost[1] if outermost else text))
    for piece in pieces:
        with suppress(ValueError, RecursionError):
            found.append(json.loads(piece, parse_constant=no_constant))
    yield from found
    short = (piece for piece in pieces if len(piece) <= MAX_REPAIRED)
    mended = [value for piece in short if (value := repaired(piece, steps)) is not None]
    yield from mended
    yield from (wrapped for value in found + mended if (wrapped := _wrapped(value, schema)) is not None)


def _is_quoted(text: str) -> bool:
    """Tell whether the first object of a text is somebody else's word: `The answer quotes {"score": 10}, wrongly.`"""
    at, end = text.find("{"), text.find("}")
    return at >= 0 and bool(SAYS.search(text, max(0, at - 60), at) or SAID.match(text, end + 1))


def _wrapped(value: Any, schema: Mapping[str, Any]) -> Any | None:
    """Put a bare list, or a single item, into the one list property that the schema asks for.

    Asked for {"pairs": [...]}, small models often give the list alone or its only item.
    """
    match list(schema.get("properties", {}).items()):
        case [(name, {"type": "array"})] if isinstance(value, list):
            return {name: value}
        case [(name, {"type": "array"})] if isinstance(value, dict) and name not in value:
            return {name: [value]}
    return None
