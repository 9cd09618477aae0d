"""Rows selected by grade against random control: every measured mean against the spread of the draws."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.inputs import Inputs
from domaintune.compare.params import Comparing, Selection
from domaintune.compare.single import NAMES, REFERENCE, single_values, text_values
from domaintune.core.stage.errors import InputError
from domaintune.science.comparison.tree import MeasuredSelection, PairOfRuns, SelectionTest
from domaintune.science.evidence.significance import against_control, detectable_gain, holm, verdict
from domaintune.science.evidence.statistics_text import EXPLORATORY, fixed, p_text

TOKENS = 0.02
"""How far (0-1) the training tokens of a pair may be apart: `mix` draws to within one row of the same number."""
AGAINST_DRAWS = {
    "gain": "a gain of {gain}",
    "loss": "a loss of {gain}",
    "within the noise of the draws": "{gain}, which is within the noise of the draws",
    "not told": "{gain}, of which nothing can be told",
    EXPLORATORY: "{gain}, which was not declared to be tested, so it is exploratory and shows nothing by itself",
}
Measured = tuple[str, str, str, Mapping[str, Mapping[str, float]]]
"""judged, text or benchmark; the rubric or the benchmark, if any; what was measured; arm → question → value."""


def compare_selection(inputs: Inputs, benches: Mapping[str, Bench]) -> SelectionTest | None:
    """Return both sides' means, the spread of the draws and a verdict for everything measured; None where not asked."""
    asked = inputs.comparing.selection
    if asked is None:
        return None
    runs, names = _pairs(inputs, asked), [*asked.selected, *asked.random]
    found = [measure(one, asked, inputs.comparing.alpha) for one in _everything(inputs, benches, names)]
    decided = decide(found, len(runs), inputs.comparing)
    return SelectionTest(runs, len(runs), max((one.tests for one in decided), default=0), decided)


def decide(found: Sequence[MeasuredSelection], k: int, comparing: Comparing) -> list[MeasuredSelection]:
    """Add Holm's p, the verdict it gives, and the sentence to everything measured.

    Uncorrected, of twelve null measures one in two or three would show something. Where `compare.primary`
    declares some of it, those are corrected for among themselves and all else is exploratory.
    """
    tested = {at: one.test.p for at, one in enumerate(found) if one.test and one.test.p is not None}
    declared = [at for at in tested if f"{found[at].of}.{found[at].name}" in (comparing.primary or ())]
    family = declared or list(tested)
    corrected = dict(zip(family, holm([tested[at] for at in family]), strict=True))
    decided = []
    for at, one in enumerate(found):
        tests = len(family) if at in corrected else 0
        own = one._replace(p_holm=corrected.get(at), tests=tests)
        if test := one.test:
            decides = test.p is None or tests
            level, spread = comparing.alpha / max(1, tests), test.control.standard_deviation
            own = own._replace(
                verdict=verdict(test.gain, own.p_holm, comparing.alpha) if decides else EXPLORATORY,
                detectable_gain=detectable_gain(spread, k, level, comparing.power),
            )
        decided.append(own._replace(in_words=_in_words(own, k, comparing.power)))
    return decided


def _in_words(one: MeasuredSelection, k: int, power: float) -> str:
    """Say what was found of selected rows, with its numbers and what k draws could have shown."""
    test = one.test
    if one.verdict is None or test is None:
        return f"{one.title}: not compared, no question has a value from every arm."
    gain = AGAINST_DRAWS[one.verdict].format(gain=format(test.gain, "+.3f"))
    text = (
        f"{one.title}: {test.selected.mean:.3f} with selected rows, {test.control.mean:.3f} with randomly drawn rows "
        f"(SD over {k} draws {fixed(test.control.standard_deviation)}): {gain}"
    )
    if test.p is None:
        return f"{text}: {test.why}."
    text += (
        f" (interval {test.ci_low:+.3f} to {test.ci_high:+.3f}). As one more draw t({test.df}) = {test.t:.2f}, "
        f"{p_text(test.p)}"
    )
    if one.p_holm is not None:
        tests = f"{one.tests} test{'' if one.tests == 1 else 's'}"
        text += f"; {p_text(one.p_holm)} after Holm's correction for {tests}, which decides"
    return f"{text}. {k} draws show only {one.detectable_gain:.3f} or more with {100 * power:g} % power at this spread."


def selection_figures(selection: SelectionTest, headlines: Mapping[str, str]) -> dict[str, Any]:
    """Return what `dvc metrics show` names: each rubric's headline, one text measure, each benchmark's accuracy.

    Of the text measures it is the overlap with the reference answer, or with the question where there is no reference.
    """
    told = [one for one in selection.measured if one.verdict is not None]
    texts = [one.name for one in told if one.kind == "text" and one.name in (REFERENCE, "overlap")]
    return {
        one.title.replace(": ", "_").replace(" ", "_"): {
            "gain": one.test.gain,
            "draw_deviation": one.test.control.standard_deviation,
            "p_holm": one.p_holm,
            "verdict": one.verdict,
        }
        for one in told
        if one.test
        if one.kind == "benchmark"
        or (one.kind == "judged" and one.name == headlines[one.of])
        or (one.kind == "text" and one.name in texts[:1])
    }


def _pairs(inputs: Inputs, asked: Selection) -> list[PairOfRuns]:
    pairs = []
    for selected, drawn in zip(asked.selected, asked.random, strict=True):
        tokens = [inputs.mixtures[arm]["train"]["tokens"] for arm in (selected, drawn)]
        apart = abs(tokens[0] - tokens[1]) / max(tokens)
        pairs.append(PairOfRuns(selected, drawn, inputs.arms[selected].seed, tokens[0], tokens[1], apart))
    if wrong := [pair for pair in pairs if pair.apart > TOKENS]:
        listed = "; ".join(
            f"{one.selected} {one.tokens_selected:,}, {one.random} {one.tokens_random:,} tokens "
            f"({100 * one.apart:.1f} % apart)"
            for one in wrong
        )
        raise InputError(
            "params.yaml: compare.selection: a selection is compared with its random control on equal training tokens, "
            f"at most {100 * TOKENS:.0f} % apart, but {listed}. Give the random arm the selected arm's own `mixture` "
            "with `grades.random_draw: <number>` in it, so that `mix` draws as many tokens."
        )
    return pairs


def _everything(inputs: Inputs, benches: Mapping[str, Bench], arms: Sequence[str]) -> Iterator[Measured]:
    for rubric, spec in inputs.specs.items():
        scored = {arm: single_values(spec, inputs, arm) for arm in arms}
        for name in spec.measured:
            yield "judged", rubric, name, {arm: own[name] for arm, own in scored.items()}
    texts = {arm: text_values(inputs.answers[arm], inputs.questions) for arm in arms}
    for name in NAMES:
        yield "text", "", name, {arm: own[name] for arm, own in texts.items()}
    for benchmark, bench in sorted(benches.items()):
        for method, items in sorted(bench.items.items()):
            right = {
                arm: {row.question_id: float(row.outcome == "correct") for row in items.get(arm, ())}
                for arm in arms
            }
            yield "benchmark", benchmark, f"accuracy ({method})", right


def measure(one: Measured, asked: Selection, alpha: float) -> MeasuredSelection:
    """Return both sides' means on the questions that all arms share, and the test of one against the other."""
    kind, of, name, values = one
    found = MeasuredSelection(
        kind, of, name, title=f"{of or kind}: {name}", questions=0, means=None, test=None,
        p_holm=None, tests=0, verdict=None, detectable_gain=None, in_words="",
    )  # fmt: skip
    shared = sorted(set.intersection(*(set(own) for own in values.values())))
    if not shared:
        return found
    means = {arm: fmean(own[question_id] for question_id in shared) for arm, own in values.items()}
    sides = {side: [means[arm] for arm in getattr(asked, side)] for side in ("selected", "random")}
    test = against_control(sides["selected"], sides["random"], alpha)
    return found._replace(questions=len(shared), means=sides, test=test)
