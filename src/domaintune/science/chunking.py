"""Cutting a long text into chunks at section headings, paragraphs and sentence borders."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domaintune.science.markup import split_blocks
from domaintune.science.text_structure import Unit, headings_of, split_units


class Chunk(NamedTuple):
    """A piece of a text: `text[start:end]`, or pieces of it joined where sentences are repeated or cut."""

    text: str
    section: str
    """Headings above it, outermost first, joined by ` > `; empty before the first."""
    start: int
    """Where its text begins in the whole, repeated sentences included."""
    end: int


class _Section(NamedTuple):
    name: str
    start: int
    end: int


def chunk_text(text: str, max_tokens: int, overlap_tokens: int, min_chars: int) -> tuple[list[Chunk], int]:
    """Cut a text whose paragraphs are separated by blank lines; no chunk has more than `max_tokens` (estimated).

    Also returns how many sentences were too long and had to be cut.

    A chunk lies within one section; a section shorter than `min_chars` is joined to the next (the last one to the
    one before), and its heading stays in the text. Within a section, sentences are filled up to the budget, and a
    chunk ends with a paragraph where that leaves it at least half full. The next chunk then repeats the last whole
    sentences, of at most `overlap_tokens`. A sentence over the budget is cut at spaces, a table or a fence of code
    between its lines, a word over it anywhere.
    """
    chunks: list[Chunk] = []
    cut = 0
    for section in _joined(_sections(text), min_chars):
        units, long_ones = split_units(text, section.start, section.end, max_tokens)
        cut += long_ones
        for group in _filled(text, units, max_tokens, overlap_tokens):
            start, end = group[0].start, group[-1].end
            chunks.append(Chunk(text[start:end], section.name, start, end))
    return chunks, cut


def _sections(text: str) -> list[_Section]:
    """Return the text between headings; headings without text only add to the path of names."""
    sections: list[_Section] = []
    path: list[tuple[int, str]] = []
    start = end = 0
    places = list(_paragraphs(text))
    headings = headings_of([text[first:last] for first, last in places])
    for (first, last), found in zip(places, headings, strict=True):
        if found is None:
            if end <= start:
                start = first
            end = last
            continue
        if end > start:
            sections.append(_Section(" > ".join(name for _, name in path), start, end))
        path = [*((level, name) for level, name in path if level < found[0]), found]
        start = end = last
    if end > start:
        sections.append(_Section(" > ".join(name for _, name in path), start, end))
    return sections or [_Section("", 0, len(text))]  # nothing but what looks like headings


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    for piece in split_blocks(text):
        if piece.block:
            yield piece.start, piece.end
            continue
        position = piece.start
        for match in re.finditer(r"\n\n+|\Z", piece.text):
            if piece.text[position - piece.start : match.start()].strip("\n"):
                yield position, piece.start + match.start()
            position = piece.start + match.end()


def _joined(sections: Sequence[_Section], min_chars: int) -> list[_Section]:
    """Join sections too short to stand alone to the following one, and a short last one to the one before."""
    found: list[_Section] = []
    for section in sections:
        if found and found[-1].end - found[-1].start < min_chars:
            found[-1] = _both(found[-1], section)
        else:
            found.append(section)
    if len(found) > 1 and found[-1].end - found[-1].start < min_chars:
        found[-2:] = [_both(*found[-2:])]
    return found


def _both(one: _Section, other: _Section) -> _Section:
    return _Section("; ".join(filter(None, (one.name, other.name))), one.start, other.end)


def _filled(
    text: str, units: Sequence[Unit], max_tokens: int, overlap_tokens: int
) -> Iterator[Sequence[Unit]]:
    """Group units into chunks; each next one begins with the repeated sentences."""
    first = done = 0
    while first < len(units):
        last, used = first, 0
        while last < len(units) and used + units[last].tokens <= max_tokens:
            used += units[last].tokens
            last += 1
        last = max(last, first + 1)
        if last < len(units):
            last = _at_paragraph(text, units[:last], first, done)
        yield units[first:last]
        if last >= len(units):
            return
        done = last
        first = _repeated_from(units, first, last, overlap_tokens, max_tokens)


def _at_paragraph(text: str, units: Sequence[Unit], first: int, done: int) -> int:
    """Return the last paragraph border after unit `done` that leaves the chunk at least half full, or else the end."""
    full = used = sum(unit.tokens for unit in units[first:])
    for end in range(len(units) - 1, done, -1):
        used -= units[end].tokens
        if used * 2 < full:
            break
        if "\n\n" in text[units[end - 1].end : units[end].start]:
            return end
    return len(units)


def _repeated_from(units: Sequence[Unit], first: int, last: int, overlap_tokens: int, max_tokens: int) -> int:
    """Return the unit the next chunk begins with: it must have room for something new."""
    used, start = 0, last
    while start - 1 > first and used + units[start - 1].tokens <= overlap_tokens:
        used += units[start - 1].tokens
        start -= 1
    while start < last and used + units[last].tokens > max_tokens:
        used -= units[start].tokens
        start += 1
    return start
