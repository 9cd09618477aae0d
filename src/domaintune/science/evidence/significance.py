"""Tests on counts of wins, and the correction for testing several arms."""

from collections.abc import Sequence

from scipy import stats


def sign_test(wins: int, losses: int) -> float | None:
    """Return the two-sided p of a fair coin giving such wins and losses; None when nothing was decided."""
    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else None


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for testing several arms, in the given order.

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65–70.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = highest
    return adjusted
