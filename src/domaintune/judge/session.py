"""One arm's judging from plan to checked result; nothing is written before books and gate are right."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from domaintune.core.frames import write_records
from domaintune.core.paying.responses import write_responses
from domaintune.core.records.judgment import Judgment
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.reject import Reject
from domaintune.core.teacher.opening import open_asker
from domaintune.judge.books import check_losses, keep_books
from domaintune.judge.card import AnyCard
from domaintune.judge.judging import judge, lost
from domaintune.judge.overlap import Overlap
from domaintune.judge.params import Judge
from domaintune.judge.plan import Duel, Plan

PAID = ("reasked", "answers_used", "prompt_tokens", "completion_tokens")
"""Of the asker's books: requests, where everything else here counts verdicts."""


class Session(NamedTuple):
    """What judging one arm gave."""

    judgments: list[Judgment]
    """All that were asked for, read or not, so that a parse rate can be told."""
    rejects: list[Reject]
    accounts: Accounts


def hold(
    cards: Mapping[str, AnyCard],
    duel: Duel,
    planned: Plan,
    settings: Judge,
    runtime: Runtime,
    *,
    responses: Path,
) -> Session:
    """Judge one arm and write the judge's answers that were used. With nothing to ask, no judge is opened.

    Raises:
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
        GateError: too many verdicts were lost.
    """
    if not planned.planned:
        session = _close(duel, planned, [], settings)
        write_responses(responses, [])
        return session
    with open_asker(settings.model, runtime, responses, {"overlap": Overlap}) as asker:
        session = _close(duel, planned, judge(asker, cards, duel, planned.planned), settings)
        books = asker.books()
        session.accounts.extra |= {name: books[name] for name in PAID}
        asker.write_responses()
    return session


def write(session: Session, out: Path, accounting: Path) -> None:
    """Write judgments, rejects and books."""
    write_records(out / "judgments.parquet", Judgment, session.judgments)
    write_records(out / "rejects.parquet", Reject, session.rejects)
    session.accounts.write(accounting)


def _close(duel: Duel, planned: Plan, judgments: list[Judgment], settings: Judge) -> Session:
    rejects = planned.rejects + lost(judgments)
    rows_in = len(planned.planned) + len(planned.rejects)
    accounts = keep_books(duel.arm, judgments, rejects, rows_in)
    check_losses(accounts, settings.max_reject_fraction)
    return Session(judgments, rejects, accounts)
