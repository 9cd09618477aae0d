"""What the page says in sentences; every figure comes from the comparison."""

from collections.abc import Mapping
from typing import Any

from domaintune.science.evidence.power import Power
from domaintune.science.evidence.statistics_text import needed_text, p_text, questions_in_words

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
REASONS = {
    "needs_model": "needs a judge model",
    "unparsed": "reply could not be read",
    "refused": "judge refused",
    "failed": "judge failed",
    "not_judged": "not judged",
    "too_long": "too long for the judge",
    "no_scores": "no scores in the reply",
    "one_order_only": "read in one order of presentation only",
}


def measured_in_words(comparison: Mapping[str, Any]) -> str:
    """Say what a gain on the questions means."""
    measures, origin = comparison["measures"], comparison["questions_from"]
    of_sets = OF_SETS["train" if measures in ("recall", "reading_trained") else "test"]
    if origin == "sets":
        return of_sets
    return MEASURES[measures] + (f" Some belong to no document: {of_sets}" if origin == "both" else "")


def choices_in_words(wins: Mapping[str, Any], arm: str, baseline: str) -> str:
    """Say who was closer how often."""
    text = (
        f"On {questions_in_words(wins['questions'], wins['clusters'])} the judge found {arm} closer to the matched "
        f"answer {times(wins['arm'])}, {baseline} {times(wins['baseline'])}, neither {times(wins['nothing'])}"
    )
    if wins["orders_disagree"]:
        text += f"; on {wins['orders_disagree']} the verdict changed with the order of the answers"
    p = wins["p_sign_test"]
    return text + (f" (sign test over the decided ones, uncorrected: {p_text(p)})." if p is not None else ".")


def lengths_in_words(lengths: Mapping[str, Any], arm: str, baseline: str) -> str:
    """Say how much longer the arm's answers are."""
    characters = lengths["characters"]
    if characters is None:
        return "No question was answered by both."
    unit = "characters" if lengths["tokens"] is None else "tokens"
    measured = lengths[unit]
    ratio = measured["ratio_of_means"]
    text = (
        f"{arm} answers with {measured['mean_arm']:.1f} {unit} on average, {baseline} with "
        f"{measured['mean_baseline']:.1f}" + (f", a ratio of {ratio:.2f}" if ratio is not None else "") + ". "
        f"{characters['at_least_twice']} of {lengths['answers']} answers have at least twice the characters."
    )
    return " ".join(
        [
            text,
            *_noted("Cut at the longest allowed length", "unfinished", lengths, arm, baseline),
            *_noted("Empty", "empty", lengths, arm, baseline),
        ]
    )


def _noted(what: str, key: str, lengths: Mapping[str, Any], arm: str, baseline: str) -> list[str]:
    of_arm, of_baseline = lengths[f"{key}_arm"], lengths[f"{key}_baseline"]
    return [f"{what}: {of_arm} of {arm}, {of_baseline} of {baseline}."] if of_arm or of_baseline else []


def test_figures(paired: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a table's row says of one test."""
    statistics, worst = paired["statistics"], paired["worst_case"]
    return {
        "n": statistics["base"]["n"],
        "clusters": statistics["clusters"],
        "difference": statistics["difference"],
        "p": statistics["t_test"]["p_two_tail"],
        "p_holm": paired["p_holm"],
        "tests": paired["tests"],
        "exploratory": paired["exploratory"],
        "needed": needed_text(Power(**statistics["power"])),
        "in_words": paired["in_words"],
        "worst_case": worst["in_words"] if worst else "",
        "worst": worst["in_short"] if worst else "",
    }


def orders_in_words(orders: Mapping[str, Mapping[str, int]]) -> str:
    """Say how many judgments could be read in each order of presentation; nothing where all could."""
    if all(one["read"] == one["asked"] for one in orders.values()):
        return ""
    told = (f"{order.replace('_', ' ')} {one['read']:,} of {one['asked']:,}" for order, one in orders.items())
    return f"Read by order of presentation: {', '.join(told)}."


def lost_in_words(reasons: Mapping[str, int]) -> str:
    """Say why questions or judgments were not scored."""
    return ", ".join(f"{REASONS.get(reason, reason.replace('_', ' '))}: {n}" for reason, n in reasons.items())


def model_in_words(asked: Mapping[str, Any]) -> str:
    """Name a teacher or judge as what it is."""
    offline = {
        "extractive": "offline, takes sentences of the record",
        "overlap": "offline, counts shared words",
    }
    kind = offline.get(asked["backend"], asked["backend"])
    return f"{asked['model']} ({kind}; provider {asked['provider']})"


def count(n: int, noun: str) -> str:
    """Return the number with its noun."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def times(n: int) -> str:
    """Return how often."""
    return "once" if n == 1 else f"{n} times"
