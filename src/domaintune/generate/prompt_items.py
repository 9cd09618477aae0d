"""What is asked about: which documents or questions, and which part of them."""

from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Task
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.generate.spec import Variant

RecordT = Document | Question


class PromptItem(NamedTuple):
    """One request's worth of a document, or a question."""

    record: RecordT
    field: str
    """The field or the variant's id, or empty for the whole record."""
    values: dict[str, str]
    """Field name to text; never empty, no empty text."""
    variant: Variant | None = None

    @property
    def id(self) -> str:
        """Return the item's id, unique within a task."""
        return content_id(self.record.id, self.field)

    @property
    def title(self) -> str:
        """Return what a person knows the record by."""
        return self.record.title if isinstance(self.record, Document) else self.record.question[:120]

    @property
    def where(self) -> str:
        """Return how messages name the item."""
        kind = "document" if isinstance(self.record, Document) else "question"
        return f"{kind} {self.record.id}, field {self.field or 'all'}"

    @property
    def text(self) -> str:
        """Return all the text that is sent: what an answer must be grounded in."""
        return "\n\n".join(self.values.values())


class PromptItems(NamedTuple):
    """The items of a task, and what was left aside, which is no loss: nothing was asked of it."""

    items: list[PromptItem]
    counts: dict[str, int]
    """How many records there were, and why others are left aside."""


STUDY_FIELDS = ("title", "text", "keywords", "nasa_applications", "non_nasa_applications")
"""May be asked for although no document has them, as exports differ: counted as empty fields."""


def choose(
    records: Sequence[Document] | Sequence[Question],
    task: Task,
    seed: int,
    variants: Sequence[Variant] | None = None,
) -> PromptItems:
    """Choose a task's records and split them into items, in order of record id and the task's fields.

    Raises:
        InputError: no record is of the task's sources, or a field is in none of them.
    """
    own = [record for record in records if record.source in task.sources]
    trained = [record for record in own if record.split != "benchmark"]
    if not trained:
        raise InputError(_nothing(records, task))
    # The smallest hashes win, so that a new document displaces one other at most.
    ranked = sorted(trained, key=lambda record: (unit_interval(seed, "generate", record.id), record.id))
    chosen = sorted(ranked[: task.max_documents], key=lambda record: record.id)
    counts = {
        task.reads: len(chosen),
        f"{task.reads}_of_other_sources": len(records) - len(own),
        f"{task.reads}_beyond_max": len(trained) - len(chosen),
    }
    if task.reads == "questions":
        asked = [
            PromptItem(one, "", {"question": one.question}) for one in chosen if isinstance(one, Question)
        ]
        return PromptItems(asked, counts | {"questions_of_benchmarks": len(own) - len(trained)})
    _check_fields([one for one in own if isinstance(one, Document)], task.fields)
    items: list[PromptItem] = []
    empty = 0
    for document in (one for one in chosen if isinstance(one, Document)):
        values = {field: field_text(document, field) for field in task.fields}
        filled = {field: text for field, text in values.items() if text}
        empty += len(values) - len(filled)
        if task.request_per == "field":
            items += [PromptItem(document, field, {field: text}) for field, text in filled.items()]
        elif filled and variants is None:
            items.append(PromptItem(document, "", filled))
        elif filled:
            items += [PromptItem(document, one.id, filled, one) for one in variants or ()]
    return PromptItems(items, counts | {"empty_fields": empty})


def field_text(document: Document, field: str) -> str:
    """Return a field's text: title, text, keywords, a section or an attribute; empty where there is none."""
    if field in ("title", "text"):
        return str(getattr(document, field)).strip()
    if field == "keywords":
        return "; ".join(document.keywords)
    return (document.section(field) or document.attribute(field) or "").strip()


def _check_fields(documents: Sequence[Document], fields: Sequence[str]) -> None:
    """Catch a misspelt field: it would look like one that is empty everywhere."""
    known = set(STUDY_FIELDS)
    for document in documents:
        known.update(section.name for section in document.sections)
        known.update(attribute.name for attribute in document.attributes)
    if unknown := [field for field in fields if field not in known]:
        raise InputError(
            f"tasks: fields {unknown} are in no document; known here: {', '.join(sorted(known))}"
        )


def _nothing(records: Sequence[Document] | Sequence[Question], task: Task) -> str:
    found = sorted({record.source for record in records if record.split != "benchmark"})
    held = sorted({record.source for record in records if record.split == "benchmark"} & set(task.sources))
    only = f"; {held} are benchmarks, which are never trained on" if held else ""
    return f"tasks: no {task.reads[:-1]} of the sources {task.sources}; the corpus holds {found}{only}"
