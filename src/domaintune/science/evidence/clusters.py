"""Means and tests over questions that come in clusters: those on one document or passage are not independent.

The mean's standard error is the bias-reduced one for clusters (CR2), its t has Satterthwaite's degrees of freedom. With
every question a cluster of its own that is the ordinary t-test with n − 1; with clusters of one size it is the t-test
over the clusters' means.
Sources: Bell & McCaffrey 2002, Survey Methodology 28, 169–181; Pustejovsky & Tipton 2018, Journal of Business &
Economic Statistics 36, 672–683; of questions put to language models: Miller 2024, arXiv:2411.00640.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from domaintune.core.stage.errors import InputError

TOO_FEW = "needs at least 2 pairs"
ONE_CLUSTER = "all are of one cluster, and a test needs at least 2"
NO_SPREAD = "every difference is the same, so there is nothing to estimate an error from"
SAME_MEANS = "every cluster has the same mean, so there is nothing to estimate an error from"
FLAT = 1e-12  # relative spread below which values are equal but for rounding
SLACK = 1e-9  # relative; sums of probabilities are equal but for rounding

Column = Sequence[float] | np.ndarray[Any, Any]


class Sample(NamedTuple):
    """One column of scores. Variance with n − 1 in the denominator."""

    n: int
    mean: float
    variance: float | None
    standard_deviation: float | None
    standard_error: float | None


def describe(values: Column) -> Sample:
    """Return n, mean and spread of one column; of an empty one an InputError: a mean of nothing is not zero."""
    x = np.asarray(values, dtype=float)
    if x.size == 0:
        raise InputError("no scores: a mean needs at least one")
    if x.size < 2:
        return Sample(1, float(x[0]), None, None, None)
    deviation = 0.0 if flat(x) else float(x.std(ddof=1))
    return Sample(int(x.size), float(x.mean()), deviation**2, deviation, deviation / float(np.sqrt(x.size)))


def flat(x: np.ndarray[Any, Any]) -> bool:
    """Say whether all values are equal but for rounding."""
    return bool(np.ptp(x) <= FLAT * max(1.0, float(np.abs(x).max())))


class ClusterMean(NamedTuple):
    """A mean over questions; a value that is None has its reason in `missing`."""

    n: int
    clusters: int
    mean: float
    standard_error: float | None
    df: float | None
    """Satterthwaite's degrees of freedom of mean / standard error."""
    p: float | None
    """Two-sided, of a mean of zero."""
    ci_low: float | None
    ci_high: float | None
    design_effect: float | None
    """Variance of the mean in units of that of as many independent questions."""
    missing: str
    p_holm: float | None = None
    """Corrected over the rows of its table."""
    in_words: str | None = None
    """Where it was declared to be tested."""


def number_clusters(names: Sequence[str]) -> np.ndarray[Any, Any]:
    """Return a number from 0 for each question's cluster; a question without a name is a cluster of its own."""
    own = [(name, -1) if name else ("", i) for i, name in enumerate(names)]
    numbers = {key: i for i, key in enumerate(dict.fromkeys(own))}
    return np.array([numbers[key] for key in own], dtype=np.int64)


def cluster_mean(values: Column, clusters: Sequence[str], alpha: float) -> ClusterMean:
    """Return the mean over questions with the error, degrees of freedom, interval 1 − alpha that clusters leave it."""
    x = np.asarray(values, dtype=float)
    sample, numbers = describe(x), number_clusters(clusters)
    sizes = np.bincount(numbers).astype(float)
    found = _unknown(sample.n, len(sizes), sample.mean)
    if sample.n < 2 or len(sizes) < 2:
        return found._replace(missing=TOO_FEW if sample.n < 2 else ONE_CLUSTER)
    if not sample.standard_error:
        return found._replace(missing=NO_SPREAD)
    parts = _parts(x - sample.mean, numbers, sizes)
    if np.abs(parts).max() <= FLAT * max(1.0, float(np.abs(x).max())):
        return found._replace(missing=SAME_MEANS)
    error = sample.standard_error if len(sizes) == sample.n else float(np.sqrt(np.sum(parts**2)))
    found = found._replace(design_effect=(error / sample.standard_error) ** 2)
    return _tested(found, error, _satterthwaite(sizes), alpha)


def cluster_difference(
    one: Column, one_clusters: Sequence[str], other: Column, other_clusters: Sequence[str], alpha: float
) -> ClusterMean:
    """Return the difference of two groups' means, one − other; df are Welch's, and a cluster may be in both groups."""
    sides = cluster_mean(one, one_clusters, alpha), cluster_mean(other, other_clusters, alpha)
    numbers = number_clusters([*one_clusters, *other_clusters])
    counts, difference = (sides[0].n + sides[1].n, int(numbers.max()) + 1), sides[0].mean - sides[1].mean
    if missing := sides[0].missing or sides[1].missing:
        return _unknown(*counts, difference, missing)
    total = np.zeros(counts[1])
    for values, own, sign in ((one, numbers[: sides[0].n], 1), (other, numbers[sides[0].n :], -1)):
        x, sizes = np.asarray(values, dtype=float), np.bincount(own, minlength=counts[1]).astype(float)
        total += sign * _parts(x - x.mean(), own, sizes)
    errors = [(float(side.standard_error or 0), float(side.df or 0)) for side in sides]
    df = sum(error**2 for error, _ in errors) ** 2 / sum(error**4 / df for error, df in errors)
    return _tested(_unknown(*counts, difference), float(np.sqrt(np.sum(total**2))), df, alpha)


def _parts(
    residuals: np.ndarray[Any, Any], numbers: np.ndarray[Any, Any], sizes: np.ndarray[Any, Any]
) -> Any:
    """Return what each cluster adds to the mean's error, with the correction that makes its square unbiased."""
    sums = np.bincount(numbers, weights=residuals, minlength=len(sizes))
    return sums / np.sqrt(1 - sizes / len(residuals)) / len(residuals)


def _unknown(n: int, clusters: int, mean: float, missing: str = "") -> ClusterMean:
    # given one by one: a field with a default would be left out of comparison.json where it is None
    return ClusterMean(n, clusters, mean, None, None, None, None, None, None, missing)


def _tested(one: ClusterMean, error: float, df: float, alpha: float) -> ClusterMean:
    half, p = float(stats.t.isf(alpha / 2, df)) * error, 2 * float(stats.t.sf(abs(one.mean) / error, df))
    return one._replace(standard_error=error, df=df, p=p, ci_low=one.mean - half, ci_high=one.mean + half)


def _satterthwaite(sizes: np.ndarray[Any, Any]) -> float:
    """Return tr(G)² / ‖G‖² of the variance estimate's quadratic form G, in closed form for a mean."""
    if np.ptp(sizes) == 0:
        return float(len(sizes) - 1)
    n = float(sizes.sum())
    spread = sizes**2 / (1 - sizes / n)
    return n**2 / float(np.sum(sizes**2) + (spread.sum() ** 2 - np.sum(spread**2)) / n**2)


def sign_flip(differences: Sequence[int], clusters: Sequence[str]) -> float | None:
    """Return the exact two-sided p of so large a sum where the sign of each cluster's sum is a fair coin.

    Where every question is a cluster of its own and differences are −1, 0 and 1 it is the sign test, and so the exact
    test of McNemar. None where every cluster's sum is zero: nothing was decided.

    Source: Fisher 1935, The Design of Experiments, section 21, with clusters in place of observations.
    """
    sums = np.rint(np.bincount(number_clusters(clusters), weights=differences)).astype(np.int64)
    sizes, counts = np.unique(np.abs(sums[sums != 0]), return_counts=True)
    if not sizes.size:
        return None
    chances = np.ones(1)  # of the sum of the sizes that came out positive
    for size, count in zip(sizes, counts, strict=True):
        spaced = np.zeros(int(size * count) + 1)
        spaced[:: int(size)] = stats.binom.pmf(np.arange(count + 1), count, 0.5)
        chances = np.convolve(chances, spaced)
    total = int(np.sum(sizes * counts))
    reached = np.abs(2 * np.arange(total + 1) - total) >= abs(int(sums.sum()))
    p = float(chances[reached].sum())
    return 1.0 if p > 1 - SLACK else p
