"""From a task's units to its instruction rows, with books for requests and for rows."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import Task
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import GateError
from domaintune.core.teacher.asking import Asked, Asks
from domaintune.core.teacher.repair import accept_all
from domaintune.generate.card import TaskCard
from domaintune.generate.existing_answers import READY, own_answer
from domaintune.generate.making import AnsweredItem, Maker
from domaintune.generate.prompt_items import PromptItem, PromptItems
from domaintune.generate.prompts import prompt_for

DECLINED = "needs_model"


class GeneratedRows(NamedTuple):
    """What the stage writes."""

    instructions: list[Instruction]
    rejects: list[Reject]
    accounts: Accounts


def generate(
    asker: Asks, name: str, task: Task, card: TaskCard, chosen: PromptItems, *, max_reject_fraction: float
) -> GeneratedRows:
    """Pass on what the source holds, ask about the rest, and make rows of the answers.

    Raises:
        GateError: too many requests without a usable answer, too many bad rows, or nothing usable at all.
        TeacherError: the teacher cannot answer.
    """
    ready = {unit.id: reply for unit in chosen.units if (reply := _ready(unit, card)) is not None}
    asked_about = [unit for unit in chosen.units if unit.id not in ready]
    prompts = [prompt_for(unit, card, task.pairs or 1) for unit in asked_about]
    check = _has_pairs if card.makes == "pairs" else accept_all
    answers = asker.ask_json(prompts, card.reply_schema or {}, check=check)
    found = list(zip(asked_about, answers, strict=True))
    failed = [_failed(unit, asked) for unit, asked in found if asked.value is None]
    requests = Accounts("generate", name, "requests")
    requests.rows_in = len(prompts)
    requests.kept = len(prompts) - len(failed)
    requests.lose(failed)
    requests.extra |= asker.books()
    _check_answers(requests, failed, max_reject_fraction, passed=len(ready))
    given = [AnsweredItem(unit, ready[unit.id], "") for unit in chosen.units if unit.id in ready]
    given += [
        AnsweredItem(unit, asked.value, asked.request_id) for unit, asked in found if asked.value is not None
    ]
    made = _make(given, Maker(name, task, card), Accounts("generate", name, _counted(card)))
    made.accounts.parts["requests"] = requests
    made.accounts.extra |= chosen.counts | ({} if card.makes == "pairs" else {"passed": len(ready)})
    made.accounts.check()
    made.accounts.check_reject_fraction(max_reject_fraction)
    return made._replace(rejects=failed + made.rejects)


def _counted(card: TaskCard) -> str:
    return "pairs" if card.makes == "pairs" else "rows"


def _ready(unit: PromptItem, card: TaskCard) -> Mapping[str, Any] | None:
    if card.makes == "passed":
        return own_answer(unit)
    return READY[card.ready].find(unit) if card.ready else None


def _make(given: Sequence[AnsweredItem], maker: Maker, accounts: Accounts) -> GeneratedRows:
    instructions: list[Instruction] = []
    rejects: list[Reject] = []
    for one in given:
        kept, lost = maker.rows(one)
        accounts.rows_in += len(kept) + len(lost)
        instructions += kept
        rejects += lost
    accounts.kept = len(instructions)
    accounts.lose(rejects)
    return GeneratedRows(instructions, rejects, accounts)


def _has_pairs(value: Any) -> str | None:
    return None if value["pairs"] else "`pairs` is empty; at least one question with its answer is needed"


def _failed(unit: PromptItem, asked: Asked) -> Reject:
    kept = {"request_id": asked.request_id, "title": unit.title}
    return Reject.of(
        "generate", asked.id, asked.outcome, f"{unit.where}: {asked.detail}", kept, kind="failed"
    )


def _check_answers(
    requests: Accounts, failed: Sequence[Reject], max_reject_fraction: float, *, passed: int
) -> None:
    """Stop when the teacher is not up to the task, with an example: the rows are not written.

    What the offline teacher declines says nothing about it: it is counted in the books, but against the teacher only
    where nothing at all is left.
    """
    requests.check()
    aside = (DECLINED,) if requests.kept + passed > 0 else ()
    try:
        requests.check_reject_fraction(max_reject_fraction, aside=aside)
    except GateError as error:
        example = next(reject.detail for reject in failed if reject.reason not in aside)
        raise GateError(
            f"{error} For example: {example}. Answers are kept in the ledger; a teacher that "
            "writes JSON (see `teacher` in params.yaml) is needed for this task."
        ) from error
