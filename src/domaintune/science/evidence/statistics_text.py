"""A paired comparison in sentences a reader can quote, and as the tables of the NASA R&D study (5 and 6).

Tables print nine decimals without closing zeros, as in the study; standard errors and deviations have four.
"""

from collections.abc import Iterable
from typing import NamedTuple

from domaintune.science.evidence.clusters import ClusterMean
from domaintune.science.evidence.power import Power
from domaintune.science.evidence.statistics import Difference, Paired, ResultTable

NONE = "–"
EXPLORATORY = "exploratory"


class Family(NamedTuple):
    """The tests that one is corrected with, by Holm. Only a test of the declared family can be called significant."""

    tests: int
    p_holm: float | None
    """None where no test was possible, or where the test is exploratory."""
    exploratory: bool


def in_words(result: Paired, base: str, tuned: str, on: str, family: Family | None = None) -> str:
    """Say what was found; `on` says on what, e.g. "On 40 questions". Without a family it is the only test."""
    d = result.difference
    first = (
        f"{on}, {tuned} scored {result.tuned.mean:.2f} on average against {result.base.mean:.2f} of {base}, "
        f"a difference of {d.mean:+.2f}{interval(d, result.alpha, ' (', ')')}."
    )
    return " ".join([first, _verdict(result, f"{base} − {tuned}", family), *_enough(result, family)])


def interval(of: Difference | ClusterMean, alpha: float, before: str, after: str = "") -> str:
    """Return e.g. " (95 % interval +0.10 to +0.90)"; nothing where there is none."""
    if of.ci_low is None:
        return ""
    return f"{before}{percent(1 - alpha)} interval {of.ci_low:+.2f} to {of.ci_high:+.2f}{after}"


def questions_in_words(n: int, clusters: int, asked: int | None = None) -> str:
    """Return how many questions, how often they were asked, and in how many clusters where some are not independent."""
    text = f"{n:,} question{'' if n == 1 else 's'}" + (
        "" if asked in (None, n) else f", asked {asked:,} times"
    )
    return text if clusters == n else f"{text} in {clusters:,} cluster{'' if clusters == 1 else 's'}"


def p_text(p: float) -> str:
    """Format a p-value for a sentence."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def percent(share: float) -> str:
    """Format a share as whole percent."""
    return f"{share:.0%}".replace("%", " %")


def _verdict(result: Paired, order: str, family: Family | None) -> str:
    t = result.t_test
    if t.t is None or t.p_two_tail is None or t.df is None:
        return f"No test was possible: {result.missing.get('t_test', '')}."
    df = f"{t.df:.0f}" if abs(t.df - round(t.df)) < 1e-9 else f"{t.df:.1f}"
    test = f"paired t-test, t({df}) = {t.t:.3f} as {order}, two-tailed {p_text(t.p_two_tail)}"
    if family is not None and family.exploratory:
        return f"This was not declared to be tested, so it is {EXPLORATORY} and shows nothing by itself ({test})."
    p = t.p_two_tail
    if family is not None and family.p_holm is not None and family.tests > 1:
        p = family.p_holm
        test += f"; {p_text(p)} after Holm's correction for {family.tests} tests"
    found = "is" if p < result.alpha else "is not"
    return f"The difference {found} significant at the {percent(result.alpha)} level ({test})."


def _enough(result: Paired, family: Family | None) -> list[str]:
    n, d_z, power = result.base.n, result.difference.d_z, result.power
    if d_z is None or power.detectable_d_z is None or power.detectable_difference is None:
        return []
    told = []
    if power.d_z_low is not None and power.d_z_high is not None:
        level = percent(1 - result.alpha)
        told.append(
            f"The size of the effect is uncertain (d_z = {d_z:.2f}, {level} interval {power.d_z_low:.2f} to "
            f"{power.d_z_high:.2f}): {percent(power.power)} power to detect it takes {_range(power)}."
        )
    told.append(
        f"With {n:,}, only differences of {power.detectable_difference:.2f} points or more "
        f"(d_z = {power.detectable_d_z:.2f}) have {percent(power.power)} power."
    )
    if family is not None and family.tests > 1 and not family.exploratory:
        told.append("That is the power of this test alone; after the correction it is less.")
    return told


def _range(power: Power) -> str:
    if power.required_fewest is None:
        return "more questions than a million"
    if power.required_most is None:
        return f"{power.required_fewest:,} questions or more, and at its lower end no finite number is enough"
    return f"between {power.required_fewest:,} and {power.required_most:,} questions"


def tables(result: Paired, base: str, tuned: str) -> list[ResultTable]:
    """Return the study's two tables, then what it reports in its text, then what it lacks."""
    b, t, test, f = result.base, result.tuned, result.t_test, result.f_test
    tail = f" ({f.tail})" if f.tail else ""
    samples = [("Mean", b.mean, t.mean), ("Variance", b.variance, t.variance), ("Observations", b.n, t.n)]
    t_rows = [
        ("Pearson correlation", result.pearson),
        ("Hypothesized mean difference", 0),
        ("df", test.df),
        ("t Stat", test.t),
        ("P(T<=t) one-tail", test.p_one_tail),
        ("t critical one-tail", test.t_critical_one_tail),
        ("P(T<=t) two-tail", test.p_two_tail),
        ("t critical two-tail", test.t_critical_two_tail),
    ]
    f_rows = [
        ("df", f.df_base, f.df_tuned),
        ("F", f.f),
        (f"P(F<=f) one-tail{tail}", f.p_one_tail),
        (f"F critical one-tail{tail}", f.f_critical_one_tail),
    ]
    spread = [
        ["Standard error", *(fixed(one.standard_error, ".4f") for one in (b, t))],
        ["Standard deviation", *(fixed(one.standard_deviation, ".4f") for one in (b, t))],
    ]
    heads = ["", base, tuned]
    return [
        ResultTable(f"Paired t-test ({base} − {tuned})", heads, _rows([*samples, *t_rows])),
        ResultTable(f"F-test for variances ({base} / {tuned})", heads, _rows([*samples, *f_rows])),
        ResultTable("Spread of the scores", heads, spread),
        ResultTable(f"Difference ({tuned} − {base})", ["", "value"], _rows(_difference(result))),
    ]


def fixed(value: float | None, form: str = ".3f") -> str:
    """Return a figure for a cell."""
    return NONE if value is None else format(value, form)


def number(value: float | None) -> str:
    """Format as the study does: nine decimals, closing zeros dropped; tiny values keep their digits."""
    if value is None:
        return NONE
    if 0 < abs(value) < 1e-8:
        return f"{value:.3g}"
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _rows(rows: Iterable[tuple[str | float | None, ...]]) -> list[list[str]]:
    return [[cell if isinstance(cell, str) else number(cell) for cell in row] for row in rows]


def _difference(result: Paired) -> list[tuple[str | float | None, ...]]:
    d, power, wilcoxon = result.difference, result.power, result.wilcoxon
    level, chance = percent(1 - result.alpha), percent(power.power)
    return [
        ("Mean difference", d.mean),
        (f"{level} interval, low", d.ci_low),
        (f"{level} interval, high", d.ci_high),
        ("Effect size d_z", d.d_z),
        (f"{level} interval of d_z, low", power.d_z_low),
        (f"{level} interval of d_z, high", power.d_z_high),
        ("Clusters of questions", result.clusters),
        ("Design effect of the clusters", result.design_effect),
        ("Wilcoxon signed-rank, p two-tail", wilcoxon.p_two_tail),
        (f"Questions for {chance} power, over the interval of d_z", power.needed),
        (f"Questions for {chance} power, from the observed effect (itself uncertain)", power.required_n),
        (f"Smallest d_z detectable with {chance} power", power.detectable_d_z),
    ]
