"""What will be asked: each rubric, for each question, in each order of presentation or of the arm's answer alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from domaintune.core.frames import read_records
from domaintune.core.records.question import Answer, Question
from domaintune.core.scoring.asking import CONVERSATION, prompt_for
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


def answers_of(arm: str, folder: Path) -> dict[str, Answer]:
    """Read an arm's answers, by question id."""
    path = folder / "answers.parquet"
    rows = read_records(path, Answer)
    found = {answer.question_id: answer for answer in rows}
    if foreign := {answer.arm for answer in rows} - {arm}:
        other = min(foreign)
        raise InputError(f"{path}: expected answers of {arm}, got some of {other}. Run `dvc repro answer`.")
    if twice := [answer.question_id for answer in rows if found[answer.question_id] is not answer]:
        raise InputError(f"{path}: two answers to question {twice[0]}. Run `dvc repro answer`.")
    return found


class Planned(NamedTuple):
    """One verdict to ask for."""

    id: str
    rubric: str
    question_id: str
    order: Order
    prompt: Prompt


def plan(
    specs: Mapping[str, AnySpec],
    rubrics: Mapping[str, Rubric],
    questions: Mapping[str, Question],
    compared: PairwiseComparison,
) -> tuple[list[Planned], list[Reject]]:
    """Return a verdict for each rubric, question and order, sorted so that runs are alike; and what cannot be asked."""
    asked = sorted(set(compared.arm_answers) | set(compared.baseline_answers))
    if stray := [question_id for question_id in asked if question_id not in questions]:
        raise InputError(
            f"{len(stray)} answers of {compared.arm} or {compared.baseline} belong to no question of the table, "
            f"e.g. {stray[0]}. The answers are older than the questions: run `dvc repro answer judge`."
        )
    planned, unasked = list[Planned](), list[Reject]()
    for name, question_id in ((name, question_id) for name in sorted(specs) for question_id in asked):
        for order in _orders(rubrics[name], compared):
            against = "" if order == "single" else compared.baseline
            judgment_id = content_id(name, question_id, compared.arm, against, order)
            if lack := _lack(specs[name], questions[question_id], compared):
                row = {"rubric": name, "question_id": question_id, "order": order}
                unasked.append(Reject.of("judge", judgment_id, *lack, row))
            else:
                shown = shown_texts(questions, question_id, compared, order)
                prompt = prompt_for(specs[name], rubrics[name].language, shown)
                planned.append(Planned(judgment_id, name, question_id, order, prompt))
    return planned, unasked


def shown_texts(
    questions: Mapping[str, Question], question_id: str, compared: PairwiseComparison, order: Order
) -> dict[str, Any]:
    """Return all that a judge may be shown: the question, what was said before it, the answers; no arm is named."""
    question, pair = questions[question_id], [compared.arm_answers, compared.baseline_answers]
    sides = {"": pair[0]} if order == "single" else {"a": pair[0], "b": pair[1]}
    if order == "baseline_first":
        sides = {"a": pair[1], "b": pair[0]}
    shown: dict[str, Any] = {
        "question": question.asked,
        "instruction": question.instruction or question.question,
        "input": question.question if question.instruction else "",
        "matched_answer": question.matched_answer,
    }
    before, said = [questions[name] for name in question.before], {}
    for side, answers in sides.items():
        shown[f"answer_{side}" if side else "answer"] = answers[question_id].text
        said[side] = [{"user": one.asked, "assistant": answers[one.id].text} for one in before]
    return shown | ({CONVERSATION: said.get("", said)} if before else {})


def _orders(rubric: Rubric, compared: PairwiseComparison) -> Sequence[Order]:
    if rubric.orders is None:
        return ["single"]
    # a baseline is compared with nothing
    return [] if compared.arm == compared.baseline else sorted(set(rubric.orders))


def _lack(spec: AnySpec, question: Question, compared: PairwiseComparison) -> Loss | None:
    sides = {compared.arm: compared.arm_answers}
    if isinstance(spec, PairSpec):
        sides[compared.baseline] = compared.baseline_answers
    if missing := [arm for arm, answers in sides.items() if question.id not in answers]:
        return Loss("missing_answer", f"{missing[0]} has no answer to question {question.id}")
    if "matched_answer" in spec.context and not question.matched_answer.strip():
        return Loss("no_matched_answer", f"question {question.id} has no matched answer to compare with")
    if question.before and CONVERSATION not in spec.context:
        lacks = f"context of {spec.name} lacks {CONVERSATION}, and this is a later turn"
        return Loss("conversation_not_shown", lacks)
    return None
