"""Tables and paragraphs for a terminal, laid out by rich: plain text, broken into panels where it is too wide."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from domaintune.science.evidence.statistics import ResultTable

WIDTH = 110  # columns; wide characters are two
# Wider than any table: a cell is never cut, and the text is the same whatever the terminal.
CONSOLE = Console(width=100_000, color_system=None, markup=False, emoji=False, highlight=False)


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
    laid: list[list[Group]] = []
    for group in groups:
        if not laid or not fits(labels, [*laid[-1], group], width):
            laid.append([])
        laid[-1].append(group)
    return "\n\n".join(_printed(_grid(labels, own)) for own in laid)


def fits(labels: Column, groups: Sequence[Group], width: int = WIDTH) -> bool:
    """Say whether the table is one panel."""
    return CONSOLE.measure(_grid(labels, groups)).maximum <= width


def as_text(table: ResultTable, width: int = WIDTH) -> str:
    """Lay a table out: its title, its columns in panels no wider than the terminal, each with the labels, its notes."""
    widths = [
        max(
            cell_len(line)
            for text in (head, *(row[at] for row in table.rows if at < len(row)))
            for line in text.split("\n")
        )
        for at, head in enumerate(table.columns)
    ]
    laid: list[list[int]] = []
    for at in range(1, len(widths)):
        if not laid or sum(widths[i] + 2 for i in (0, *laid[-1])) + widths[at] > width:
            laid.append([])
        laid[-1].append(at)
    shown = "\n\n".join(_printed(_panel(table, columns)) for columns in laid)
    title = [paragraph(table.title, width=width)] if table.title else []
    return "\n\n".join(["\n".join([*title, shown]), *(paragraph(note, width=width) for note in table.notes)])


def paragraph(text: str, indent: str = "", width: int = WIDTH) -> str:
    """Wrap a text between words; its further lines are indented."""
    lines = Text(" ".join(text.split())).wrap(CONSOLE, width)
    return f"\n{indent}".join(line.plain.rstrip() for line in lines)


def _panel(table: ResultTable, columns: list[int]) -> Grid:
    """Return some columns beside the labels; heads of two lines stand over one another."""
    lines = max(head.count("\n") for head in table.columns)
    heads = ["\n" * (lines - head.count("\n")) + head for head in table.columns]
    grid = _empty()
    grid.add_column(heads[0], no_wrap=True)
    for at in columns:
        grid.add_column(heads[at], justify="right", no_wrap=True)
    for row in table.rows:
        grid.add_row(row[0], *(row[at] if at < len(row) else "" for at in columns))
    return grid


def _grid(labels: Column, groups: Sequence[Group]) -> Grid:
    grid = _empty()
    above = "\n" if any(group.title for group in groups) else ""
    grid.add_column(f"{above}{labels.head}", no_wrap=True)
    for group in groups:
        for at, column in enumerate(group.columns):
            title = group.title if at == 0 else ""
            grid.add_column(f"{title}{above}{column.head}", justify="right", no_wrap=True)
    for cells in zip(
        labels.cells, *(column.cells for group in groups for column in group.columns), strict=True
    ):
        grid.add_row(*cells)
    return grid


def _empty() -> Grid:
    return Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")


def _printed(grid: Grid) -> str:
    with CONSOLE.capture() as printed:
        CONSOLE.print(grid)
    return "\n".join(line.rstrip() for line in printed.get().rstrip("\n").split("\n"))
