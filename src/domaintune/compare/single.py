"""Each answer by itself: rubrics that score one answer, and measures of its text that need no judge."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from domaintune.compare.categories import Values, by_category
from domaintune.compare.inputs import Inputs, Settings
from domaintune.compare.narrative import read_in_words
from domaintune.compare.paired import Key, Told
from domaintune.compare.scores import Both, of_one, outcomes_of, sort_out, unscored
from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Question
from domaintune.core.scoring.spec import MEAN, SingleSpec
from domaintune.science.comparison.answers import (
    AgainstBaseline,
    Measure,
    PublishedCategories,
    SingleArm,
    SingleRubric,
    TextMeasures,
)
from domaintune.science.comparison.judged import Criterion
from domaintune.science.surface_measures import BAND, MEASURES, reference_overlap, surface_measures

REFERENCE = "reference"
ABOUT = {
    REFERENCE: "F1 of the content words shared with the reference answer",
    "grounding": "share of the answer's content words that the document says which the question is about, or the input "
    "of a row without a document",
    "overlap": "share of the content words of what was asked that the answer takes up",
    "length": f"1 within {BAND[0]} to {BAND[1]:,} columns, less the further outside",
    "format": "share of four checks that pass: it ends, brackets are closed, nothing loops, the language is right",
}
NAMES = (REFERENCE, *MEASURES)


def single_scores(settings: Settings, inputs: Inputs) -> dict[Key, dict[str, list[Both]]]:
    """Return every arm's and its baseline's scores of each question that either was judged on; None where lost."""
    found: dict[Key, dict[str, list[Both]]] = {}
    for rubric, card in sorted(inputs.cards.items()):
        values = {arm: single_values(card, inputs.judgments[arm], arm) for arm in settings.arms}
        for arm, entry in sorted(settings.arms.items()):
            if entry.baseline == arm:
                continue
            rows = [*inputs.judgments[arm], *inputs.judgments[entry.baseline]]
            judged = sorted({row.question_id for row in rows if row.rubric == rubric})
            for name in card.measured:
                ours, theirs = values[arm][name], values[entry.baseline][name]
                found[arm, rubric, name] = {q: [(theirs.get(q), ours.get(q))] for q in judged}
    return found


def compare_single(settings: Settings, inputs: Inputs, told: Told) -> dict[str, SingleRubric]:
    """Return each rubric's means, and beside them the tests against the baseline."""
    return {name: _rubric(card, settings, inputs, told) for name, card in sorted(inputs.cards.items())}


def _rubric(card: SingleSpec, settings: Settings, inputs: Inputs, told: Told) -> SingleRubric:
    by_topic = card.published_categories
    criteria = [
        Criterion(one.name, {str(k): text for k, text in one.title.items()}, one.lowest, one.highest)
        for one in card.criteria
    ]
    if card.one_range:
        criteria.append(criteria[0]._replace(name=MEAN, title={"en": "Mean of all", "ko": "전체 평균"}))
    return SingleRubric(
        description=card.description,
        source=card.source,
        language=settings.rubrics[card.name].language or "",
        headline=card.headline,
        criteria=criteria,
        arms={arm: _arm(card, inputs, arm, settings.comparing.alpha) for arm in sorted(settings.arms)},
        against_baseline={
            arm: AgainstBaseline(
                entry.baseline,
                {key[2]: told[key] for name in card.measured if (key := (arm, card.name, name)) in told},
            )
            for arm, entry in sorted(settings.arms.items())
            if entry.baseline != arm
        },
        published=card.published,
        published_categories=PublishedCategories(**by_topic.model_dump(), heads=by_topic.heads)
        if by_topic
        else None,
        judge_in_words="",
    )


def _arm(card: SingleSpec, inputs: Inputs, arm: str, alpha: float) -> SingleArm:
    rows = [row for row in inputs.judgments[arm] if row.rubric == card.name]
    values = single_values(card, rows, arm)
    outcomes, rate = outcomes_of(rows)
    scored = {question_id for own in values.values() for question_id in own}
    without = unscored(inputs.answers[arm], scored, sort_out(rows, {}).lost)
    ends = {name: inputs.scales[card.name, name] for name in values}
    means = by_category(values, inputs.questions, inputs.seen[arm], ends, alpha)
    said = read_in_words(outcomes, without, rate)
    return SingleArm(len(rows), outcomes, rate, without, said, *means)


def single_values(card: SingleSpec, judgments: Sequence[Judgment], arm: str) -> Values:
    """Return an arm's scores by criterion and question, and the mean of all criteria where they share a range."""
    used = sort_out([row for row in judgments if row.rubric == card.name], {}).used
    values = {name: of_one(used, name, arm) for name in card.names}
    if card.one_range:
        whole = set.intersection(*(set(own) for own in values.values()))
        values[MEAN] = {q: fmean(values[name][q] for name in card.names) for q in sorted(whole)}
    return values


def measure_texts(inputs: Inputs, alpha: float) -> TextMeasures:
    """Return every arm's means of the text measures: under their own names, never a criterion, never in its place.

    A measure that no answer has (a reference where no question has one) is in no table.
    """
    values = {arm: text_values(answers, inputs.questions) for arm, answers in sorted(inputs.answers.items())}
    taken = [name for name in NAMES if any(own[name] for own in values.values())]
    ends = dict.fromkeys(NAMES, (0.0, 1.0))
    return TextMeasures(
        [Measure(name, ABOUT[name]) for name in taken],
        {
            arm: by_category(own, inputs.questions, inputs.seen[arm], ends, alpha)
            for arm, own in values.items()
        },
    )


def text_values(
    answers: Mapping[str, Answer], questions: Mapping[str, Question]
) -> dict[str, dict[str, float]]:
    """Return measure → question → value of one arm's answers; a value that cannot be taken is not there."""
    values: dict[str, dict[str, float]] = {name: {} for name in NAMES}
    for question_id, answer in sorted(answers.items()):
        for name, value in _measured(answer.text, questions[question_id]).items():
            values[name][question_id] = value
    return values


def _measured(text: str, question: Question) -> dict[str, float]:
    asked, ground = _asked_and_ground(question)
    found = surface_measures(text, asked=asked, document=ground, language=question.language)
    reference = reference_overlap(text, question.matched_answer, question.language)
    return found if reference is None else found | {REFERENCE: reference}


def _asked_and_ground(question: Question) -> tuple[str, str]:
    """Return what was asked, and the text the answer must stand on: the document, or the input of a row without one.

    The same as `grade` takes for a training row, so that a measure means one thing of rows and of answers.
    """
    if question.instruction and not question.options and not question.context:
        return question.instruction, question.question
    return question.asked, question.context
