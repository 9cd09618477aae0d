"""What will be asked: each rubric, for each question, in each order of presentation or of the arm's answer alone."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domaintune.core.records.answer import Answer
from domaintune.core.records.question import Question
from domaintune.core.scoring.asking import CONVERSATION, prompt_of, scoring_prompt
from domaintune.core.scoring.rubric import AnySpec, PairSpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.accounting import Loss, Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.core.teacher.asking import Prompt

Order = Literal["baseline_first", "arm_first", "single"]


class PairwiseComparison(NamedTuple):
    """An arm, its baseline, and their answers by question id."""

    arm: str
    baseline: str
    arm_answers: Mapping[str, Answer]
    baseline_answers: Mapping[str, Answer]


class Planned(NamedTuple):
    """One verdict to ask for."""

    id: str
    rubric: str
    question_id: str
    order: Order
    prompt: Prompt


class Plan(NamedTuple):
    """All verdicts to ask for, and those that cannot be asked for."""

    planned: list[Planned]
    rejects: list[Reject]


def plan(
    cards: Mapping[str, AnySpec],
    rubrics: Mapping[str, Rubric],
    questions: Mapping[str, Question],
    duel: PairwiseComparison,
) -> Plan:
    """Return one planned verdict for each rubric, question and order; sorted, so that runs are alike.

    A baseline is compared with nothing: only rubrics that score an answer by itself are asked about it.

    Raises:
        InputError: an answer belongs to no question.
    """
    asked = sorted(set(duel.arm_answers) | set(duel.baseline_answers))
    if stray := [question_id for question_id in asked if question_id not in questions]:
        raise InputError(
            f"{len(stray)} answers of {duel.arm} or {duel.baseline} belong to no question of the table, "
            f"e.g. {stray[0]}. The answers are older than the questions: run `dvc repro answer judge`."
        )
    planned: list[Planned] = []
    rejects: list[Reject] = []
    for name in sorted(cards):
        for question_id in asked:
            for order in _orders(rubrics[name], duel):
                against = "" if order == "single" else duel.baseline
                judgment_id = content_id(name, question_id, duel.arm, against, order)
                row = {"rubric": name, "question_id": question_id, "order": order}
                if lack := _lack(cards[name], questions[question_id], duel):
                    rejects.append(Reject.of("judge", judgment_id, *lack, row))
                    continue
                shown = _shown(cards[name], questions, question_id, duel, order)
                prompt = _prompt(cards[name], rubrics[name], shown)
                planned.append(Planned(judgment_id, name, question_id, order, prompt))
    return Plan(planned, rejects)


def texts(question: Question, duel: PairwiseComparison, order: Order) -> dict[str, str]:
    """Return what a judge may see, with the answers as A and B; no arm is named."""
    ours, theirs = duel.arm_answers[question.id].text, duel.baseline_answers[question.id].text
    a, b = (theirs, ours) if order == "baseline_first" else (ours, theirs)
    return {
        "question": question.asked,
        "matched_answer": question.matched_answer,
        "answer_a": a,
        "answer_b": b,
    }


def chosen(card: AnySpec, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return of what may be shown what the card names; before a first turn there is no conversation."""
    return {name: shown[name] for name in card.context if name != CONVERSATION or name in shown}


def build_prompt(card: PairSpec, shown: Mapping[str, Any]) -> Prompt:
    """Render the card for one pair of answers."""
    values = {
        "scale": sorted(card.scale.items()),
        "criteria": [criterion.model_dump() for criterion in card.criteria],
    }
    return prompt_of(card.name, card.verdict, (card.system, card.user), chosen(card, shown), values)


def _orders(rubric: Rubric, duel: PairwiseComparison) -> list[Order]:
    if rubric.orders is None:
        return ["single"]
    return [] if duel.arm == duel.baseline else sorted(set(rubric.orders))


def _prompt(card: AnySpec, rubric: Rubric, shown: Mapping[str, Any]) -> Prompt:
    if isinstance(card, PairSpec):
        return build_prompt(card, shown)
    assert rubric.language is not None, "read_specs holds each rubric against its card"
    return scoring_prompt(card, rubric.language, chosen(card, shown))


def _shown(
    card: AnySpec, questions: Mapping[str, Question], question_id: str, duel: PairwiseComparison, order: Order
) -> dict[str, Any]:
    """Return the question and the answers; with a later turn what each arm had said before it."""
    question = questions[question_id]
    before = [questions[name] for name in question.before]
    shown = texts(question, duel, order) if isinstance(card, PairSpec) else _alone(question, duel)
    if not before:
        return shown
    ours = _said(before, duel.arm_answers)
    if not isinstance(card, PairSpec):
        return shown | {CONVERSATION: ours}
    theirs = _said(before, duel.baseline_answers)
    a, b = (theirs, ours) if order == "baseline_first" else (ours, theirs)
    return shown | {CONVERSATION: {"a": a, "b": b}}


def _said(before: Sequence[Question], answers: Mapping[str, Answer]) -> list[dict[str, str]]:
    return [{"user": one.asked, "assistant": answers[one.id].text} for one in before]


def _alone(question: Question, duel: PairwiseComparison) -> dict[str, str]:
    alone = not question.instruction
    return {
        "instruction": question.question if alone else question.instruction,
        "input": "" if alone else question.question,
        "matched_answer": question.matched_answer,
        "answer": duel.arm_answers[question.id].text,
    }


def _lack(card: AnySpec, question: Question, duel: PairwiseComparison) -> Loss | None:
    sides = [(duel.arm, duel.arm_answers), (duel.baseline, duel.baseline_answers)]
    needed = sides if isinstance(card, PairSpec) else sides[:1]
    missing = [arm for arm, answers in needed if question.id not in answers]
    if missing:
        return Loss("missing_answer", f"{missing[0]} has no answer to question {question.id}")
    if "matched_answer" in card.context and not question.matched_answer.strip():
        return Loss("no_matched_answer", f"question {question.id} has no matched answer to compare with")
    if question.before and CONVERSATION not in card.context:
        return Loss(
            "conversation_not_shown",
            f"context of {card.name} lacks {CONVERSATION}, and this is a later turn",
        )
    return None
