"""Reading JSON out of a model's answer: strictly first, then as it stands between words, in a code fence or broken.

Whatever is found is held against a schema.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

import json_repair
import jsonschema

MAX_CHARS = 200_000
"""Longer answers are not repaired: json-repair is not linear, and no answer of ours is that long."""
FLAT = re.compile(r"\{[^{}]{1,2000}\}")
"""An object without one inside, short enough to be repaired in no time."""
MARK = r"(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad)>"
THOUGHTS = re.compile(rf"<{MARK}.*?</{MARK}", re.DOTALL | re.IGNORECASE)
HALF_THOUGHTS = re.compile(rf"^.*</{MARK}|<{MARK}.*", re.DOTALL | re.IGNORECASE)
"""Thoughts that a chat template opened in the prompt, or that never came to their end."""

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
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        problem = f"no valid JSON: {error}"  # sent again: other words would be another request
    else:
        found = read(value)
        if isinstance(found, Read):
            return Read(found.value, repaired=found.value is not value)
        problem = found.problem
    if not complete:
        return Unreadable(f"cut off at the token limit; {problem}")
    said = HALF_THOUGHTS.sub("", THOUGHTS.sub("", text))  # a reasoning model drafts its answer in them
    answer = _from_words(said, problem, schema, read)
    if prose is None or isinstance(answer, Read) or any(isinstance(one, Mapping) for one in _objects(said)):
        return answer
    told = prose(said)
    wrong = told.problem if isinstance(told, Unreadable) else _problem(told.value, schema, check)
    return told if wrong is None else Unreadable(f"{answer.problem}; {wrong}")


def _from_words(
    text: str, problem: str, schema: Mapping[str, Any], read: Callable[[Any], Read | Unreadable]
) -> Read | Unreadable:
    inside = [read(value) for value in _objects(text, repaired=True)]
    whole = [one for one in inside if isinstance(one, Read)]
    if any(one != whole[0] for one in whole):
        shown = json.dumps(whole[0].value, ensure_ascii=False)[:200]
        return Unreadable(
            f"holds {len(whole)} JSON objects that match the schema and differ: {shown} and another"
        )
    if len(inside) == 1 and whole and _is_quoted(text):
        return Unreadable("its only JSON object is a quotation")
    problems = [problem, *(one.problem for one in inside if isinstance(one, Unreadable))]
    candidates = (*whole, *map(read, _repairs(text, schema)))
    read_one = (one for one in candidates if isinstance(one, Read))
    return next(read_one, Unreadable("; ".join(dict.fromkeys(problems))))


def _problem(value: Any, schema: Mapping[str, Any], check: Check | None) -> str | None:
    """Return what is wrong with a value. Infinity (1e999) and lone surrogates are JSON, but fit no file."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError, TypeError) as error:
        return f"holds a value that cannot be stored: {error}"
    validator = jsonschema.Draft202012Validator(schema)
    worst = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if worst is not None:
        return f"does not match the schema at {worst.json_path}: {worst.message[:300]}"
    return check(value) if check else None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _repairs(text: str, schema: Mapping[str, Any]) -> list[Any]:
    """Return candidates in falling order of how little was changed."""
    found: list[Any] = []
    fenced = re.search(r"```[A-Za-z0-9]*\s*\n(.*?)```", text, re.DOTALL)
    outermost = re.match(r"[^{\[]*+([{\[].*[}\]])", text, re.DOTALL)  # prose around JSON goes
    pieces = dict.fromkeys((fenced[1] if fenced else text, outermost[1] if outermost else text))
    for piece in pieces:
        with suppress(ValueError, RecursionError):
            found.append(json.loads(piece, parse_constant=_no_constant))
    if len(text) <= MAX_CHARS:
        found += [value for value in map(_repaired, pieces) if value is not None]
    return found + [wrapped for value in found if (wrapped := _wrapped(value, schema)) is not None]


def _objects(text: str, *, repaired: bool = False) -> list[Any]:
    """Return every JSON object that stands in a text, in order; of one inside another the outer alone.

    With `repaired`, also what json-repair makes of short braces that are not valid JSON: a judge's verdict may be the
    one that lacks a quote.
    """
    found: list[Any] = []
    decoder, at = json.JSONDecoder(parse_constant=_no_constant), text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            flat = FLAT.match(text, at)
            value, end = _repaired(flat.group()) if flat and repaired else None, at + 1
        if value is not None:
            found.append(value)
        at = text.find("{", end)
    return found


def _is_quoted(text: str) -> bool:
    """Tell whether the first object of a text is somebody else's word: `The answer quotes {"score": 10}, wrongly.`"""
    at, end = text.find("{"), text.find("}")
    return at >= 0 and bool(SAYS.search(text, max(0, at - 60), at) or SAID.match(text, end + 1))


def _repaired(text: str) -> Any | None:
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError):
        return None


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
