"""Characters that an exporter lost and wrote as a question mark within a word."""

import re

APOSTROPHE = re.compile(
    r"(?<![\w/.?=&])(?P<word>[^\W\d_]+)\?(?P<end>s|re|ve|ll|(?<=n\?)t)(?=[\s,.;:!)\]\"”]|$)"
)
"""`today?s`, `don?t`: a word with an ending that only an apostrophe joins to it, and no address of a page."""
LOST_LETTER = re.compile(r"(?:(?<=\s)|\A)[^\s/?=]*[^\W_]\?[^\W_](?![^\s?]*[=/?])")
"""A character lost within a word, or a sign between two: `high?speed`, `1800?C`; but no address of a page."""


def lost_letter(text: str) -> bool:
    """Say whether a question mark stands within a word, where an exporter lost a character."""
    return "?" in text and LOST_LETTER.search(text) is not None


def restore_apostrophes(text: str) -> str:
    """Put back the apostrophes that are proved by what stands around them."""
    return APOSTROPHE.sub("\\g<word>’\\g<end>", text) if "?" in text else text
