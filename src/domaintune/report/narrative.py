"""Sentences of the page alone: what is measured, lengths of the answers, how arms are trained, decoded and judged."""

from collections.abc import Mapping
from typing import Any

from domaintune.core.sections.arms import Arm, ArmGrades, Mixture
from domaintune.science.comparison.judged import Lengths
from domaintune.science.comparison.tree import Origin

MEASURES = {
    "recall": "Recall: the questions are about documents the tuned arms were trained on, and the document is "
    "not shown. A gain says that content was learnt by heart, not that the arm does better on new documents.",
    "transfer": "Transfer: the questions are about documents that no arm was trained on, and the document is "
    "not shown. The answer cannot have been learnt by heart; a gain says that the domain was learnt.",
    "reading": "Reading: the questions are about documents that no arm was trained on, and the document is "
    "shown. A gain says that the arm makes better use of a document in front of it.",
    "reading_trained": "Reading of trained documents: the document is shown, and the tuned arms were trained "
    "on it. A gain mixes reading with recall.",
}
OF_SETS = {
    "train": "The questions are rows of sets that the tuned arms were trained on, and belong to no document. A gain "
    "says that answers were learnt by heart.",
    "test": "The questions are rows of sets that no arm was tuned on, and belong to no document. A gain says that the "
    "arm does better on tasks of this kind; what a foundation or a served model saw before is not known.",
}
OFFLINE = {
    "extractive": "offline, takes sentences of the record",
    "recorded": "offline, replays recorded answers",
    "token_f1": "offline, counts shared words",
}


def measured_in_words(measures: str, origin: Origin) -> str:
    """Say what a gain on the questions means."""
    of_sets = OF_SETS["train" if measures in {"recall", "reading_trained"} else "test"]
    if origin == "sets":
        return of_sets
    return MEASURES[measures] + (f" Some belong to no document: {of_sets}" if origin == "both" else "")


def lengths_in_words(lengths: Lengths, arm: str, baseline: str) -> str:
    """Say how much longer the arm's answers are."""
    if lengths.characters is None:
        return "No question was answered by both."
    unit, measured = ("tokens", lengths.tokens) if lengths.tokens else ("characters", lengths.characters)
    ratio = "" if measured.ratio_of_means is None else f", a ratio of {measured.ratio_of_means:.2f}"
    told = [
        f"{arm} answers with {measured.mean_arm:.1f} {unit} on average, {baseline} with "
        f"{measured.mean_baseline:.1f}{ratio}. {lengths.characters.at_least_twice} of {lengths.answers} answers have "
        "at least twice the characters."
    ]
    for what, ours, theirs in (
        ("Cut at the longest allowed length", lengths.unfinished_arm, lengths.unfinished_baseline),
        ("Empty", lengths.empty_arm, lengths.empty_baseline),
    ):
        told += [f"{what}: {ours} of {arm}, {theirs} of {baseline}."] if ours or theirs else []
    return " ".join(told)


def model_in_words(asked: Mapping[str, Any]) -> str:
    """Name a teacher or judge as what it is."""
    kind = OFFLINE.get(asked["backend"], asked["backend"])
    return f"{asked['model']} ({kind}; provider {asked['provider']})"


def mixture_in_words(mixture: Mixture | None) -> str:
    """Say what an arm is trained on: all that tells one arm's rows from another's."""
    if mixture is None:
        return "not trained"
    caps = [f"at most {most:,} of {task}" for task, most in mixture.caps.items()]
    weights = [f"{task} × {weight:g}" for task, weight in mixture.weights.items()]
    shares = [f"{_percent(share)} {language}" for language, share in (mixture.languages or {}).items()]
    if mixture.balance is not None:
        shares[-1] += f" of the {mixture.balance}"
    graded = [f"rows: {mixture.rows}", *_graded(mixture.grades)] if mixture.grades else []
    parts = [mixture.groups, graded, caps, weights, shares]
    return "; ".join(", ".join(part) for part in parts if part)


def decoding(
    arms: Mapping[str, Arm], described: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what is shown for all arms that were answered here, and for each that a server answered."""
    here = [arm for arm in sorted(arms) if arms[arm].endpoint is None]
    there = [arm for arm in sorted(arms) if arms[arm].endpoint is not None]
    groups = [(f"Decoding of {', '.join(here)}", here[0])] if here else []
    groups += [(f"Asked of the server of {arm}", arm) for arm in there]
    return [(title, described[arm]) for title, arm in groups]


def _graded(grades: ArmGrades) -> list[str]:
    """Say what grades rows are taken by, and what the grades do."""
    told = [f"grades: {grades.by} of {grades.grading}", grades.use]
    if grades.at_least is not None:
        told.append(f"at least {grades.at_least:g}")
    if grades.top is not None:
        told.append(f"the best {_percent(grades.top)}")
    if grades.random_draw is not None:
        told.append(f"instead draw {grades.random_draw} by chance with as many tokens")
    for band, lowest in sorted(grades.bands.items(), key=lambda item: item[1]):
        told.append(f"{band} from {lowest:g}{f' × {grades.times[band]:g}' if band in grades.times else ''}")
    if grades.control_prefix is not None:
        told.append(f"told as “{grades.control_prefix}”")
    return told


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
