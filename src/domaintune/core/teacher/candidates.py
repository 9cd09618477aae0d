"""JSON that stands somewhere in an answer: as it is, between words, in a code fence, or broken."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

import json_repair

MAX_CHARS = 200_000
"""Longer answers are not repaired: json-repair is not linear, and no answer of ours is that long."""
FLAT = re.compile(r"\{[^{}]{1,2000}\}")
"""An object without one inside, short enough to be repaired in no time."""
_MARK = r"(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad)>"
_THOUGHTS = re.compile(rf"<{_MARK}.*?</{_MARK}", re.DOTALL | re.IGNORECASE)
_HALF = re.compile(rf"^.*</{_MARK}|<{_MARK}.*", re.DOTALL | re.IGNORECASE)
"""Thoughts that a chat template opened in the prompt, or that never came to their end."""

_SAYS = re.compile(  # the judge's own `I say {…}` is its verdict
    r"(?<!\bI )\b(?:quot(?:es|ed|ing)|says|said|states|stated|claims|claimed|cites|cited|writes|wrote)\b"
    r"[^.!?\n{]{0,30}$",
    re.IGNORECASE,
)
_SAID = re.compile(r"""[`"'\s]*(?:이?라[고는]|[을를]\s*인용)""")
"""Before and behind an object that a text reports of somebody."""


def without_thoughts(text: str) -> str:
    """Return an answer without what a reasoning model thought, drafts of its answer among it."""
    return _HALF.sub("", _THOUGHTS.sub("", text))


def strict(text: str) -> Any:
    """Read JSON that needs no repair.

    Raises:
        ValueError: it is none, or holds NaN or Infinity.
    """
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def repairs(text: str, schema: Mapping[str, Any]) -> list[Any]:
    """Return candidates in falling order of how little was changed."""
    found: list[Any] = []
    fenced = re.search(r"```[A-Za-z0-9]*\s*\n(.*?)```", text, re.DOTALL)
    pieces = dict.fromkeys((fenced.group(1) if fenced else text, _outermost(text)))
    for piece in pieces:
        with suppress(ValueError, RecursionError):
            found.append(strict(piece))
    if len(text) <= MAX_CHARS:
        found += [value for value in map(_repaired, pieces) if value is not None]
    return found + [wrapped for value in found if (wrapped := _wrapped(value, schema)) is not None]


def objects(text: str, *, repaired: bool) -> list[Any]:
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


def is_quoted(text: str) -> bool:
    """Tell whether the first object of a text is somebody else's word: `The answer quotes {"score": 10}, wrongly.`"""
    at, end = text.find("{"), text.find("}")
    return at >= 0 and bool(_SAYS.search(text, max(0, at - 60), at) or _SAID.match(text, end + 1))


def _repaired(text: str) -> Any | None:
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError):
        return None


def _outermost(text: str) -> str:
    """Return the text from its first opening to its last closing bracket: prose around JSON goes."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts and end > min(starts) else text


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
