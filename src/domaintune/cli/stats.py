"""`domaintune stats`: the paired comparison of any two columns of a table of scores."""

import csv
import math
from pathlib import Path
from typing import Annotated, Any

import typer

from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_utf8, to_json
from domaintune.science.comparison import tree
from domaintune.science.evidence.clusters import sign_flip
from domaintune.science.evidence.statistics import compare_paired
from domaintune.science.evidence.statistics_text import in_words, p_text, tables
from domaintune.science.evidence.terminal import as_text

NAMES = {
    "difference.d_z": "d_z",
    "t_test": "t test",
    "f_test": "F test",
    "f_test.f": "F",
    "pearson": "Pearson's r",
    "wilcoxon": "Wilcoxon's test",
    "power.required_n": "questions needed",
    "power.d_z_low": "lower end of d_z's interval",
    "power.d_z_high": "upper end of d_z's interval",
    "power.required_fewest": "questions needed at the far end of d_z's interval",
    "power.required_most": "questions needed at the near end of d_z's interval",
}
"""What a figure that cannot be had is called in a table."""
MOST_PROBLEMS = 10


def stats(  # noqa: PLR0917 - typer turns the arguments into options
    scores: Annotated[Path, typer.Argument(help="CSV or TSV with one row a question and a column an arm")],
    baseline: Annotated[str, typer.Option(help="Column with the baseline's scores")],
    treated: Annotated[str, typer.Option(help="Column with the scores compared with it")],
    cluster: Annotated[
        str | None, typer.Option(help="Column naming what rows are not independent of, e.g. their document")
    ] = None,
    alpha: Annotated[float, typer.Option(min=0.0001, max=0.4999, help="Level of significance")] = 0.05,
    power: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Chance to detect the effect")] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON")] = False,
) -> None:
    """Compare two columns of scores: paired t-test, F-test, interval, effect size, questions needed."""
    base, tuned, named = read_columns(scores, baseline, treated, cluster)
    result = compare_paired(base, tuned, alpha, power, named)
    n, clusters = result.base.n, result.clusters
    on = f"On {n} paired score{'s' if n > 1 else ''}"
    on += "" if clusters == n else f" in {clusters} cluster{'s' if clusters > 1 else ''}"
    exact, sentence = mcnemar(base, tuned, named), in_words(result, baseline, treated, on)
    if exact:
        test = "McNemar's" + ("" if named is None else ", with each cluster as one")
        p = "no row tells the two apart" if exact["p"] is None else p_text(exact["p"])
        sentence += (
            f" The scores are all 0 or 1, for which the t-test is an approximation. Exact test ({test}): "
            f"{exact['only_treated']} only in {treated}, {exact['only_baseline']} only in {baseline}, {p}."
        )
    if as_json:
        about = {"baseline": baseline, "treated": treated, "mcnemar": exact, "in_words": sentence}
        typer.echo(to_json(tree.as_json(result) | about))
        return
    missing = sorted(result.missing.items())
    notes = "\n".join(f"{NAMES.get(name, name)}: none, because {reason}" for name, reason in missing)
    shown = [*map(as_text, tables(result, baseline, treated)), notes, sentence]
    typer.echo("\n\n".join(part for part in shown if part))


def read_columns(
    path: Path, baseline: str, treated: str, cluster: str | None = None
) -> tuple[list[float], list[float], list[str] | None]:
    """Read two columns of numbers, and what each row is not independent of; an empty cluster is a row of its own."""
    if baseline == treated:
        raise InputError(f"--baseline and --treated both name the column {baseline!r}: name two columns")
    rows = _rows(path)
    header = [name.strip() for name in rows[0][1]] if rows else []
    for name in (baseline, treated, *([] if cluster is None else [cluster])):
        if header.count(name) != 1:
            found = "twice or more" if name in header else "not"
            raise InputError(
                f"{path}: column {name!r} was expected once and is {found} there; "
                f"columns: {', '.join(header) or 'none'}"
            )
    if len(rows) < 2:
        raise InputError(f"{path}: has a header but no rows of scores")
    problems = [
        f"line {line}: has the cell {extra!r} beyond the {len(header)} columns of the header"
        for line, row in rows[1:]
        for extra in row[len(header) :]
        if extra.strip()
    ]
    places = [(name, header.index(name)) for name in (baseline, treated)]
    columns = [[_cell(line, row, name, at, problems) for line, row in rows[1:]] for name, at in places]
    if problems:
        more = len(problems) - MOST_PROBLEMS
        shown = "\n  ".join(problems[:MOST_PROBLEMS]) + (f"\n  and {more} more" if more > 0 else "")
        raise InputError(f"{path}: every row needs a number in both columns; mend or remove:\n  {shown}")
    at = None if cluster is None else header.index(cluster)
    clusters = None if at is None else [row[at].strip() if at < len(row) else "" for _, row in rows[1:]]
    return columns[0], columns[1], clusters


def mcnemar(base: list[float], tuned: list[float], clusters: list[str] | None) -> dict[str, Any] | None:
    """Return the exact test of two columns of right (1) and wrong (0), over clusters where there are some."""
    if not {*base, *tuned} <= {0.0, 1.0}:
        return None
    signs = [int(t - b) for b, t in zip(base, tuned, strict=True)]
    p = sign_flip(signs, clusters or [""] * len(signs))
    return {"only_baseline": signs.count(-1), "only_treated": signs.count(1), "p": p}


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    text = read_utf8(path, "CSV or TSV file").removeprefix("\ufeff")
    delimiter = max(",\t;", key=text.partition("\n")[0].count)
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
        found = f"got {text!r}" if text else "the cell is empty"
        problems.append(f"line {line}, column {name}: expected a number, {found}")
    return value
