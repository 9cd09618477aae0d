"""Reading JSON out of a model's answer: strictly first, then repaired, always held against a schema."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

import json_repair
import jsonschema

MAX_CHARS = 200_000
"""Longer answers are not repaired: json-repair is not linear, and no answer of ours is that long."""

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


def accept_all(_: Any) -> None:
    """Find nothing wrong."""


def as_it_is(value: Any) -> Any:
    """Change nothing."""
    return value


def read_answer(
    text: str,
    schema: Mapping[str, Any],
    check: Check = accept_all,
    *,
    complete: bool = True,
    tidy: Tidy = as_it_is,
) -> Read | Unreadable:
    """Return the answer's value, repaired where the text alone proves how.

    An incomplete answer (cut at max_tokens) is never repaired: closing its brackets would pass off half an
    answer as a whole one.
    """
    try:
        value = _strict(text)
    except (ValueError, RecursionError) as error:
        problem = f"no valid JSON: {error}"
    else:
        found = _problem(value, schema, check)
        if found is None:
            return Read(value, repaired=False)
        problem = found
        if _problem(tidied := tidy(value), schema, check) is None:
            return Read(tidied, repaired=True)
    if not complete:
        return Unreadable(f"cut off at the token limit; {problem}")
    for candidate in _repairs(text, schema):
        for value in (candidate, tidy(candidate)):
            if _problem(value, schema, check) is None:
                return Read(value, repaired=True)
    return Unreadable(problem)


def _strict(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _problem(value: Any, schema: Mapping[str, Any], check: Check) -> str | None:
    """Return what is wrong with a value. Infinity (1e999) and lone surrogates are JSON, but fit no file."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError, TypeError) as error:
        return f"holds a value that cannot be stored: {error}"
    validator = jsonschema.Draft202012Validator(schema)
    worst = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if worst is not None:
        return f"does not match the schema at {worst.json_path}: {worst.message[:300]}"
    return check(value)


def _repairs(text: str, schema: Mapping[str, Any]) -> list[Any]:
    """Return candidates in falling order of how little was changed."""
    found: list[Any] = []
    for candidate in (_unfenced(text), _outermost(text)):
        try:
            found.append(_strict(candidate))
        except (ValueError, RecursionError):
            continue
    if len(text) <= MAX_CHARS:
        for candidate in dict.fromkeys((_unfenced(text), _outermost(text))):
            try:
                found.append(json_repair.loads(candidate, skip_json_loads=True))
            except (ValueError, RecursionError, IndexError):
                continue
    return found + [wrapped for value in found if (wrapped := _wrapped(value, schema)) is not None]


def _unfenced(text: str) -> str:
    """Return what stands between the first pair of code fences, or the text."""
    fenced = re.search(r"```[A-Za-z0-9]*\s*\n(.*?)```", text, re.DOTALL)
    return fenced.group(1) if fenced else text


def _outermost(text: str) -> str:
    """Return the text from its first opening to its last closing bracket: prose around JSON goes."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts and end > min(starts) else text


def _wrapped(value: Any, schema: Mapping[str, Any]) -> Any | None:
    """Put a bare list, or a single item, into the one list property that the schema asks for.

    Asked for {"pairs": [...]}, small models often give the list alone or its only item.
    """
    properties = schema.get("properties", {})
    if len(properties) != 1:
        return None
    name, inner = next(iter(properties.items()))
    if not isinstance(inner, Mapping) or inner.get("type") != "array":
        return None
    if isinstance(value, list):
        return {name: value}
    return {name: [value]} if isinstance(value, dict) and name not in value else None
