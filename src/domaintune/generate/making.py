"""From a reply, or from what the source itself holds, to instruction rows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import Task
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id
from domaintune.core.template import render
from domaintune.generate.card import TaskCard
from domaintune.generate.cleaning import clean
from domaintune.generate.faults import Fault
from domaintune.generate.limits import over_limit
from domaintune.generate.naming import given_names
from domaintune.generate.normalising.answer import Answer
from domaintune.generate.prompts import instruction_for
from domaintune.generate.tables import GROUNDED, NORMALISERS
from domaintune.generate.units import Unit


class Given(NamedTuple):
    """A unit with its reply, and the request that it came from; empty where nothing was asked."""

    unit: Unit
    reply: Mapping[str, Any]
    request_id: str


class Rows(NamedTuple):
    """The rows of one unit: rows in are both lists together."""

    kept: list[Instruction]
    lost: list[Reject]


class Maker:
    """Makes the rows of one task."""

    def __init__(self, name: str, task: Task, card: TaskCard) -> None:
        self._name, self._task, self._card = name, task, card

    def rows(self, given: Given) -> Rows:
        """Return a unit's rows; what is lost has its reason."""
        return self._of_pairs(given) if self._card.makes == "pairs" else self._of_reply(given)

    def _of_reply(self, given: Given) -> Rows:
        answer = normalised(given.reply, given.unit, self._card)
        if isinstance(answer, Fault):
            return Rows([], [self._reject(given, 0, answer, given.reply)])
        asked = clean(render(self._card.input or "", **given_names(given.unit, self._card, 1)))
        if fault := _fault(asked, answer.output):
            return Rows([], [self._reject(given, 0, fault, given.reply)])
        instruction = instruction_for(given.unit, self._card, answer.reply)
        return Rows([self._row(given, instruction, asked, answer.output)], [])

    def _of_pairs(self, given: Given) -> Rows:
        rows = Rows([], [])
        instruction = instruction_for(given.unit, self._card)
        for at, pair in enumerate(given.reply["pairs"]):
            question, answer = clean(pair["question"]), clean(pair["answer"])
            row = self._row(given, instruction, question, answer)
            fault = _fault(question, answer)
            if row.id in {kept.id for kept in rows.kept}:
                fault = Fault("same_pair", "")
            if fault is None:
                rows.kept.append(row)
            else:
                rows.lost.append(self._reject(given, at, Fault(fault.reason, f"pair {at + 1}"), pair))
        return rows

    def _row(self, given: Given, instruction: str, asked: str, output: str) -> Instruction:
        record = given.unit.record
        return Instruction(
            id=content_id(self._name, record.id, given.unit.field, asked, output),
            task=self._name,
            group=self._task.group,
            language=record.language,
            system="",
            instruction=instruction,
            input=asked,
            output=output,
            turns=[],
            document_id=record.id,
            category=given.unit.field,
            origin="generated" if given.request_id else "human",
            request_id=given.request_id,
            licence=record.licence,
            split=record.split,
        )

    def _reject(self, given: Given, at: int, fault: Fault, row: Mapping[str, Any]) -> Reject:
        kind = "duplicate" if fault.reason == "same_pair" else "rejected"
        detail = f"{given.unit.where}, {fault.detail}"
        kept = {**row, "request_id": given.request_id}
        return Reject.of(
            "generate", content_id(given.unit.id, str(at)), fault.reason, detail, kept, kind=kind
        )


def normalised(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return the reply in its clean form, or the first thing wrong with it: shape, then limits, then grounding."""
    assert card.normaliser is not None
    answer = NORMALISERS[card.normaliser](reply, unit, card)
    if isinstance(answer, Fault):
        return answer
    for field, limit in (card.limits or {}).items():
        if field in answer.reply and (fault := over_limit(field, answer.reply[field], limit)):
            return fault
    for field, kind in (card.grounded or {}).items():
        if field in answer.reply and (fault := GROUNDED[kind](answer.reply[field], unit.text)):
            return fault
    return answer


def _fault(question: str, answer: str) -> Fault | None:
    """Return why a pair teaches nothing, or None."""
    if not question:
        return Fault("empty_question", "")
    if not answer:
        return Fault("empty_answer", "")
    if question.casefold() == answer.casefold():
        return Fault("answer_is_question", "the answer only repeats what was asked")
    return (
        Fault("bad_encoding", "U+FFFD stands for a lost character") if "\ufffd" in question + answer else None
    )
