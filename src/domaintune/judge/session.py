"""One arm's judging from plan to checked result; nothing is written before books and gate are right."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from domaintune.core.frames import write_records
from domaintune.core.paying.responses import write_responses
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.planted_pair import PlantedPair
from domaintune.core.sections.rubrics import Rubric
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.reject import Reject
from domaintune.core.teacher.opening import open_asker
from domaintune.judge.books import check_losses, keep_books
from domaintune.judge.calibration import Known
from domaintune.judge.card import AnyCard
from domaintune.judge.judging import judge, lost, repeated
from domaintune.judge.overlap import Overlap
from domaintune.judge.params import Judge
from domaintune.judge.plan import Duel, Plan
from domaintune.judge.trial import check_trial, try_judge

PAID = ("reasked", "answers_used", "prompt_tokens", "completion_tokens")
"""Of the asker's books: requests, planted answers and repeats among them, where all else here counts verdicts."""
OFFLINE = "overlap"
"""It says the same every time, so nothing is asked for again."""


class Session(NamedTuple):
    """What judging one arm gave."""

    judgments: list[Judgment]
    """All that were asked for, read or not, so that a parse rate can be told."""
    rejects: list[Reject]
    accounts: Accounts
    tried: list[PlantedPair]
    repeats: list[Judgment]
    """Verdicts that were asked for again, for the judge's agreement with itself."""


class Rubrics(NamedTuple):
    """What is asked: the rubrics, their cards, and the planted pairs a judge is tried on."""

    rubrics: Mapping[str, Rubric]
    cards: Mapping[str, AnyCard]
    known: Sequence[Known]


def hold(
    asked: Rubrics, duel: Duel, planned: Plan, settings: Judge, runtime: Runtime, *, responses: Path
) -> Session:
    """Try the judge, judge one arm and write the judge's answers that were used.

    With nothing to ask, no judge is opened.

    Raises:
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
        GateError: the judge does not tell planted answers apart, or too many verdicts were lost.
    """
    if not planned.planned:
        session = _close(duel, planned, [], settings)
        write_responses(responses, [])
        return session
    waiting = {item.rubric for item in planned.planned}
    cards = {name: card for name, card in asked.cards.items() if name in waiting}
    with open_asker(settings.model, runtime, responses, {OFFLINE: Overlap}) as asker:
        tried = try_judge(asker, cards, asked.rubrics, asked.known)
        check_trial(duel.arm, tried, settings.min_agreement, len(planned.planned))
        session = _close(duel, planned, judge(asker, cards, duel, planned.planned), settings)
        again = 1 if settings.model.backend == OFFLINE else settings.repeats
        more = repeated(planned.planned, again, settings.repeat_rows)
        session = session._replace(tried=tried, repeats=judge(asker, cards, duel, more))
        books = asker.books()
        session.accounts.extra |= {name: books[name] for name in PAID}
        asker.write_responses()
    return session


def write(session: Session, out: Path, accounting: Path) -> None:
    """Write judgments, planted pairs, repeats, rejects and books."""
    write_records(out / "judgments.parquet", Judgment, session.judgments)
    write_records(out / "planted.parquet", PlantedPair, session.tried)
    write_records(out / "repeats.parquet", Judgment, session.repeats)
    write_records(out / "rejects.parquet", Reject, session.rejects)
    session.accounts.write(accounting)


def _close(duel: Duel, planned: Plan, judgments: list[Judgment], settings: Judge) -> Session:
    rejects = planned.rejects + lost(judgments)
    rows_in = len(planned.planned) + len(planned.rejects)
    accounts = keep_books(duel.arm, judgments, rejects, rows_in)
    check_losses(accounts, settings.max_reject_fraction, rejects)
    return Session(judgments, rejects, accounts, [], [])
