"""From the teacher's answers to instruction rows, with books for requests and for pairs."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from domaintune.core.records.instruction import Instruction
from domaintune.core.records.reject import Reject
from domaintune.core.sections.tasks import Task
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import content_id, to_json
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.core.teacher.repair import Check
from domaintune.generate.card import TaskCard
from domaintune.generate.prompts import prompt_for
from domaintune.generate.units import Chosen, Unit

MAX_ROW = 20_000


class Asks(Protocol):
    """What this stage needs of an asker."""

    def ask_json(self, prompts: Sequence[Prompt], schema: Mapping[str, Any], check: Check) -> list[Asked]:
        """Return one result a prompt, in prompt order."""
        ...

    def books(self) -> dict[str, int]:
        """Return counts of the answers used."""
        ...


class Generated(NamedTuple):
    """What the stage writes."""

    instructions: list[Instruction]
    rejects: list[Reject]
    accounts: Accounts


def generate(
    asker: Asks, name: str, task: Task, card: TaskCard, chosen: Chosen, *, max_reject_fraction: float
) -> Generated:
    """Ask about every unit and make rows of the answers.

    Raises:
        GateError: too many requests without a usable answer, or too many bad pairs.
        TeacherError: the teacher cannot answer.
    """
    prompts = [prompt_for(unit, card, task.pairs or 1) for unit in chosen.units]
    answers = asker.ask_json(prompts, card.reply_schema, check=_has_pairs)
    failed = [
        _failed(unit, asked) for unit, asked in zip(chosen.units, answers, strict=True) if not asked.value
    ]
    requests = Accounts("generate", name, "requests")
    requests.rows_in = len(prompts)
    requests.kept = sum(asked.value is not None for asked in answers)
    requests.lose(failed)
    requests.extra |= asker.books()
    _check_answers(requests, failed, max_reject_fraction)
    accounts = Accounts("generate", name, "pairs")
    accounts.parts["requests"] = requests
    accounts.extra |= {
        "documents": chosen.documents,
        "documents_of_other_sources": chosen.other_sources,
        "documents_beyond_max": chosen.beyond_max,
        "empty_fields": chosen.empty_fields,
    }
    instructions: list[Instruction] = []
    rejects: list[Reject] = []
    for unit, asked in zip(chosen.units, answers, strict=True):
        if asked.value is not None:
            accounts.rows_in += len(asked.value["pairs"])
            kept, lost = _rows(unit, asked, name, task, card)
            instructions += kept
            rejects += lost
    accounts.kept = len(instructions)
    accounts.lose(rejects)
    accounts.check()
    accounts.check_reject_fraction(max_reject_fraction)
    return Generated(instructions, failed + rejects, accounts)


def _has_pairs(value: Any) -> str | None:
    return None if value["pairs"] else "`pairs` is empty; at least one question with its answer is needed"


def _rows(
    unit: Unit, asked: Asked, name: str, task: Task, card: TaskCard
) -> tuple[list[Instruction], list[Reject]]:
    kept: dict[str, Instruction] = {}
    lost: list[Reject] = []
    for at, pair in enumerate(asked.value["pairs"] if asked.value else []):
        question, answer = _clean(pair["question"]), _clean(pair["answer"])
        row_id = content_id(name, unit.document.id, unit.field, question, answer)
        reason = "same_pair" if row_id in kept else _fault(question, answer)
        if reason is not None:
            lost.append(
                Reject(
                    id=content_id(asked.id, str(at)),
                    stage="generate",
                    kind="duplicate" if reason == "same_pair" else "rejected",
                    reason=reason,
                    detail=f"document {unit.document.id}, field {unit.field or 'all'}, pair {at + 1}",
                    row=to_json({**pair, "request_id": asked.request_id}, indent=None)[:MAX_ROW],
                )
            )
            continue
        kept[row_id] = Instruction(
            id=row_id,
            task=name,
            group=task.group,
            language=unit.document.language,
            system="",
            instruction=card.instruction,
            input=question,
            output=answer,
            turns=[],
            document_id=unit.document.id,
            field=unit.field,
            origin="generated",
            request_id=asked.request_id,
            grade=None,
            licence=unit.document.licence,
            split=unit.document.split,
        )
    return list(kept.values()), lost


def _fault(question: str, answer: str) -> str | None:
    """Return why a pair teaches nothing, or None."""
    if not question:
        return "empty_question"
    if not answer:
        return "empty_answer"
    if question.casefold() == answer.casefold():
        return "answer_is_question"
    return "bad_encoding" if "\ufffd" in question + answer else None


def _clean(text: str) -> str:
    """Return NFC text without outer space and without control characters, line breaks and tabs excepted."""
    kept = (c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(kept).strip()


def _failed(unit: Unit, asked: Asked) -> Reject:
    return Reject(
        id=asked.id,
        stage="generate",
        kind="failed",
        reason=asked.outcome,
        detail=f"document {unit.document.id}, field {unit.field or 'all'}: {asked.detail}",
        row=to_json({"request_id": asked.request_id, "title": unit.document.title}, indent=None)[:MAX_ROW],
    )


def _check_answers(requests: Accounts, failed: Sequence[Reject], max_reject_fraction: float) -> None:
    """Stop when the teacher is not up to the task, with an example: the rows are not written."""
    requests.check()
    try:
        requests.check_reject_fraction(max_reject_fraction)
    except GateError as error:
        raise GateError(
            f"{error} For example: {failed[0].detail}. Answers are kept in the ledger; a teacher that "
            "writes JSON (see `teacher` in params.yaml) is needed for this task."
        ) from error
