"""Reading JSON out of a model's answer: strictly first, then repaired, always held against a schema."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jsonschema

from domaintune.core.teacher.candidates import is_quoted, objects, repairs, strict, without_thoughts

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
        value = strict(text)
    except (ValueError, RecursionError) as error:
        problem = f"no valid JSON: {error}"  # sent again: other words would be another request
    else:
        found = read(value)
        if isinstance(found, Read):
            return Read(found.value, repaired=found.value is not value)
        problem = found.problem
    if not complete:
        return Unreadable(f"cut off at the token limit; {problem}")
    said = without_thoughts(text)
    answer = _from_words(said, problem, schema, read)
    if prose is None or isinstance(answer, Read) or _has_object(said):
        return answer
    told = prose(said)
    wrong = told.problem if isinstance(told, Unreadable) else _problem(told.value, schema, check)
    return told if wrong is None else Unreadable(f"{answer.problem}; {wrong}")


def _has_object(text: str) -> bool:
    return any(isinstance(one, Mapping) for one in objects(text, repaired=False))


def _from_words(
    text: str, problem: str, schema: Mapping[str, Any], read: Callable[[Any], Read | Unreadable]
) -> Read | Unreadable:
    inside = [read(value) for value in objects(text, repaired=True)]
    whole = [one for one in inside if isinstance(one, Read)]
    if any(one != whole[0] for one in whole):
        shown = json.dumps(whole[0].value, ensure_ascii=False)[:200]
        return Unreadable(
            f"holds {len(whole)} JSON objects that match the schema and differ: {shown} and another"
        )
    if len(inside) == 1 and whole and is_quoted(text):
        return Unreadable("its only JSON object is a quotation")
    problems = [problem, *(one.problem for one in inside if isinstance(one, Unreadable))]
    candidates = (*whole, *map(read, repairs(text, schema)))
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
