"""From a reply, or from what the source itself holds, to instruction rows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import Task
from domaintune.core.stage.accounting import Loss, Reject
from domaintune.core.stage.files import content_id
from domaintune.core.template import render
from domaintune.generate.answers import CleanAnswer, clean
from domaintune.generate.card import Limit, TaskCard
from domaintune.generate.grounding import GROUNDED
from domaintune.generate.normalisers import NORMALISERS
from domaintune.generate.prompt_items import PromptItem
from domaintune.generate.prompts import given_names, instruction_for
from domaintune.science.sentences import count_sentences, count_words, hangul_share


class AnsweredItem(NamedTuple):
    """A unit with its reply, and the request that it came from; empty where nothing was asked."""

    unit: PromptItem
    reply: Mapping[str, Any]
    request_id: str


class ItemRows(NamedTuple):
    """The rows of one unit: rows in are both lists together."""

    kept: list[Instruction]
    lost: list[Reject]


class Maker:
    """Makes the rows of one task."""

    def __init__(self, name: str, task: Task, card: TaskCard) -> None:
        self._name, self._task, self._card = name, task, card

    def rows(self, given: AnsweredItem) -> ItemRows:
        """Return a unit's rows; what is lost has its reason."""
        return self._of_pairs(given) if self._card.makes == "pairs" else self._of_reply(given)

    def _of_reply(self, given: AnsweredItem) -> ItemRows:
        answer = normalised(given.reply, given.unit, self._card)
        if isinstance(answer, Loss):
            return ItemRows([], [self._reject(given, 0, answer, given.reply)])
        asked = clean(render(self._card.input or "", **given_names(given.unit, self._card, 1)))
        if loss := _fault(asked, answer.output):
            return ItemRows([], [self._reject(given, 0, loss, given.reply)])
        instruction = instruction_for(given.unit, self._card, answer.reply)
        return ItemRows([self._row(given, instruction, asked, answer.output)], [])

    def _of_pairs(self, given: AnsweredItem) -> ItemRows:
        rows = ItemRows([], [])
        instruction = instruction_for(given.unit, self._card)
        for at, pair in enumerate(given.reply["pairs"]):
            question, answer = clean(pair["question"]), clean(pair["answer"])
            row = self._row(given, instruction, question, answer)
            loss = _fault(question, answer)
            if row.id in {kept.id for kept in rows.kept}:
                loss = Loss("same_pair", "")
            if loss is None:
                rows.kept.append(row)
            else:
                rows.lost.append(self._reject(given, at, Loss(loss.reason, f"pair {at + 1}"), pair))
        return rows

    def _row(self, given: AnsweredItem, instruction: str, asked: str, output: str) -> Instruction:
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

    def _reject(self, given: AnsweredItem, at: int, loss: Loss, row: Mapping[str, Any]) -> Reject:
        kind = "duplicate" if loss.reason == "same_pair" else "rejected"
        detail = f"{given.unit.where}, {loss.detail}"
        kept = {**row, "request_id": given.request_id}
        return Reject.of("generate", content_id(given.unit.id, str(at)), loss.reason, detail, kept, kind=kind)


def normalised(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return the reply in its clean form, or the first thing wrong with it: shape, then limits, then grounding."""
    assert card.normaliser is not None
    answer = NORMALISERS[card.normaliser](reply, unit, card)
    if isinstance(answer, Loss):
        return answer
    for field, limit in (card.limits or {}).items():
        if field in answer.reply and (loss := over_limit(field, answer.reply[field], limit)):
            return loss
    for field, kind in (card.grounded or {}).items():
        if field in answer.reply and (loss := GROUNDED[kind](answer.reply[field], unit.text)):
            return loss
    return answer


def over_limit(field: str, value: Any, limit: Limit) -> Loss | None:
    """Return the first limit that a reply's field breaks, in the order in which `Limit` lists them."""
    items = value if isinstance(value, list) else [value]
    if limit.max_items is not None and len(items) > limit.max_items:
        return Loss("too_many_items", f"{field}: {len(items)} items, at most {limit.max_items}")
    found = (_text_over_limit(field, str(item), limit) for item in items)
    return next((loss for loss in found if loss is not None), None)


def _text_over_limit(field: str, text: str, limit: Limit) -> Loss | None:
    words, sentences, share = count_words(text), count_sentences(text), hangul_share(text)
    if limit.max_words is not None and words > limit.max_words:
        return Loss("too_many_words", f"{field}: {words} words, at most {limit.max_words}")
    if limit.min_sentences is not None and sentences < limit.min_sentences:
        return Loss("too_few_sentences", f"{field}: {sentences} sentences, at least {limit.min_sentences}")
    if limit.max_sentences is not None and sentences > limit.max_sentences:
        return Loss("too_many_sentences", f"{field}: {sentences} sentences, at most {limit.max_sentences}")
    if limit.min_hangul_share is not None and share < limit.min_hangul_share:
        return Loss(
            "not_korean", f"{field}: {share:.2f} of the letters are Hangul, at least {limit.min_hangul_share}"
        )
    return None


def _fault(question: str, answer: str) -> Loss | None:
    """Return why a pair teaches nothing, or None."""
    if not question:
        return Loss("empty_question", "")
    if not answer:
        return Loss("empty_answer", "")
    if question.casefold() == answer.casefold():
        return Loss("answer_is_question", "the answer only repeats what was asked")
    return (
        Loss("bad_encoding", "U+FFFD stands for a lost character") if "\ufffd" in question + answer else None
    )
