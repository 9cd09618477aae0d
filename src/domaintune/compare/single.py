"""Each answer by itself: rubrics that score one answer, and measures of its text that need no judge."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from domaintune.compare.categories import Values, by_category
from domaintune.compare.inputs import CompareSettings, Inputs
from domaintune.compare.paired import Key, Told
from domaintune.compare.scores import Both, judgments_read, of_one, sort_out
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Answer, Question
from domaintune.core.scoring.spec import MEAN, SingleSpec
from domaintune.science.comparison.judged import Criterion, JudgmentsRead
from domaintune.science.comparison.tree import AgainstBaseline, Measure, SingleRubric, TextMeasures
from domaintune.science.heuristic_measures import BAND, MEASURES, heuristic_measures, reference_overlap

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


def single_scores(settings: CompareSettings, inputs: Inputs) -> dict[Key, dict[str, list[Both]]]:
    """Return every arm's and its baseline's scores of each question that either was judged on; None where lost."""
    found: dict[Key, dict[str, list[Both]]] = {}
    for rubric, spec in sorted(inputs.specs.items()):
        values = {arm: single_values(spec, inputs.judgments[arm], arm) for arm in settings.arms}
        for arm, entry in sorted(settings.arms.items()):
            if entry.baseline == arm:
                continue
            rows = [*inputs.judgments[arm], *inputs.judgments[entry.baseline]]
            judged = sorted({row.question_id for row in rows if row.rubric == rubric})
            for name in spec.measured:
                ours, theirs = values[arm][name], values[entry.baseline][name]
                found[arm, rubric, name] = {q: [(theirs.get(q), ours.get(q))] for q in judged}
    return found


def compare_single(settings: CompareSettings, inputs: Inputs, told: Told) -> dict[str, SingleRubric]:
    """Return each rubric's means, and beside them the tests against the baseline."""
    return {name: _rubric(spec, settings, inputs, told) for name, spec in sorted(inputs.specs.items())}


def _rubric(spec: SingleSpec, settings: CompareSettings, inputs: Inputs, told: Told) -> SingleRubric:
    values = {arm: single_values(spec, inputs.judgments[arm], arm) for arm in sorted(settings.arms)}
    ends = {name: inputs.scales[spec.name, name] for name in spec.measured}
    criteria = [
        Criterion(one.name, {str(k): text for k, text in one.title.items()}, one.lowest, one.highest)
        for one in spec.criteria
    ]
    if spec.one_range:
        criteria.append(criteria[0]._replace(name=MEAN, title={"en": "Mean of all", "ko": "전체 평균"}))
    return SingleRubric(
        description=spec.description,
        source=spec.source,
        language=settings.rubrics[spec.name].language or "",
        headline=spec.headline,
        criteria=criteria,
        arms={
            arm: by_category(own, inputs.questions, inputs.seen[arm], ends, settings.comparing.alpha)
            for arm, own in values.items()
        },
        read={arm: _read(spec, inputs, arm, own) for arm, own in values.items()},
        against_baseline={
            arm: AgainstBaseline(
                entry.baseline,
                {key[2]: told[key] for name in spec.measured if (key := (arm, spec.name, name)) in told},
            )
            for arm, entry in sorted(settings.arms.items())
            if entry.baseline != arm
        },
        published=spec.published,
        published_categories=spec.published_categories,
        judge_in_words="",
    )


def _read(spec: SingleSpec, inputs: Inputs, arm: str, values: Values) -> JudgmentsRead:
    rows = [row for row in inputs.judgments[arm] if row.rubric == spec.name]
    scored = {question_id for own in values.values() for question_id in own}
    return judgments_read(rows, inputs.answers[arm], scored, sort_out(rows, {}).lost)


def single_values(spec: SingleSpec, judgments: Sequence[Judgment], arm: str) -> Values:
    """Return an arm's scores by criterion and question, and the mean of all criteria where they share a range."""
    used = sort_out([row for row in judgments if row.rubric == spec.name], {}).used
    values = {name: of_one(used, name, arm) for name in spec.names}
    if spec.one_range:
        whole = set.intersection(*(set(own) for own in values.values()))
        values[MEAN] = {q: fmean(values[name][q] for name in spec.names) for q in sorted(whole)}
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
    found = heuristic_measures(text, asked=asked, document=ground, language=question.language)
    reference = reference_overlap(text, question.matched_answer, question.language)
    return found if reference is None else found | {REFERENCE: reference}


def _asked_and_ground(question: Question) -> tuple[str, str]:
    """Return what was asked, and the text the answer must stand on: the document, or the input of a row without one.

    The same as `grade` takes for a training row, so that a measure means one thing of rows and of answers.
    """
    if question.instruction and not question.options and not question.context:
        return question.instruction, question.question
    return question.asked, question.context
