"""Each answer by itself: rubrics that score one answer, and measures of its text that need no judge."""

from collections.abc import Iterable, Mapping
from statistics import fmean

from domaintune.compare.inputs import Inputs
from domaintune.compare.paired import Key, Told, grouped
from domaintune.compare.scores import Both, by_question, judgments_read, mean_of, sort_out
from domaintune.core.records.question import Answer, Question
from domaintune.core.scoring.spec import MEAN, SingleSpec
from domaintune.science.comparison.judged import ByCategory, Criterion, Means
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
Values = Mapping[str, Mapping[str, float]]
"""What was measured (a criterion, a text measure) → question → value."""


def single_scores(inputs: Inputs) -> dict[Key, dict[str, list[Both]]]:
    """Return every arm's and its baseline's scores of each question that either was judged on; None where lost."""
    found: dict[Key, dict[str, list[Both]]] = {}
    for rubric, spec in inputs.specs.items():
        values = {arm: single_values(spec, inputs, arm) for arm in inputs.arms}
        for arm, baseline in inputs.baselines.items():
            rows = [*inputs.judged(arm, rubric), *inputs.judged(baseline, rubric)]
            judged = sorted({row.question_id for row in rows})
            for name in spec.measured:
                ours, theirs = values[arm][name], values[baseline][name]
                found[arm, rubric, name] = {q: [(theirs.get(q), ours.get(q))] for q in judged}
    return found


def compare_single(inputs: Inputs, told: Told, said: Mapping[str, str]) -> dict[str, SingleRubric]:
    """Return each rubric's means, and beside them the tests against the baseline; `said`: of the judge, by rubric."""
    return {name: _rubric(spec, inputs, told, said.get(name, "")) for name, spec in inputs.specs.items()}


def _rubric(spec: SingleSpec, inputs: Inputs, told: Told, said: str) -> SingleRubric:
    values = {arm: single_values(spec, inputs, arm) for arm in sorted(inputs.arms)}
    ends = {name: inputs.scales[spec.name, name] for name in spec.measured}
    criteria = [
        Criterion(one.name, {str(k): text for k, text in one.title.items()}, one.lowest, one.highest)
        for one in spec.criteria
    ]
    if spec.one_range:
        criteria.append(criteria[0]._replace(name=MEAN, title={"en": "Mean of all", "ko": "전체 평균"}))
    read = {}
    for arm, own in values.items():
        rows = inputs.judged(arm, spec.name)
        scored = {question_id for one in own.values() for question_id in one}
        read[arm] = judgments_read(rows, inputs.answers[arm], scored, sort_out(rows, {})[1])
    return SingleRubric(
        description=spec.description,
        source=spec.source,
        language=inputs.rubrics[spec.name].language or "",
        headline=spec.headline,
        criteria=criteria,
        arms={arm: by_category(own, inputs, arm, ends) for arm, own in values.items()},
        read=read,
        against_baseline={
            arm: AgainstBaseline(
                baseline,
                {key[2]: told[key] for name in spec.measured if (key := (arm, spec.name, name)) in told},
            )
            for arm, baseline in inputs.baselines.items()
        },
        published=spec.published,
        published_categories=spec.published_categories,
        judge_in_words=said,
    )


def single_values(spec: SingleSpec, inputs: Inputs, arm: str) -> Values:
    """Return an arm's scores by criterion and question, and the mean of all criteria where they share a range."""
    used = sort_out(inputs.judged(arm, spec.name), {})[0]
    values = {name: by_question(used, name, arm) for name in spec.names}
    if spec.one_range:
        whole = set.intersection(*(set(own) for own in values.values()))
        values[MEAN] = {q: fmean(values[name][q] for name in spec.names) for q in sorted(whole)}
    return values


def by_category(
    values: Values, inputs: Inputs, arm: str, ends: Mapping[str, tuple[float, float]]
) -> ByCategory:
    """Return means over all questions, by category, pooled over seen and unseen ones, and by turn of several.

    Pooled means are over questions, not over categories; each is None where what is seen is not known. Questions
    without a category are on neither side. `ends`: what was measured → its lowest and highest value.
    """
    questions, seen = inputs.questions, inputs.seen[arm]
    measured = {question_id for own in values.values() for question_id in own}
    groups, turns = grouped(measured, questions)

    def over(among: Iterable[str]) -> Means:
        """Return the means over some questions; what has no value among them is left out."""
        wanted = set(among)
        own = {name: {q: value for q, value in of.items() if q in wanted} for name, of in values.items()}
        return {
            name: mean_of(of, questions, ends[name], inputs.comparing.alpha) for name, of in own.items() if of
        }

    def pooled(wanted: bool) -> Means | None:
        if seen.pooled is None:
            return None
        return over(q for name, own in groups.items() if (name in seen.pooled) == wanted for q in own)

    return ByCategory(
        criteria=over(measured),
        categories={name: over(own) for name, own in groups.items()},
        seen_categories=None if seen.categories is None else sorted(seen.categories & set(groups)),
        seen=pooled(wanted=True),
        unseen=pooled(wanted=False),
        turns={name: over(own) for name, own in turns.items()} or None,
    )


def measure_texts(inputs: Inputs) -> TextMeasures:
    """Return every arm's means of the text measures: under their own names, never a criterion, never in its place.

    A measure that no answer has (a reference where no question has one) is in no table.
    """
    values = {arm: text_values(answers, inputs.questions) for arm, answers in sorted(inputs.answers.items())}
    taken = [name for name in NAMES if any(own[name] for own in values.values())]
    ends = dict.fromkeys(NAMES, (0.0, 1.0))
    return TextMeasures(
        [Measure(name, ABOUT[name]) for name in taken],
        {arm: by_category(own, inputs, arm, ends) for arm, own in values.items()},
    )


def text_values(
    answers: Mapping[str, Answer], questions: Mapping[str, Question]
) -> dict[str, dict[str, float]]:
    """Return measure → question → value of one arm's answers; a value that cannot be taken is not there.

    An answer must stand on the document, or on the input of a row without one: the same as `grade` takes for a training
    row, so that a measure means one thing of rows and of answers.
    """
    values: dict[str, dict[str, float]] = {name: {} for name in NAMES}
    for question_id, answer in sorted(answers.items()):
        question = questions[question_id]
        asked, ground = question.asked, question.context
        if question.instruction and not question.options and not question.context:
            asked, ground = question.instruction, question.question
        found = heuristic_measures(answer.text, asked=asked, document=ground, language=question.language)
        reference = reference_overlap(answer.text, question.matched_answer, question.language)
        for name, value in (found if reference is None else found | {REFERENCE: reference}).items():
            values[name][question_id] = value
    return values
