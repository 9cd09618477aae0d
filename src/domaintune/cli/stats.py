"""`domaintune stats`: the paired comparison of any two columns of a table of scores."""

import csv
import math
from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import to_json
from domaintune.science.evidence.statistics import Paired, compare_paired
from domaintune.science.evidence.statistics_tables import as_text, tables
from domaintune.science.evidence.statistics_text import in_words

MOST_PROBLEMS = 10


def stats(  # noqa: PLR0917 - typer turns the arguments into options
    scores: Annotated[Path, typer.Argument(help="CSV or TSV with one row a question and a column an arm")],
    baseline: Annotated[str, typer.Option(help="Column with the baseline's scores")],
    treated: Annotated[str, typer.Option(help="Column with the scores compared with it")],
    alpha: Annotated[float, typer.Option(min=0.0001, max=0.4999, help="Level of significance")] = 0.05,
    power: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Chance to detect the effect")] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON")] = False,
) -> None:
    """Compare two columns of scores: paired t-test, F-test, interval, effect size, questions needed."""
    base, tuned = read_columns(scores, baseline, treated)
    result = compare_paired(base, tuned, alpha, power)
    typer.echo(_json(result, baseline, treated) if as_json else _text(result, baseline, treated))


def read_columns(path: Path, baseline: str, treated: str) -> tuple[list[float], list[float]]:
    """Read two columns of numbers; a byte order mark, CRLF, and tabs or semicolons for commas are fine.

    Raises:
        InputError: no such file or column, no rows, or cells that are no numbers; rows and columns are named.
    """
    if baseline == treated:
        raise InputError(f"--baseline and --treated both name the column {baseline!r}: name two columns")
    rows = _rows(path)
    header = [name.strip() for name in rows[0][1]] if rows else []
    for name in (baseline, treated):
        if header.count(name) != 1:
            found = "twice or more" if name in header else "not"
            raise InputError(
                f"{path}: column {name!r} was expected once and is {found} there; "
                f"columns: {', '.join(header) or 'none'}"
            )
    if len(rows) < 2:
        raise InputError(f"{path}: has a header but no rows of scores")
    problems: list[str] = []
    places = [(name, header.index(name)) for name in (baseline, treated)]
    columns = [[_cell(line, row, name, at, problems) for line, row in rows[1:]] for name, at in places]
    if problems:
        more = len(problems) - MOST_PROBLEMS
        shown = "\n  ".join(problems[:MOST_PROBLEMS]) + (f"\n  and {more} more" if more > 0 else "")
        raise InputError(f"{path}: every row needs a number in both columns; mend or remove:\n  {shown}")
    return columns[0], columns[1]


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: could not be read ({error.strerror}). Name a CSV or TSV file.") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: expected UTF-8 text, byte {error.start} is none. Save it as UTF-8."
        ) from error
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num}: no readable CSV: {error}") from error


def _cell(line: int, row: list[str], name: str, at: int, problems: list[str]) -> float:
    text = row[at].strip() if at < len(row) else ""
    try:
        value = math.nan if "_" in text else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        problems.append(
            f"line {line}, column {name}: expected a number, got {text!r}"
            if text
            else f"line {line}, column {name}: expected a number, the cell is empty"
        )
    return value


def _text(result: Paired, baseline: str, treated: str) -> str:
    parts = [as_text(table) for table in tables(result, baseline, treated)]
    notes = [f"{name}: none, because {reason}" for name, reason in sorted(result.missing.items())]
    sentence = in_words(result, baseline, treated, _on(result))
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else []), sentence])


def _json(result: Paired, baseline: str, treated: str) -> str:
    return to_json(
        {
            **result.as_dict(),
            "baseline": baseline,
            "treated": treated,
            "in_words": in_words(result, baseline, treated, _on(result)),
        }
    )


def _on(result: Paired) -> str:
    return f"On {result.base.n} paired score{'s' if result.base.n > 1 else ''}"
