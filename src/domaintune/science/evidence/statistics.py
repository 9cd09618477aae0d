"""Comparing two arms on the same questions: paired t-test, F-test, interval, effect size.

The t-test, the interval and what is planned from them are over clusters of questions (clusters.py); spread,
correlation and the F-test describe the questions.

Signs follow two conventions at once, on purpose. The test tables are in the order of the NASA R&D study
(Tables 5 and 6): t and F are base − tuned and s²(base) / s²(tuned), the tail of F is the left one when F < 1.
Differences, intervals and effect sizes are tuned − base, so that better is positive.
A value that cannot be computed is None and its reason stands in `missing`; NaN never leaves this module.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy import stats

from domaintune.science.evidence.clusters import TOO_FEW, ClusterMean, Sample, cluster_mean, describe, flat
from domaintune.science.evidence.power import Power, power_of

ALL_SAME = "the scores of a column are all the same"


class TTest(NamedTuple):
    """Paired t-test, base − tuned. `p_one_tail` is the tail on the side of t, as spreadsheets print it."""

    df: float | None
    """n − 1; Satterthwaite's where questions share clusters."""
    t: float | None
    p_one_tail: float | None
    t_critical_one_tail: float | None
    p_two_tail: float | None
    t_critical_two_tail: float | None


class FTest(NamedTuple):
    """Two-sample F-test for variances, s²(base) / s²(tuned)."""

    df_base: int | None
    df_tuned: int | None
    f: float | None
    tail: Literal["left", "right"] | None
    p_one_tail: float | None
    f_critical_one_tail: float | None


class Difference(NamedTuple):
    """tuned − base. `d_z` is the mean difference in standard deviations of the differences."""

    mean: float
    standard_deviation: float | None
    ci_low: float | None
    ci_high: float | None
    d_z: float | None


class Wilcoxon(NamedTuple):
    """Signed-rank test on the same differences, for readers who distrust means of 1–5 scores."""

    statistic: float | None
    p_two_tail: float | None


class Paired(NamedTuple):
    """Everything about one comparison; `missing` maps a value that is None to the reason."""

    alpha: float
    clusters: int
    """Of questions; as many as questions where each is independent of the others."""
    design_effect: float | None
    """Variance of the mean difference in units of that of as many independent questions."""
    base: Sample
    tuned: Sample
    pearson: float | None
    t_test: TTest
    f_test: FTest
    difference: Difference
    wilcoxon: Wilcoxon
    power: Power
    missing: dict[str, str]


class ResultTable(NamedTuple):
    """A table for a terminal or a page; each row is a label and its cells, fewer where a value belongs to all."""

    title: str
    columns: list[str]
    """Heads, the labels' first."""
    rows: list[list[str]]
    notes: list[str] = []  # noqa: RUF012 - a tuple's default, which nobody changes


def compare_paired(
    base: Sequence[float],
    tuned: Sequence[float],
    alpha: float,
    power: float,
    clusters: Sequence[str] | None = None,
) -> Paired:
    """Compare two columns of scores; row i of both is the same question.

    alpha is two-sided for t and the interval, of one tail for F. A question whose cluster is empty, or without any, is
    independent of all others. Of no pairs it is an InputError.
    """
    b, t = np.asarray(base, dtype=float), np.asarray(tuned, dtype=float)
    missing: dict[str, str] = {}
    mean = cluster_mean(t - b, [""] * len(b) if clusters is None else clusters, alpha)
    deviation = describe(t - b).standard_deviation
    if mean.missing:
        missing.update({f"difference.{name}": mean.missing for name in ("ci_low", "ci_high")})
    if not deviation:
        missing["difference.d_z"] = mean.missing
    d_z = mean.mean / deviation if deviation else None
    return Paired(
        alpha=alpha,
        clusters=mean.clusters,
        design_effect=mean.design_effect,
        base=describe(b),
        tuned=describe(t),
        pearson=_pearson(b, t, missing),
        t_test=_t_test(mean, alpha, missing),
        f_test=_f_test(describe(b), describe(t), alpha, missing),
        difference=Difference(mean.mean, deviation, mean.ci_low, mean.ci_high, d_z),
        wilcoxon=_wilcoxon(t - b, mean, missing),
        power=power_of(mean, deviation, alpha=alpha, power=power, missing=missing),
        missing=missing,
    )


def _t_test(mean: ClusterMean, alpha: float, missing: dict[str, str]) -> TTest:
    if mean.standard_error is None or mean.df is None or mean.p is None:
        missing["t_test"] = mean.missing
        return TTest(None, None, None, None, None, None)
    one, two = (float(stats.t.isf(share, mean.df)) for share in (alpha, alpha / 2))
    return TTest(mean.df, -mean.mean / mean.standard_error, mean.p / 2, one, mean.p, two)


def _f_test(base: Sample, tuned: Sample, alpha: float, missing: dict[str, str]) -> FTest:
    if base.variance is None or tuned.variance is None:
        missing["f_test"] = TOO_FEW
        return FTest(None, None, None, None, None, None)
    dfs = (base.n - 1, tuned.n - 1)
    if base.variance == 0 or tuned.variance == 0:
        missing["f_test.f"] = f"{ALL_SAME}, so the ratio of variances says nothing"
        return FTest(*dfs, None, None, None, None)
    f = base.variance / tuned.variance
    if f < 1:
        return FTest(*dfs, f, "left", float(stats.f.cdf(f, *dfs)), float(stats.f.ppf(alpha, *dfs)))
    return FTest(*dfs, f, "right", float(stats.f.sf(f, *dfs)), float(stats.f.isf(alpha, *dfs)))


def _pearson(b: np.ndarray[Any, Any], t: np.ndarray[Any, Any], missing: dict[str, str]) -> float | None:
    if len(b) < 2 or flat(b) or flat(t):
        missing["pearson"] = TOO_FEW if len(b) < 2 else ALL_SAME
        return None
    return float(stats.pearsonr(b, t).statistic)


def _wilcoxon(d: np.ndarray[Any, Any], mean: ClusterMean, missing: dict[str, str]) -> Wilcoxon:
    if mean.clusters < mean.n:
        missing["wilcoxon"] = (
            "ranks of single questions need each to be independent, and some share a cluster"
        )
    elif not np.any(d):
        missing["wilcoxon"] = "no question has a difference"
    else:
        result = stats.wilcoxon(d)
        return Wilcoxon(float(result.statistic), float(result.pvalue))
    return Wilcoxon(None, None)
