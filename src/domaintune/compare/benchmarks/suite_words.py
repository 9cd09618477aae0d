"""What an arm gained on average and what it has forgotten, in sentences a reader can quote."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.params import Comparing

ROLES = {"general": "general benchmarks", "science": "science benchmarks (domain knowledge)"}


def average_in_words(arm: str, found: Mapping[str, Any], comparing: Comparing) -> str:
    """Say how far the arm is from its baseline on average over the benchmarks."""
    average, base = found["average"], found["baseline"]
    over = f"the {average['benchmarks']} benchmarks" if average["benchmarks"] > 1 else "the one benchmark"
    return (
        f"On average over {over} ({average['questions']:,} questions), {arm} has "
        f"{100 * average['accuracy_a']:.2f} % right and {base} {100 * average['accuracy_b']:.2f} %: "
        f"{points(average['difference'])} points ({100 * (1 - comparing.alpha):g} % interval "
        f"{points(average['ci_low'])} to {points(average['ci_high'])})."
    )


def role_in_words(arm: str, base: str, role: str, one: Mapping[str, Any], comparing: Comparing) -> str:
    """Give the verdict of a role's benchmarks with what it rests on."""
    level = f"{100 * (1 - 2 * comparing.forgetting_alpha):g} %"
    first = (
        f"Forgetting, {ROLES[role]}: {one['verdict']}. On average over {', '.join(one['benchmarks'])}, {arm} is "
        f"{points(one['difference'])} points from {base} ({level} interval {points(one['low'])} to "
        f"{points(one['high'])}); the margin is {100 * comparing.forgetting_margin:g} points."
    )
    said = [first, _because(one, comparing)]
    if one["constant"]:
        said.append(
            f"{' and '.join(one['constant'])} chose nearly always the same option on some of them, so that this says "
            "nothing about knowledge."
        )
    return " ".join(said)


def _because(one: Mapping[str, Any], comparing: Comparing) -> str:
    at = f"at the {100 * comparing.forgetting_alpha:g} % level, one-sided"
    if one["tests"] > 1:
        at += f", corrected by Holm for {one['tests']} such verdicts"
    if one["lost"] and one["verdict"] == "lost":
        return f"A loss beyond the margin is shown on {', '.join(one['lost'])} ({at})."
    if one["verdict"] == "kept":
        return f"A loss as large as the margin is ruled out ({at})."
    if one["verdict"] == "lost":
        return f"A loss beyond the margin is shown ({at})."
    each = ", ".join(f"{name} {n:,}" for name, n in one["needed"].items())
    return (
        f"A loss as large as the margin is neither shown nor ruled out ({at}): for this verdict {each} questions "
        f"would have been needed to rule it out with {100 * comparing.power:g} % power if the two are equally good."
    )


def points(difference: float) -> str:
    """Return a difference of shares as points of 100, signed."""
    return f"{100 * difference:+.2f}"
