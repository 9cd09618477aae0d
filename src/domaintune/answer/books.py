"""The answer stage's books: every selected question is answered, or lost with a reason."""

from collections.abc import Sequence

from domaintune.answer.prompted import Answered
from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.reject import Reject

UNASKED = ("too_long", "no_answer_before", "conversation", "control_token")
"""Reasons for which a question was not put to the arm."""


def rejects_of(answered: Answered, selected: Sequence[Question]) -> list[Reject]:
    """Return a reject for each question without an answer."""
    rows = {question.id: question for question in selected}
    return [
        Reject.of(
            "answer", name, reason, detail, rows[name], kind="rejected" if reason in UNASKED else "failed"
        )
        for name, (reason, detail) in sorted(answered.lost.items())
    ]


def account(arm: str, answered: Answered, selected: Sequence[Question], wanted: int) -> Accounts:
    """Return the books; how many questions were wanted is in them, because a small split has fewer.

    Raises:
        InputError: not one question was answered.
        AccountingError: a question is missing.
    """
    accounts = Accounts("answer", arm, "questions")
    accounts.rows_in, accounts.kept = len(selected), len(answered.answers)
    accounts.lose(rejects_of(answered, selected))
    accounts.extra |= {
        "wanted": wanted,
        "unfinished": sum(not answer.finished for answer in answered.answers),
        "tokens": sum(answer.tokens for answer in answered.answers),
    }
    accounts.check()
    if selected and not answered.answers:
        raise InputError(
            f"answer ({arm}): none of {len(selected)} questions could be answered: {accounts.lost}. Lower "
            "decode.max_new_tokens, or use a model with a longer context."
        )
    return accounts
