"""Two arms on a benchmark, in sentences a reader can quote."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.params import Comparing
from domaintune.science.evidence.statistics_text import p_text

METHODS = {
    "likelihood": "by likelihood: the option whose label is the most likely continuation",
    "generation": "by generation: the option that is read from what the model writes",
    "continuation": "by continuation: the option whose own text is the most likely continuation",
    "continuation_norm": "by continuation: the option whose own text is the most likely continuation, per character",
    "lm_eval": "by lm-eval's own task, as it scores",
}
METRICS = {
    "accuracy": "accuracy, the share of right answers",
    "micro_f1": "micro F1, which is the accuracy where a question has one answer",
    "macro_f1": "macro F1, the mean over the options' numbers",
    "weighted_f1": "weighted F1, the mean over the options' numbers by how often each is right",
}


def pair_in_words(pair: Mapping[str, Any], title: str, comparing: Comparing) -> str:
    """Say how far the arm is from the other, whether that may be chance, and what could have been shown."""
    a, b = pair["a"], pair["b"]
    level = f"{100 * (1 - comparing.alpha):g} %"
    first = (
        f"On the same {questions_in(pair)} of {title}, {a} has {_percent(pair['accuracy_a'])} right and "
        f"{b} {_percent(pair['accuracy_b'])}: {_points(pair['difference'])} points ({level} interval "
        f"{_points(pair['ci_low'])} to {_points(pair['ci_high'])})."
    )
    counted = "questions" if pair["questions"] == pair["n"] else "times"
    counts = f"{pair['only_a']:,} {counted} only {a} has right, {pair['only_b']:,} only {b}."
    return " ".join([first, counts, _verdict(pair, comparing), _enough(pair, comparing)])


def _verdict(pair: Mapping[str, Any], comparing: Comparing) -> str:
    p, tests = (pair["p_holm"] if pair["planned"] else pair["p_holm_all"]), pair["tests"]
    found = "is" if p < comparing.alpha else "is not"
    corrected = f"; {p_text(p)} after correction for {tests} tests, Holm" if tests > 1 else ""
    return (
        f"The difference {found} significant at the {100 * comparing.alpha:g} % level ({test_of(pair)}, "
        f"{p_text(pair['p'])}{corrected})."
    )


def questions_in(counts: Mapping[str, Any]) -> str:
    """Return e.g. `1,000 questions`, with the number of clusters where several are of one."""
    n, clusters = counts["questions"], counts["clusters"]
    asked = "" if counts["n"] == n else f", asked {counts['n']:,} times"
    return f"{n:,} questions{asked}" if clusters == n else f"{n:,} questions{asked} in {clusters:,} clusters"


def test_of(pair: Mapping[str, Any]) -> str:
    """Name the test: of questions in clusters a cluster's sum is the unit."""
    if pair["clusters"] == pair["n"]:
        return "exact McNemar test"
    return f"exact test of signs over {pair['clusters']:,} clusters"


def _enough(pair: Mapping[str, Any], comparing: Comparing) -> str:
    chance = f"{100 * comparing.power:g} %"
    alone, corrected = pair["detectable"], pair["detectable_holm"]
    if alone is None:
        return f"Too few questions tell the two apart to show any difference with {chance} power."
    text = f"With {chance} power this sample could have shown a difference of {100 * alone:.1f} points"
    if pair["tests"] == 1:
        return f"{text}."
    if corrected is None:
        return f"{text} in a test of its own, and none after the correction."
    return f"{text} in a test of its own, {100 * corrected:.1f} after the correction."


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f}"
