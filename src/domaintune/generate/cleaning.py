"""What is done to every text before it becomes part of a row."""

import unicodedata


def clean(text: str) -> str:
    """Return NFC text without outer space and without control characters, line breaks and tabs excepted."""
    kept = (c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(kept).strip()


def as_written(value: object) -> str:
    """Return a reply's value as one text: a list's items one a line."""
    return "\n".join(map(as_written, value)) if isinstance(value, list | tuple) else str(value)
