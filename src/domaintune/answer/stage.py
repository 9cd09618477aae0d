"""Reading the questions, letting the arm answer, and writing answers and books."""

from pathlib import Path
from typing import NamedTuple

from domaintune.answer.books import account, rejects_of
from domaintune.answer.prompted import Answered, Prompted
from domaintune.answer.selecting import input_text, select_questions
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.question import Question
from domaintune.core.sections.answer import Questions
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.decode import Decode
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import read_json
from domaintune.core.stage.reject import Reject


class Places(NamedTuple):
    """Where the stage reads and writes."""

    questions: Path
    adapter: Path
    foundation: Path
    out: Path


class How(NamedTuple):
    """How the questions are chosen and answered."""

    wanted: Questions
    decode: Decode
    runtime: Runtime
    seed: int


def write_answers(name: str, arm: Arm, places: Places, how: How) -> Accounts:
    """Answer the selected questions and return the books."""
    selected = select_questions(read_records(places.questions, Question), how.wanted, how.seed)
    prompted = [Prompted(one.id, one.instruction, input_text(one, how.wanted.context)) for one in selected]
    answered = _answer(name, arm, prompted, places, how) if selected else Answered([], {})
    accounts = account(name, answered, selected, how.wanted.n)
    write_records(places.out / "answers.parquet", Answer, answered.answers, sort_by=("question_id",))
    write_records(places.out / "rejects.parquet", Reject, rejects_of(answered, selected))
    return accounts


def _answer(name: str, arm: Arm, prompted: list[Prompted], places: Places, how: How) -> Answered:
    if arm.endpoint is not None:
        from domaintune.answer.endpoint import answer_remotely

        return answer_remotely(name, arm.endpoint, prompted, how.decode, how.runtime)
    from domaintune.answer.local import Tuned, answer_locally

    described = read_json(places.adapter / "arm.json")
    local = Tuned(name, described, places.foundation, places.adapter)
    return answer_locally(local, prompted, how.decode, how.runtime)
