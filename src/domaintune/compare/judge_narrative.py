"""Warnings of a judge, and the sentence about it that stands beside each result it gave."""

from collections.abc import Iterator

from domaintune.science.comparison.judge import Calibration, Repeats, RubricJudge, WithPeople
from domaintune.science.evidence.statistics_text import percent

LEAST = 10  # questions or scores from which a pattern is told
TRUSTED = 0.8  # share of calibration pairs below which a judge that was let through all the same is warned of
CONSTANT = 0.95  # share of one and the same score from which a judge counts as constant
LEANING = 0.05  # distance from one half of the share of choices for one place, from which it is told
CONTRADICTORY = 0.05  # share of replies in which the choice contradicts the scores, from which it is told
FOLLOWS_LENGTH = 0.6  # Spearman's correlation of scores with lengths from which it is told


def warnings(rubric: str, found: RubricJudge, alpha: float) -> list[str]:
    """Return why the scores of a rubric are not to be trusted; nothing where nothing is known against them."""
    against = (*_partial(found, alpha), *_long_or_torn(found, alpha))
    return [f"do not trust these scores ({rubric}): {text}" for text in against]


def in_words(found: RubricJudge) -> str:
    """Say what the judge made of the calibration pairs and what its own verdicts show."""
    if found.declined == found.judgments:
        return ""
    parts = [_calibrated(found.calibration)]
    if orders := found.orders:
        if orders.choices:
            parts.append(
                f"both orders name the same winner in {orders.same_choice} of {orders.choices} choices"
            )
        if orders.mean_score_difference is not None:
            parts.append(f"their scores are {orders.mean_score_difference:.2f} apart on average")
    if place := found.first_place:
        parts.append(
            f"{percent(place.share)} of its choices are for the answer shown first ({percent(place.ci_low)} to "
            f"{percent(place.ci_high)})"
        )
    if found.contradictory:
        parts.append(
            f"in {found.contradictory} of {found.judgments} replies the choice contradicts the scores"
        )
    if length := found.length:
        parts.append(f"scores and lengths of answers correlate by {length.spearman:+.2f} (Spearman)")
    for arm, one in found.length_controlled.items():
        parts.append(
            f"{arm} wins {percent(one.win_rate)}, {percent(one.length_controlled)} at equal length of the answers"
        )
    parts += _beside(found.repeats, found.labels)
    return f"The judge: {'; '.join(parts)}."


def _calibrated(found: Calibration | None) -> str:
    if found is None:
        return "no calibration pairs, because this rubric calls neither answer better"
    missed = [
        f"{name} {one.told_apart} of {one.pairs}" for name, one in found.version.items() if one.share < 1
    ]
    told = f"{found.all.told_apart} of {found.all.pairs} calibration pairs told apart ({percent(found.all.share)})"
    return told + (f"; not all of: {', '.join(missed)}" if missed else "")


def _beside(again: Repeats | None, labels: WithPeople | None) -> Iterator[str]:
    """Yield how the verdicts agree with the judge's own when it is asked again, and with people's choices."""
    if again and again.agreement:
        exact = ", ".join(f"{name} {percent(one['exact'])}" for name, one in again.agreement.items())
        yield f"asked again about {again.verdicts} verdicts it says the same: {exact}"
    if labels:
        kappa = "not defined" if labels.kappa is None else f"{labels.kappa:.2f}"
        base = ", ".join(f"{name} {percent(n / labels.questions)}" for name, n in labels.people.items())
        yield (
            f"it agrees with people on {percent(labels.agreement)} of {labels.questions} questions "
            f"(Cohen's kappa {kappa}; people chose {base})"
        )


def _partial(found: RubricJudge, alpha: float) -> Iterator[str]:
    """Yield what shows a judge that cannot tell good from bad, gives one score, or prefers a place."""
    for language, one in found.calibration.language.items() if found.calibration else ():
        if one.share < TRUSTED:
            told = percent(one.share)
            yield f"the judge tells only {told} of the good calibration answers from bad ones ({language})"
    given, place = found.constancy.values(), found.first_place
    if given and all(one.share >= CONSTANT and one.scores >= LEAST for one in given):
        least = min(given, key=lambda one: one.share)
        yield f"the judge is constant, {percent(least.share)} of its scores are {least.value:g}"
    if place and place.p is not None and place.p < alpha and abs(place.share - 0.5) >= LEANING:
        where = "first" if place.share > 0.5 else "second"
        most = percent(max(place.share, 1 - place.share))
        yield (
            f"the judge prefers the answer shown {where}, which gets {most} of "
            f"its choices where every question is asked in both orders (p = {place.p:.2g})"
        )


def _long_or_torn(found: RubricJudge, alpha: float) -> Iterator[str]:
    """Yield what shows a judge that prefers length or contradicts itself."""
    asked, orders = found.judgments - found.declined, found.orders
    length, padded = found.length, found.calibration and found.calibration.version.get("padded")
    if padded and padded.told_apart < padded.pairs / 2:
        yield (
            f"the judge prefers length, in only {padded.told_apart} of {padded.pairs} calibration pairs it takes a "
            "good answer over the same with idle words behind it"
        )
    elif length and length.p is not None and length.p < alpha and length.spearman >= FOLLOWS_LENGTH:
        told = f"its scores follow that of the answers (Spearman {length.spearman:+.2f})"
        yield from [f"the judge prefers length, {told}"] if length.questions >= LEAST else []
    if found.contradictory > CONTRADICTORY * asked:
        yield (
            f"the judge contradicts itself, in {found.contradictory} of {asked} replies it calls the answer closer "
            "that it scores lower"
        )
    if orders and orders.questions >= LEAST and orders.same_choice < orders.choices / 2:
        yield (
            f"the judge contradicts itself, both orders name the same winner in only {orders.same_choice} of "
            f"{orders.choices} choices"
        )
