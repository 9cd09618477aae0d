"""One column of scores: mean and spread."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from domaintune.core.stage.errors import InputError

FLAT = 1e-12  # relative spread below which values are equal but for rounding


class Sample(NamedTuple):
    """One column of scores. Variance with n − 1 in the denominator."""

    n: int
    mean: float
    variance: float | None
    standard_deviation: float | None
    standard_error: float | None


def describe(values: Sequence[float] | np.ndarray[Any, Any]) -> Sample:
    """Return n, mean and spread of one column.

    Raises:
        InputError: the column is empty; a mean of nothing is no zero.
    """
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
