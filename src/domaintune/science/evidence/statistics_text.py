"""A comparison as the tables of the NASA R&D study (5 and 6) and as sentences a reader can quote.

Numbers are printed with nine decimals and no closing zeros, as in the study; standard errors and deviations
with four.
"""

from typing import NamedTuple

from domaintune.science.evidence.statistics import Paired
from domaintune.science.limits import width

NONE = "–"


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


def in_words(result: Paired, base: str, tuned: str, on: str) -> str:
    """Say what was found; `on` says on what, e.g. "On 40 questions"."""
    d = result.difference
    first = (
        f"{on}, {tuned} scored {result.tuned.mean:.2f} on average against {result.base.mean:.2f} of {base}, "
        f"a difference of {d.mean:+.2f}"
    )
    if d.ci_low is not None and d.ci_high is not None:
        first += f" ({1 - result.alpha:.0%} interval {d.ci_low:+.2f} to {d.ci_high:+.2f})".replace("%", " %")
    return " ".join([first + ".", _verdict(result, f"{base} − {tuned}"), _enough(result)]).strip()


def p_text(p: float) -> str:
    """Format a p-value for a sentence."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _verdict(result: Paired, order: str) -> str:
    t = result.t_test
    if t.t is None or t.p_two_tail is None:
        reason = result.missing.get("t_test.t") or result.missing.get("t_test", "")
        return f"No test was possible: {reason}."
    found = "is" if t.p_two_tail < result.alpha else "is not"
    return (
        f"The difference {found} significant at the {result.alpha:.0%} level (paired t-test, "
        f"t({t.df}) = {t.t:.3f} as {order}, two-tailed {p_text(t.p_two_tail)})."
    ).replace("% level", " % level")


def _enough(result: Paired) -> str:
    n, d_z, power = result.base.n, result.difference.d_z, result.power
    chance = f"{power.power:.0%}".replace("%", " %")
    if d_z is None:
        return ""
    if power.required_n is None:
        needed = result.missing["power.required_n"]
        text = f"To detect a difference of this size (d_z = {d_z:.2f}) with {chance} power: {needed}."
    else:
        verb = "would have been needed" if power.required_n > n else "would have been enough"
        text = (
            f"{power.required_n:,} questions {verb} to detect a difference of this size (d_z = {d_z:.2f}) "
            f"with {chance} power."
        )
    if power.detectable_difference is not None:
        text += (
            f" With {n}, only differences of {power.detectable_difference:.2f} points or more "
            f"(d_z = {power.detectable_d_z:.2f}) have that chance to be detected."
        )
    return text


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
    level = f"{1 - result.alpha:.0%}".replace("%", " %")
    chance = f"{power.power:.0%}".replace("%", " %")
    needed = NONE if power.required_n is None else str(power.required_n)
    return [
        ["Mean difference", number(d.mean)],
        [f"{level} interval, low", number(d.ci_low)],
        [f"{level} interval, high", number(d.ci_high)],
        ["Effect size d_z", number(d.d_z)],
        ["Wilcoxon signed-rank, p two-tail", number(result.wilcoxon.p_two_tail)],
        [f"Questions needed for {chance} power", needed],
        [f"Smallest d_z detectable with {chance} power", number(power.detectable_d_z)],
    ]
