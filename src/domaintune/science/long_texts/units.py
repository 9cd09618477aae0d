"""What chunks are filled with: sentences, tables and fences of code."""

from collections.abc import Iterator
from typing import NamedTuple

from domaintune.science.long_texts.blocks import split_blocks
from domaintune.science.long_texts.token_estimate import estimate_tokens
from domaintune.science.sentences import split_sentences


class Unit(NamedTuple):
    """A sentence, table or fence, or a part of one that is too long: `text[start:end]`."""

    start: int
    end: int
    tokens: int


def split_units(text: str, start: int, end: int, max_tokens: int) -> tuple[list[Unit], int]:
    """Return the sentences, tables and fences of code of `text[start:end]`, and how many were cut to the budget.

    A table or a fence is cut between its lines.
    """
    units: list[Unit] = []
    cut = 0
    position = start
    for whole, block in _wholes(text[start:end]):
        first = text.index(whole, position)
        position = first + len(whole)
        tokens = estimate_tokens(whole)
        if tokens <= max_tokens:
            units.append(Unit(first, position, tokens))
        else:
            cut += 1
            units += _parts(text, first, position, max_tokens, "\n" if block else " ")
    return units, cut


def _wholes(text: str) -> Iterator[tuple[str, bool]]:
    """Yield what is not cut where it can be helped, and whether it is a table or a fence of code."""
    for piece in split_blocks(text):
        if piece.block:
            yield piece.text, True
        else:
            yield from ((sentence, False) for sentence in split_sentences(piece.text))


def _parts(text: str, start: int, end: int, max_tokens: int, border: str) -> Iterator[Unit]:
    """Cut at borders as late as the budget allows, and elsewhere only where what stands between two is over it."""
    while start < end:
        stop = _fitting(text, start, end, max_tokens)
        if stop < end:
            places = (text.rfind(mark, start + 1, stop + 1) for mark in (border, " "))
            stop = next((place for place in places if place > start), stop)
        yield Unit(start, stop, estimate_tokens(text[start:stop]))
        start = stop + len(text[stop:end]) - len(text[stop:end].lstrip())


def _fitting(text: str, start: int, end: int, max_tokens: int) -> int:
    """Return the furthest end within the budget, by bisection: the estimate grows with the text."""
    low, high = start + 1, min(end, start + 8 * max_tokens + 8)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if estimate_tokens(text[start:middle]) <= max_tokens else (low, middle - 1)
    return low
