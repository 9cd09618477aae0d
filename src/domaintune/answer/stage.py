"""The answer stage: questions in; answers, lost questions with reasons, accounting and decoding parameters out."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from domaintune.answer.arms import Answered, How, Local, Prompted, answer_remotely, ask_in_turns, sampling_of
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.question import Answer, Question
from domaintune.core.sections.arms import ArmEndpoint
from domaintune.core.sections.models import Decode
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import write_json

DRAWN = ("temperature", "top_k", "top_p")
GREEDY = "do_sample is false"
ALONE = "drawn beams are searched for one question at a time, or an answer would depend on its batch"
UNKNOWN = "the chat completions protocol has no such parameter"
UNASKED = ("too_long", "no_answer_before", "conversation", "control_token")
"""Reasons for which a question was not put to the arm."""


def decoding(decode: Decode, seed: int, *, here: bool) -> dict[str, Any]:
    """Return what the model's own `generate`, or a server, is given, and of the other parameters why they are not."""
    values = decode.model_dump()
    unused = {} if here else dict.fromkeys(("num_beams", "repetition_penalty", "top_k", "batch"), UNKNOWN)
    unused |= {} if decode.do_sample else dict.fromkeys(DRAWN, GREEDY)
    unused |= {"batch": ALONE} if here and decode.do_sample and decode.num_beams > 1 else {}
    used = {name: value for name, value in values.items() if name not in unused}
    return {
        "used": used if here else sampling_of(decode, seed)._asdict(),
        "no_effect": {name: {"value": values[name], "reason": why} for name, why in unused.items()},
    }


def rejects_of(answered: Answered, selected: Sequence[Question]) -> list[Reject]:
    """Return a reject for each question without an answer."""
    rows = {question.id: question for question in selected}
    rejects = []
    for name, (reason, detail) in sorted(answered.lost.items()):
        kind = "rejected" if reason in UNASKED else "failed"
        rejects.append(Reject.of("answer", name, reason, detail, rows[name], kind=kind))
    return rejects


def account(arm: str, answered: Answered, selected: Sequence[Question], wanted: int) -> Accounts:
    """Return the accounting; how many questions were wanted is in them, because a small split has fewer."""
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


def write_answers(
    name: str, arm: ArmEndpoint, how: How, *, questions: Path, adapter: Path, foundation: Path, out: Path
) -> Accounts:
    """Answer the questions that `curate` chose and return the accounting."""
    selected = read_records(questions, Question)
    answered = Answered([], {})
    ask: Callable[[list[Prompted]], Answered]
    if selected:
        if arm.endpoint is None:
            ask = Local(name, foundation, adapter, how).answer
        else:
            ask = partial(answer_remotely, name, arm.endpoint, how=how)
        answered = ask_in_turns(selected, how.wanted, ask)
    accounts = account(name, answered, selected, how.wanted.n)
    write_records(out / "answers.parquet", Answer, answered.answers, sort_by=("question_id",))
    write_records(out / "rejects.parquet", Reject, rejects_of(answered, selected))
    write_json(out / "decoding.json", decoding(how.decode, how.seed, here=arm.endpoint is None))
    return accounts
