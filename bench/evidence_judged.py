"""Draws without an effect for bench/evidence.py: judged scores and choices, several arms, lost orders, categories."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from domaintune.compare.paired import gains_of, grouped, in_families
from domaintune.compare.pairwise import count_choices
from domaintune.compare.params import Comparing
from domaintune.compare.scores import Pair, by_order, pairs, sort_out
from domaintune.core.records.judgment import Judgment, Score
from domaintune.core.records.question import Question
from domaintune.science.evidence.clusters import cluster_mean
from domaintune.science.evidence.statistics import Paired, compare_paired
from domaintune.science.evidence.statistics_text import in_words
from evidence_shares import Draw, clustered

ORDERS = ("arm_first", "baseline_first")


def scores(rng: Generator, shape: tuple[int, int], icc: float) -> list[float]:
    """Return grades from 1 to 5, a question each, alike within a cluster."""
    drawn = clustered(
        rng, shape, icc, lambda size: rng.choice([1, 2, 3, 4, 5], size, p=[0.1, 0.2, 0.3, 0.25, 0.15])
    )
    return [float(value) for value in drawn.ravel()]


def clusters_of(shape: tuple[int, int]) -> list[str]:
    """Return each question's cluster."""
    return [str(i // shape[1]) for i in range(shape[0] * shape[1])]


def compared(rng: Generator, comparing: Comparing, shape: tuple[int, int], icc: float) -> Paired:
    """Compare two columns of the same distribution."""
    columns = scores(rng, shape, icc), scores(rng, shape, icc)
    return compare_paired(*columns, comparing.alpha, comparing.power, clusters_of(shape))


def one_criterion(comparing: Comparing, shape: tuple[int, int], icc: float) -> Draw:
    """One arm, one criterion, as `domaintune stats` and `compare` put it."""

    def draw(rng: Generator) -> dict[str, bool]:
        result = compared(rng, comparing, shape, icc)
        low, high = result.difference.ci_low, result.difference.ci_high
        return {
            "scores: the difference is significant": "is significant"
            in in_words(result, "base", "arm", "drawn"),
            "scores: interval of a difference": low is not None and high is not None and not low <= 0 <= high,
        }

    return draw


def several_criteria(
    comparing: Comparing, arms: int, criteria: int, shape: tuple[int, int], icc: float
) -> Draw:
    """Arms × criteria without a difference: does any sentence say that there is one?"""

    def draw(rng: Generator) -> dict[str, bool]:
        results = {
            (f"arm{i}", "rubric", f"c{j}"): compared(rng, comparing, shape, icc)
            for i in range(arms)
            for j in range(criteria)
        }
        families, _ = in_families(results, {}, comparing)
        told = [in_words(result, "base", "arm", "drawn", families[key]) for key, result in results.items()]
        return {"scores: any sentence says significant": any("is significant" in text for text in told)}

    return draw


def lost_order(comparing: Comparing, n: int, lost: float) -> Draw:
    """A judge that gives the first answer a point more and prefers it; of one order a share cannot be read."""

    def judgment(i: int, order: str, base: float, arm: float, outcome: str) -> Judgment:
        first = order == "baseline_first"
        given = {"base": base + first, "arm": arm + (not first)}
        return Judgment.model_construct(
            id=f"{i}{order}", rubric="r", question_id=str(i), arm="arm", baseline="base", order=order, outcome=outcome,
            detail="", choice="base" if given["base"] + 0.5 * first > given["arm"] else "arm", reason="", request_id="",
            scores=[Score.model_construct(name="c", arm=who, value=value) for who, value in given.items()],
        )  # fmt: skip

    def draw(rng: Generator) -> dict[str, bool]:
        base, arm, gone = rng.integers(1, 5, n), rng.integers(1, 5, n), rng.random(n) < lost
        rows = [
            judgment(i, order, float(base[i]), float(arm[i]), outcome)
            for i in range(n)
            for order in ORDERS
            for outcome in ["unparsed" if gone[i] and order == "baseline_first" else "parsed"]
        ]
        used = sort_out(rows, {"r": ORDERS})[0]
        found = pairs(by_order(rows, "c", "arm", "base", ORDERS))
        columns: list[Any] = [[pair.baseline for pair in found], [pair.arm for pair in found]]
        result = compare_paired(*columns, comparing.alpha, comparing.power)
        choices = [(row.question_id, row.choice) for row in used if row.choice]
        p = count_choices(choices, "arm", "base", {str(i): "" for i in range(n)}).p_sign_test
        return {
            "scores: the difference is significant": "is significant"
            in in_words(result, "base", "arm", "drawn"),
            "choices: sign test": p is not None and p < comparing.alpha,
        }

    return draw


def seen_and_unseen(comparing: Comparing, shape: tuple[int, int], icc: float) -> Draw:
    """Questions of a seen and an unseen category; the arm has gained as much on both."""
    texts: dict[str, Any] = dict.fromkeys(Question.schema_, "") | {"options": []}
    names = [f"q{i}" for i in range(shape[0] * shape[1])]
    half = shape[0] // 3 * shape[1]
    questions = {
        name: Question.model_construct(
            **texts | {"id": name, "category": "novel" if i < half else "poem", "cluster": cluster}
        )
        for i, (name, cluster) in enumerate(zip(names, clusters_of(shape), strict=True))
    }
    seen = frozenset({"novel"})

    def draw(rng: Generator) -> dict[str, bool]:
        columns: Sequence[list[float]] = scores(rng, shape, icc), scores(rng, shape, icc)
        found = [Pair(name, base, arm + 1) for name, base, arm in zip(names, *columns, strict=True)]
        gains = gains_of(found, questions, grouped(names, questions)[0], seen, comparing.alpha)
        p = gains.seen_minus_unseen.p if gains and gains.seen_minus_unseen else None
        return {"categories: gain on seen less that on unseen": p is not None and p < comparing.alpha}

    return draw


def mean_of_one(comparing: Comparing, shape: tuple[int, int], icc: float) -> Draw:
    """The interval of one arm's mean score."""
    truth = float(np.dot([1, 2, 3, 4, 5], [0.1, 0.2, 0.3, 0.25, 0.15]))

    def draw(rng: Generator) -> dict[str, bool]:
        found = cluster_mean(scores(rng, shape, icc), clusters_of(shape), comparing.alpha)
        low, high = found.ci_low, found.ci_high
        return {
            "scores: interval of a mean": low is not None and high is not None and not low <= truth <= high
        }

    return draw
