"""A reply in its clean form: what a normaliser gives, and what is done to every text of a row."""

import re
import unicodedata
from typing import Any, NamedTuple

_ABSENT = re.compile(
    r"(?:(?-i:(?!Na\b))n\s*[/.]?\s*a|none|null|nil|[-–—]+|no mention|없음|언급\s*없음|해당\s*없음"
    r"|(?:is |are )?not (?:mentioned|applicable|available|stated|specified|reported|given|described))?[\s.]*",
    re.IGNORECASE,
)


class CleanAnswer(NamedTuple):
    """A reply in its clean form. `reply` is what limits and grounding look at, `output` what is trained."""

    reply: dict[str, Any]
    output: str


def clean(text: str) -> str:
    """Return NFC text without outer space and without control characters, line breaks and tabs excepted."""
    kept = (c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(kept).strip()


def is_absent(text: str) -> bool:
    """Tell whether a text says that there is nothing to say; Na is sodium."""
    return _ABSENT.fullmatch(text.strip().strip("'\"")) is not None
