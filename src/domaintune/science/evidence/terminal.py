"""Tables and paragraphs for a terminal, laid out by rich: plain text, broken into panels where it is too wide."""

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from domaintune.science.evidence.statistics import ResultTable

WIDTH = 110  # columns; wide characters are two
# Wider than any table: a cell is never cut, and the text is the same whatever the terminal.
CONSOLE = Console(width=100_000, color_system=None, markup=False, emoji=False, highlight=False)


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
    shown = "\n\n".join(_panel(table, columns) for columns in laid)
    title = [paragraph(table.title, width)] if table.title else []
    return "\n\n".join(["\n".join([*title, shown]), *(paragraph(note, width) for note in table.notes)])


def paragraph(text: str, width: int = WIDTH) -> str:
    """Wrap a text between words."""
    lines = Text(" ".join(text.split())).wrap(CONSOLE, width)
    return "\n".join(line.plain.rstrip() for line in lines)


def _panel(table: ResultTable, columns: list[int]) -> str:
    """Return some columns beside the labels; heads of two lines stand over one another."""
    lines = max(table.columns[at].count("\n") for at in (0, *columns))
    heads = ["\n" * (lines - head.count("\n")) + head for head in table.columns]
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    grid.add_column(heads[0], no_wrap=True)
    for at in columns:
        grid.add_column(heads[at], justify="right", no_wrap=True)
    for row in table.rows:
        grid.add_row(row[0], *(row[at] if at < len(row) else "" for at in columns))
    with CONSOLE.capture() as printed:
        CONSOLE.print(grid)
    return "\n".join(line.rstrip() for line in printed.get().rstrip("\n").split("\n"))
