"""A comparison as the tables of the NASA R&D study (5 and 6).

Numbers are printed with nine decimals and no closing zeros, as in the study; standard errors and deviations with four.
"""

from typing import NamedTuple

from domaintune.science.evidence.statistics import Paired
from domaintune.science.evidence.statistics_text import NONE, needed_text, percent
from domaintune.science.limits import width


class Table(NamedTuple):
    """A titled table; each row is a label and one cell a column, empty where a value belongs to both."""

    title: str
    columns: list[str]
    rows: list[list[str]]


def tables(result: Paired, base: str, tuned: str) -> list[Table]:
    """Return the study's two tables, then what it reports in its text, then what it lacks."""
    return [
        Table(f"Paired t-test ({base} − {tuned})", [base, tuned], _samples(result) + _t_rows(result)),
        Table(f"F-test for variances ({base} / {tuned})", [base, tuned], _samples(result) + _f_rows(result)),
        Table("Spread of the scores", [base, tuned], _spread(result)),
        Table(f"Difference ({tuned} − {base})", ["value"], _difference_rows(result)),
    ]


def as_text(table: Table) -> str:
    """Lay a table out for a terminal."""
    lines = [
        ["", *table.columns],
        *[[*row, *[""] * (1 + len(table.columns) - len(row))] for row in table.rows],
    ]
    widths = [max(width(line[i]) for line in lines) for i in range(len(lines[0]))]
    laid_out = [
        "  ".join(c + " " * (w - width(c)) for c, w in zip(line, widths, strict=True)) for line in lines
    ]
    return "\n".join([table.title, *[line.rstrip() for line in laid_out]])


def number(value: float | None) -> str:
    """Format as the study does: nine decimals, closing zeros dropped; tiny values keep their digits."""
    if value is None:
        return NONE
    if 0 < abs(value) < 1e-8:
        return f"{value:.3g}"
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _samples(result: Paired) -> list[list[str]]:
    b, t = result.base, result.tuned
    return [
        ["Mean", number(b.mean), number(t.mean)],
        ["Variance", number(b.variance), number(t.variance)],
        ["Observations", str(b.n), str(t.n)],
    ]


def _t_rows(result: Paired) -> list[list[str]]:
    t = result.t_test
    return [
        ["Pearson correlation", number(result.pearson)],
        ["Hypothesized mean difference", "0"],
        ["df", number(t.df)],
        ["t Stat", number(t.t)],
        ["P(T<=t) one-tail", number(t.p_one_tail)],
        ["t critical one-tail", number(t.t_critical_one_tail)],
        ["P(T<=t) two-tail", number(t.p_two_tail)],
        ["t critical two-tail", number(t.t_critical_two_tail)],
    ]


def _f_rows(result: Paired) -> list[list[str]]:
    f = result.f_test
    tail = f" ({f.tail})" if f.tail else ""
    return [
        ["df", number(f.df_base), number(f.df_tuned)],
        ["F", number(f.f)],
        [f"P(F<=f) one-tail{tail}", number(f.p_one_tail)],
        [f"F critical one-tail{tail}", number(f.f_critical_one_tail)],
    ]


def _spread(result: Paired) -> list[list[str]]:
    b, t = result.base, result.tuned
    pairs = [
        ("Standard error", b.standard_error, t.standard_error),
        ("Standard deviation", b.standard_deviation, t.standard_deviation),
    ]
    return [[label, *[NONE if v is None else f"{v:.4f}" for v in values]] for label, *values in pairs]


def _difference_rows(result: Paired) -> list[list[str]]:
    d, power = result.difference, result.power
    level, chance = percent(1 - result.alpha), percent(power.power)
    needed = NONE if power.required_n is None else str(power.required_n)
    return [
        ["Mean difference", number(d.mean)],
        [f"{level} interval, low", number(d.ci_low)],
        [f"{level} interval, high", number(d.ci_high)],
        ["Effect size d_z", number(d.d_z)],
        [f"{level} interval of d_z, low", number(power.d_z_low)],
        [f"{level} interval of d_z, high", number(power.d_z_high)],
        ["Clusters of questions", str(result.clusters)],
        ["Design effect of the clusters", number(result.design_effect)],
        ["Wilcoxon signed-rank, p two-tail", number(result.wilcoxon.p_two_tail)],
        [f"Questions for {chance} power, over the interval of d_z", needed_text(power)],
        [f"Questions for {chance} power, from the observed effect (itself uncertain)", needed],
        [f"Smallest d_z detectable with {chance} power", number(power.detectable_d_z)],
    ]
