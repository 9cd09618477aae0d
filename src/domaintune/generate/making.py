"""From a reply, or from what the source itself holds, to instruction rows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import Task
from domaintune.core.stage.accounting import Loss, Reject
from domaintune.core.stage.files import content_id
from domaintune.core.template import render
from domaintune.generate.grounding import GROUNDED, clean
from domaintune.generate.normalisers import NORMALISERS, CleanAnswer
from domaintune.generate.params import Limit, TaskSpec
from domaintune.generate.prompts import PromptItem, given_names, instruction_for
from domaintune.science.sentences import count_sentences, count_words, hangul_share


class AnsweredItem(NamedTuple):
    """An item with its reply, and the request that it came from; empty where nothing was asked."""

    item: PromptItem
    reply: Mapping[str, Any]
    request_id: str


class Maker:
    """Makes the rows of one task: each row of a reply is kept, or rejected with its reason."""

    def __init__(self, name: str, task: Task, spec: TaskSpec) -> None:
        self._name, self._task, self._spec = name, task, spec
        self.instructions: list[Instruction] = []
        self.rejects: list[Reject] = []

    def add(self, given: AnsweredItem) -> None:
        """Make an item's rows."""
        if self._spec.makes == "pairs":
            self._add_pairs(given)
            return
        answer = normalised(given.reply, given.item, self._spec)
        if isinstance(answer, Loss):
            self._reject(given, 0, answer, given.reply)
            return
        asked = clean(render(self._spec.input or "", **given_names(given.item, self._spec, 1)))
        if loss := _problem(asked, answer.output):
            self._reject(given, 0, loss, given.reply)
            return
        instruction = instruction_for(given.item, self._spec, answer.reply)
        self.instructions.append(self._row(given, instruction, asked, answer.output))

    def _add_pairs(self, given: AnsweredItem) -> None:
        instruction = instruction_for(given.item, self._spec)
        kept: dict[str, Instruction] = {}
        for at, pair in enumerate(given.reply["pairs"]):
            question, answer = clean(pair["question"]), clean(pair["answer"])
            row = self._row(given, instruction, question, answer)
            loss = Loss("same_pair", "") if row.id in kept else _problem(question, answer)
            if loss is None:
                kept[row.id] = row
            else:
                self._reject(given, at, Loss(loss.reason, f"pair {at + 1}"), pair)
        self.instructions += kept.values()

    def _row(self, given: AnsweredItem, instruction: str, asked: str, output: str) -> Instruction:
        record = given.item.record
        return Instruction(
            id=content_id(self._name, record.id, given.item.field, asked, output),
            task=self._name,
            group=self._task.group,
            language=record.language,
            system="",
            instruction=instruction,
            input=asked,
            output=output,
            turns=[],
            document_id=record.id,
            category=given.item.field,
            origin="generated" if given.request_id else "human",
            request_id=given.request_id,
            licence=record.licence,
            split=record.split,
        )

    def _reject(self, given: AnsweredItem, at: int, loss: Loss, row: Mapping[str, Any]) -> None:
        name = content_id(given.item.id, str(at))
        kind = "duplicate" if loss.reason == "same_pair" else "rejected"
        detail = f"{given.item.where}, {loss.detail}"
        kept = {**row, "request_id": given.request_id}
        self.rejects.append(Reject.of("generate", name, loss.reason, detail, kept, kind=kind))


def normalised(reply: Mapping[str, Any], item: PromptItem, spec: TaskSpec) -> CleanAnswer | Loss:
    """Return the reply in its clean form, or the first thing wrong with it: shape, then limits, then grounding."""
    assert spec.normaliser is not None
    answer = NORMALISERS[spec.normaliser](reply, item, spec)
    if isinstance(answer, Loss):
        return answer
    for field, limit in (spec.limits or {}).items():
        if field in answer.reply and (loss := over_limit(field, answer.reply[field], limit)):
            return loss
    for field, kind in (spec.grounded or {}).items():
        if field in answer.reply and (loss := GROUNDED[kind](answer.reply[field], item.text)):
            return loss
    return answer


def over_limit(field: str, value: Any, limit: Limit) -> Loss | None:
    """Return the first limit that a reply's field breaks: of the list first, then of each text."""
    items = value if isinstance(value, list) else [value]
    counted: list[tuple[str, str, float, float | None, float | None]] = [
        ("too_many_items", f"{len(items)} items", len(items), None, limit.max_items)
    ]
    for text in map(str, items):
        words, sentences, share = count_words(text), count_sentences(text), hangul_share(text)
        counted += [
            ("too_many_words", f"{words} words", words, None, limit.max_words),
            ("too_few_sentences", f"{sentences} sentences", sentences, limit.min_sentences, None),
            ("too_many_sentences", f"{sentences} sentences", sentences, None, limit.max_sentences),
            ("not_korean", f"{share:.2f} of the letters are Hangul", share, limit.min_hangul_share, None),
        ]
    for reason, told, count, least, most in counted:
        if (least is not None and count < least) or (most is not None and count > most):
            bound = f"at least {least}" if most is None else f"at most {most}"
            return Loss(reason, f"{field}: {told}, {bound}")
    return None


def _problem(question: str, answer: str) -> Loss | None:
    if not question or not answer:
        return Loss("empty_answer" if question else "empty_question", "")
    if question.casefold() == answer.casefold():
        return Loss("answer_is_question", "the answer only repeats what was asked")
    if "\ufffd" in question + answer:
        return Loss("bad_encoding", "U+FFFD stands for a lost character")
    return None
