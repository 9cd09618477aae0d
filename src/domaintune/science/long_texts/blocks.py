"""Fences of code and tables of Markdown: what keeps its lines while those around it are joined."""

import re
from collections.abc import Iterator
from typing import NamedTuple

BLOCK = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n`]*\n(?:.*?\n)??[ ]{0,3}(?P=fence)[`~]*[ \t]*$"
    r"|^[ \t]*\|[^\n]*\|[ \t]*\n[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$(?:\n[ \t]*\|[^\n]*)*",
    re.MULTILINE | re.DOTALL,
)
"""A closed fence; or a row of cells, the line of hyphens below it, and all rows that follow.

Source: GitHub Flavored Markdown 0.29, sections 4.5 and 4.10.
"""


class Piece(NamedTuple):
    """`text[start:end]`, which is a block or what stands between two."""

    start: int
    end: int
    text: str
    block: bool


def split_blocks(text: str) -> Iterator[Piece]:
    """Yield a text in pieces, of which none is empty; together they are the text."""
    position = 0
    for found in BLOCK.finditer(text):
        if found.start() > position:
            yield Piece(position, found.start(), text[position : found.start()], block=False)
        yield Piece(*found.span(), found.group(), block=True)
        position = found.end()
    if position < len(text):
        yield Piece(position, len(text), text[position:], block=False)
