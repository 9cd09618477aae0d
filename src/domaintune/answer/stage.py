"""Reading the questions, letting the arm answer, and writing answers and books."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from domaintune.answer.books import account, rejects_of
from domaintune.answer.decoding import Decoding, decoded_here, decoded_there
from domaintune.answer.prompted import Answered, How, Prompted
from domaintune.answer.selecting import ask_in_turns, select_questions
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.question import Question
from domaintune.core.sections.arms import Arm
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import read_json, write_json
from domaintune.core.stage.reject import Reject


class Places(NamedTuple):
    """Where the stage reads and writes."""

    questions: Path
    adapter: Path
    foundation: Path
    out: Path


def write_answers(name: str, arm: Arm, places: Places, how: How) -> Accounts:
    """Answer the selected questions and return the books."""
    selected = select_questions(read_records(places.questions, Question), how.wanted, how.seed)
    answered = Answered([], {})
    if selected:
        answered = ask_in_turns(selected, how.wanted, _asking(name, arm, places, how))
    accounts = account(name, answered, selected, how.wanted.n)
    write_records(places.out / "answers.parquet", Answer, answered.answers, sort_by=("question_id",))
    write_records(places.out / "rejects.parquet", Reject, rejects_of(answered, selected))
    write_json(places.out / "decoding.json", _decoding(arm, how)._asdict())
    return accounts


def _asking(name: str, arm: Arm, places: Places, how: How) -> Callable[[list[Prompted]], Answered]:
    if arm.endpoint is not None:
        from domaintune.answer.endpoint import answer_remotely

        return partial(answer_remotely, name, arm.endpoint, how=how)
    from domaintune.answer.local import Local, Tuned

    described = read_json(places.adapter / "arm.json")
    return Local(Tuned(name, described, places.foundation, places.adapter), how).answer


def _decoding(arm: Arm, how: How) -> Decoding:
    return decoded_here(how.decode) if arm.endpoint is None else decoded_there(how.decode, how.seed)
