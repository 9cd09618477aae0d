"""Selected rows against chance: one sentence a measure, and one table for a terminal."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.benchmarks.layout import Column, Group, panels, paragraph
from domaintune.science.evidence.statistics_text import EXPLORATORY, NONE, p_text

TELLING = {
    "gain": "a gain of {gain}",
    "loss": "a loss of {gain}",
    "within the noise of the draws": "{gain}, which is within the noise of the draws",
    "not told": "{gain}, of which nothing can be told",
    EXPLORATORY: "{gain}, which was not declared to be tested, so it is exploratory and shows nothing by itself",
}
SHORT = {"within the noise of the draws": "noise"}


def title_of(one: Mapping[str, Any]) -> str:
    """Return what was measured, e.g. `by_category: mean` or `text: overlap`."""
    return f"{one['of'] or one['kind']}: {one['name']}"


def in_words(one: Mapping[str, Any], k: int, power: float) -> str:
    """Say what was found, with its numbers and what k draws could have shown."""
    if one["verdict"] is None:
        return f"{title_of(one)}: not compared, {one['why']}."
    selected, chance, gain = one["selected"], one["chance"], one["gain"]
    told = TELLING[one["verdict"]].format(gain=format(gain["mean"], "+.3f"))
    text = (
        f"{title_of(one)}: {selected['mean']:.3f} with selected rows, {chance['mean']:.3f} with rows drawn by chance "
        f"(SD over {k} draws {_number(chance['standard_deviation'])}): {told}"
    )
    if one["p"] is None:
        return f"{text}: {one['why']}."
    text += (
        f" (interval {gain['ci_low']:+.3f} to {gain['ci_high']:+.3f}). As one more draw t({one['df']}) = "
        f"{one['t']:.2f}, {p_text(one['p'])}"
    )
    text += (
        "."
        if one["p_holm"] is None
        else f"; {p_text(one['p_holm'])} after Holm's correction for {one['tests']} "
        f"test{'' if one['tests'] == 1 else 's'}, which decides."
    )
    least = f"{one['detectable_gain']:.3f}"
    return f"{text} {k} draws show only {least} or more with {100 * power:g} % power at this spread."


def selection_text(selection: Mapping[str, Any], alpha: float) -> str:
    """Return the pairs, the table, and a sentence on what so few draws can show."""
    measured = [one for one in selection["measured"] if one["verdict"] is not None]
    parts = ["== selected rows against rows drawn by chance ==", _pairs(selection)]
    if measured:
        parts.append(panels(Column("measured", [title_of(one) for one in measured]), _groups(measured)))
    parts.append(paragraph(_legend(selection, alpha)))
    if missing := [title_of(one) for one in selection["measured"] if one["verdict"] is None]:
        parts.append(
            paragraph(f"Not compared, because no question has a value from every arm: {', '.join(missing)}.")
        )
    return "\n\n".join(parts)


def _pairs(selection: Mapping[str, Any]) -> str:
    return "\n".join(
        f"seed {'of the project' if one['seed'] is None else one['seed']}: {one['selected']} "
        f"{one['tokens_selected']:,} tokens, {one['chance']} {one['tokens_chance']:,} "
        f"({100 * one['apart']:.2f} % apart)"
        for one in selection["pairs"]
    )


def _groups(measured: list[Mapping[str, Any]]) -> list[Group]:
    sides = [
        Group(side, [Column("mean", [f"{one[side]['mean']:.3f}" for one in measured]),
                     Column("SD", [_number(one[side]["standard_deviation"]) for one in measured])])
        for side in ("selected", "chance")
    ]  # fmt: skip
    return [
        *sides,
        Group("", [Column("gain", [f"{one['gain']['mean']:+.3f}" for one in measured])]),
        Group("p", [Column("", [_p(one["p"]) for one in measured]),
                    Column("Holm", [_p(one["p_holm"]) for one in measured])]),
        Group("", [Column("could show", [_number(one["detectable_gain"]) for one in measured])]),
        Group("", [Column("verdict", [SHORT.get(one["verdict"], one["verdict"]) for one in measured])]),
    ]  # fmt: skip


def _legend(selection: Mapping[str, Any], alpha: float) -> str:
    k = selection["k"]
    few = (
        f" {k} draws have almost no power: a gain must be many times the spread of the draws before it is found."
        if k < 4
        else ""
    )
    return (
        f"k = {k} runs a side, each of the other side on a draw of its own; SD: standard deviation over runs. p: of "
        "the selected rows being one more such draw; its spread is that of the draws. A gain or a loss is significant "
        f"at the {100 * alpha:g} % level after Holm's correction for {selection['tests']} tests (where compare.primary "
        "names some: for those, and all else is exploratory); noise: within the "
        f"noise of the draws. could show: the smallest difference that {k} draws find with the wanted power after the "
        f"correction, at this spread.{few}"
    )


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _p(value: float | None) -> str:
    return NONE if value is None else "<0.001" if value < 0.001 else f"{value:.3f}"
