"""What the comparison says in sentences, once, for the terminal and for the page; verdicts rest on corrected p."""

from collections.abc import Iterable

from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import Answering
from domaintune.science.comparison.judged import REASONS, Choices, Gain, JudgmentsRead
from domaintune.science.comparison.tree import MeasuredSelection, Origin
from domaintune.science.evidence.statistics import Paired
from domaintune.science.evidence.statistics_text import (
    EXPLORATORY,
    Family,
    fixed,
    interval,
    p_text,
    percent,
    questions_in_words,
)

WHAT = {"documents": "documents", "sets": "rows of sets", "both": "documents and rows of sets"}
FROM = {"train": "the tuned arms were trained on", "test": "no arm was tuned on"}
WITH = {"none": "without the document", "document": "with the document in front of them"}
AS_THEY_STAND = "as they stand"
AGAINST_DRAWS = {
    "gain": "a gain of {gain}",
    "loss": "a loss of {gain}",
    "within the noise of the draws": "{gain}, which is within the noise of the draws",
    "not told": "{gain}, of which nothing can be told",
    EXPLORATORY: "{gain}, which was not declared to be tested, so it is exploratory and shows nothing by itself",
}


def origin_of(questions: Iterable[Question]) -> Origin:
    """Tell what the questions are from; a question about a document holds its text."""
    kinds = {bool(question.context) for question in questions}
    return "both" if len(kinds) > 1 else "sets" if kinds == {False} else "documents"


def asked_in_words(answering: Answering, origin: Origin, how_many: str = "questions") -> str:
    """Say how many questions of which kind, e.g. "40 questions from … (recall)"."""
    questions = answering.questions
    measure = answering.measures().replace("_", " of ")
    asked = AS_THEY_STAND if origin == "sets" else WITH[questions.context]
    return f"{how_many} from {WHAT[origin]} {FROM[questions.from_]}, asked {asked} ({measure})"


def read_in_words(found: JudgmentsRead) -> str:
    """Say how many judgments were asked for, how many could be read, and why questions have no score."""
    if found.parse_rate is None:
        return "No judgment was asked for."
    repaired = f" ({found.outcomes['repaired']:,} after repair)" if "repaired" in found.outcomes else ""
    text = (
        f"{found.judgments:,} judgments were asked for; {percent(found.parse_rate)} could be read{repaired}."
    )
    if found.orders and any(one.read < one.asked for one in found.orders.values()):
        told = (
            f"{order.replace('_', ' ')} {one.read:,} of {one.asked:,}" for order, one in found.orders.items()
        )
        text += f" Read by order of presentation: {', '.join(told)}."
    if found.questions_unscored:
        told = (
            f"{REASONS.get(why, why.replace('_', ' '))}: {n}" for why, n in found.questions_unscored.items()
        )
        text += f" Questions without a score: {', '.join(told)}."
    return text


def choices_in_words(wins: Choices, arm: str, baseline: str) -> str:
    """Say who was closer how often."""
    text = (
        f"On {questions_in_words(wins.questions, wins.clusters)} the judge found {arm} closer to the matched answer "
        f"{_times(wins.arm)}, {baseline} {_times(wins.baseline)}, neither {_times(wins.nothing)}"
    )
    if wins.orders_disagree:
        text += f"; on {wins.orders_disagree} the verdict changed with the order of the answers"
    p = wins.p_sign_test
    return text + (f" (sign test over the decided ones, uncorrected: {p_text(p)})." if p is not None else ".")


def gain_in_words(row: Gain, of: str, family: Family, alpha: float) -> str:
    """Say what was found of a gain on seen less that on unseen categories, where it was declared to be tested."""
    first = (
        f"{of}: the gain on seen categories less that on unseen ones is {row.mean:+.2f}"
        f"{interval(row, alpha, ' (', ')')} on {questions_in_words(row.n, row.clusters)}"
    )
    if family.p_holm is None:
        return f"{first}. No test was possible: {row.missing}."
    found = "is" if family.p_holm < alpha else "is not"
    return (
        f"{first}; it {found} significant at the {percent(alpha)} level ({p_text(family.p_holm)} after Holm's "
        f"correction for {family.tests} test{'' if family.tests == 1 else 's'})."
    )


def worst_in_words(result: Paired, imputed: int, *, ahead: bool) -> str:
    """Say what would be left of a difference with each lost score at its worst."""
    d, p = result.difference, result.t_test.p_two_tail
    of_arm, of_baseline = ("lowest", "highest") if ahead else ("highest", "lowest")
    lost = "1 score was" if imputed == 1 else f"{imputed:,} scores were"
    return (
        f"{lost} lost: with each at the end of the scale that is worst for this result (the arm's at the {of_arm}, the "
        f"baseline's at the {of_baseline}), the difference on {questions_in_words(result.base.n, result.clusters)} "
        f"would be {d.mean:+.2f}{interval(d, result.alpha, ', ')}"
        + (f" (uncorrected {p_text(p)})." if p is not None else ".")
    )


def selection_in_words(one: MeasuredSelection, k: int, power: float) -> str:
    """Say what was found of selected rows, with its numbers and what k draws could have shown."""
    test = one.test
    if one.verdict is None or test is None:
        return f"{one.title}: not compared, no question has a value from every arm."
    deviation = test.control.standard_deviation
    text = (
        f"{one.title}: {test.selected.mean:.3f} with selected rows, {test.control.mean:.3f} with randomly drawn rows "
        f"(SD over {k} draws {fixed(deviation)}): "
        + AGAINST_DRAWS[one.verdict].format(gain=format(test.gain, "+.3f"))
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


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"
