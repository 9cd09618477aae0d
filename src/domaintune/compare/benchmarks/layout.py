"""Tables for a terminal: columns in groups, broken into panels where they are wider than the screen."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

WIDTH = 110  # characters
GAP = "  "


class Column(NamedTuple):
    """A heading and one cell a row."""

    head: str
    cells: list[str]


class Group(NamedTuple):
    """Columns that stay together under one title; an empty title stands over nothing."""

    title: str
    columns: list[Column]


def panels(labels: Column, groups: Sequence[Group], width: int = WIDTH) -> str:
    """Lay a table out; what does not fit beside goes below, with the rows' labels again."""
    laid: list[list[list[str]]] = []
    room = 0
    for group in groups:
        block = _block(group)
        if not laid or room + len(GAP) + _wide(block[0]) > width:
            laid.append([_padded([" ", labels.head, *labels.cells], right=False)])
            room = _wide(laid[-1][0][0])
        laid[-1].append(block)
        room += len(GAP) + _wide(block[0])
    return "\n\n".join(_joined(blocks) for blocks in laid)


def fits(labels: Column, groups: Sequence[Group], width: int = WIDTH) -> bool:
    """Say whether the table is one panel."""
    widths = [_wide(_block(group)[0]) for group in groups]
    return (
        max(_wide(cell) for cell in [labels.head, *labels.cells]) + sum(w + len(GAP) for w in widths) <= width
    )


def paragraph(text: str, indent: str = "", width: int = WIDTH) -> str:
    """Wrap a text between words; its further lines are indented. Hangul is two columns wide."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1].strip() else lines[-1] + word
        if _wide(joined) > width and lines[-1].strip():
            lines.append(indent + word)
        else:
            lines[-1] = joined
    return "\n".join(lines)


def _block(group: Group) -> list[str]:
    lines = [
        GAP.join(cells)
        for cells in zip(*(_padded([c.head, *c.cells], right=True) for c in group.columns), strict=True)
    ]
    title = group.title + " " * (_wide(lines[0]) - _wide(group.title))
    return _padded([title, *lines], right=False)


def _padded(cells: Sequence[str], *, right: bool) -> list[str]:
    widest = max(_wide(cell) for cell in cells)
    blank = [" " * (widest - _wide(cell)) for cell in cells]
    return [b + cell if right else cell + b for b, cell in zip(blank, cells, strict=True)]


def _joined(blocks: Sequence[Sequence[str]]) -> str:
    title, *lines = (GAP.join(line).rstrip() for line in zip(*blocks, strict=True))
    return "\n".join([title, *lines] if title else lines)


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
