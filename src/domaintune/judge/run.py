"""One arm's run: questions and answers read, the judge tried and asked, accounts checked, and only then written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import CalibrationPair, Judgment
from domaintune.core.records.question import Question
from domaintune.core.scoring.asking import PAID
from domaintune.core.scoring.rubric import AnySpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.teacher.opening import open_asker
from domaintune.judge.calibration import KnownPair
from domaintune.judge.judging import check_losses, judge, keep_books, lost, repeated
from domaintune.judge.params import Judge
from domaintune.judge.plan import PairwiseComparison, Plan
from domaintune.judge.token_f1 import TokenF1Judge
from domaintune.judge.trial import check_trial, try_judge

OFFLINE = "token_f1"
"""It says the same every time, so nothing is asked for again."""


class Judged(NamedTuple):
    """What judging one arm gave."""

    judgments: list[Judgment]
    """All that were asked for, read or not, so that a parse rate can be told."""
    rejects: list[Reject]
    accounts: Accounts
    tried: list[CalibrationPair]
    repeats: list[Judgment]
    """Verdicts that were asked for again, for the judge's agreement with itself."""


class Rubrics(NamedTuple):
    """What is asked: the rubrics, their cards, and the planted pairs a judge is tried on."""

    rubrics: Mapping[str, Rubric]
    cards: Mapping[str, AnySpec]
    known: Sequence[KnownPair]


def read_questions(path: Path) -> dict[str, Question]:
    """Return the questions by id.

    Raises:
        InputError: the table is missing, or a question stands in it twice.
    """
    rows = read_records(path, Question)
    questions = {question.id: question for question in rows}
    if len(questions) < len(rows):
        raise InputError(
            f"{path}: {len(rows) - len(questions)} question ids stand twice. Run `dvc repro curate`."
        )
    return questions


def read_comparison(arm: str, baseline: str, answers: Path, baseline_answers: Path) -> PairwiseComparison:
    """Return the answers of both arms.

    Raises:
        InputError: a table is missing, or its answers are not the arm's.
    """
    return PairwiseComparison(
        arm,
        baseline,
        by_question(read_records(answers / "answers.parquet", Answer), arm),
        by_question(read_records(baseline_answers / "answers.parquet", Answer), baseline),
    )


def by_question(answers: Sequence[Answer], arm: str) -> dict[str, Answer]:
    """Return one arm's answers by question id.

    Raises:
        InputError: two answers to one question, or an answer of another arm.
    """
    found: dict[str, Answer] = {}
    for answer in answers:
        if answer.arm != arm:
            raise InputError(f"the answers of {arm} hold one of {answer.arm}. Run `dvc repro answer` again.")
        if answer.question_id in found:
            raise InputError(
                f"{arm} answers question {answer.question_id} twice. Run `dvc repro answer` again."
            )
        found[answer.question_id] = answer
    return found


def judge_arm(
    asked: Rubrics,
    duel: PairwiseComparison,
    planned: Plan,
    settings: Judge,
    runtime: Runtime,
    *,
    responses: Path,
) -> Judged:
    """Try the judge, judge one arm and write the judge's answers that were used.

    With nothing to ask, no judge is opened: the answers file is empty, and the accounts say so.

    Raises:
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
        GateError: the judge does not tell planted answers apart, or too many verdicts were lost.
    """
    waiting = {item.rubric for item in planned.planned}
    cards = {name: card for name, card in asked.cards.items() if name in waiting}
    with open_asker(settings.model, runtime, responses, {OFFLINE: TokenF1Judge}) as asker:
        tried = try_judge(asker, cards, asked.rubrics, asked.known)
        check_trial(duel.arm, tried, settings.min_agreement, len(planned.planned))
        judged = _close(duel, planned, judge(asker, cards, duel, planned.planned), settings)
        again = 1 if settings.model.backend == OFFLINE else settings.repeats
        more = repeated(planned.planned, again, settings.repeat_rows)
        judged = judged._replace(tried=tried, repeats=judge(asker, cards, duel, more))
        books = asker.books()
        judged.accounts.extra |= {name: books[name] for name in PAID}
        asker.write_responses()
    return judged


def write(judged: Judged, out: Path, accounting: Path) -> None:
    """Write judgments, planted pairs, repeats, rejects and books."""
    write_records(out / "judgments.parquet", Judgment, judged.judgments)
    write_records(out / "planted.parquet", CalibrationPair, judged.tried)
    write_records(out / "repeats.parquet", Judgment, judged.repeats)
    write_records(out / "rejects.parquet", Reject, judged.rejects)
    judged.accounts.write(accounting)


def _close(duel: PairwiseComparison, planned: Plan, judgments: list[Judgment], settings: Judge) -> Judged:
    rejects = planned.rejects + lost(judgments)
    rows_in = len(planned.planned) + len(planned.rejects)
    accounts = keep_books(duel.arm, judgments, rejects, rows_in)
    check_losses(accounts, settings.max_reject_fraction, rejects)
    return Judged(judgments, rejects, accounts, [], [])
