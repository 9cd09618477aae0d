"""What is asked about, a record or a part of it; its prompt, its row's instruction, and what templates may name."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from domaintune.core.paying.protocol import Message
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Task
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id, to_json
from domaintune.core.teacher.asking import Prompt
from domaintune.core.template import render
from domaintune.generate.params import PromptTemplate, TaskSpec, Variant
from domaintune.science.choices.choice_text import LABELS, render_options

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
    """Choose a task's records and split them into items, in order of the records' hashes and the task's fields."""
    own = [record for record in records if record.source in task.sources]
    trained = [record for record in own if record.split != "benchmark"]
    if not trained:
        raise InputError(_nothing(records, task))
    # The smallest hashes win, so that a new document displaces one other at most.
    ranked = sorted(trained, key=lambda record: (unit_interval(seed, "generate", record.id), record.id))
    chosen = ranked[: task.max_documents]
    counts = {
        task.reads: len(chosen),
        f"{task.reads}_of_other_sources": len(records) - len(own),
        f"{task.reads}_beyond_max": len(trained) - len(chosen),
    }
    if task.reads == "questions":
        asked = (one for one in chosen if isinstance(one, Question))
        items = [PromptItem(one, "", {"question": one.question}) for one in asked]
        return PromptItems(items, counts | {"questions_of_benchmarks": len(own) - len(trained)})
    _check_fields([one for one in own if isinstance(one, Document)], task.fields)
    items, empty = [], 0
    for document in (one for one in chosen if isinstance(one, Document)):
        values = {field: field_text(document, field) for field in task.fields}
        filled = {field: text for field, text in values.items() if text}
        empty += len(values) - len(filled)
        if task.request_per == "field":
            items += [PromptItem(document, field, {field: text}) for field, text in filled.items()]
        elif filled:
            items += [PromptItem(document, one.id if one else "", filled, one) for one in variants or (None,)]
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
        there = ", ".join(sorted(known))
        raise InputError(f"tasks: fields {unknown} are in no document; known here: {there}")


def _nothing(records: Sequence[Document] | Sequence[Question], task: Task) -> str:
    found = sorted({record.source for record in records if record.split != "benchmark"})
    held = sorted({record.source for record in records if record.split == "benchmark"} & set(task.sources))
    only = f"; {held} are benchmarks, which are never trained on" if held else ""
    return f"tasks: no {task.reads[:-1]} of the sources {task.sources}; the corpus holds {found}{only}"


VARIANT_NAMES = ("name", "symbol", "family", "synonyms", "units", "stop")


def prompt_for(item: PromptItem, spec: TaskSpec, pairs: int) -> Prompt:
    """Return the prompt of an item. The context is what the extractive teacher works from instead."""
    template = choose_template(item, spec)
    given = given_names(item, spec, pairs)
    system, user = (render(text, **given).strip() for text in (template.system, template.user))
    messages = (Message("system", system), Message("user", user))
    if spec.makes != "pairs":
        return Prompt(item.id, messages, {"writes": spec.normaliser})
    assert isinstance(item.record, Document)
    record, quotes = item.record, spec.quotes or "statements"
    context = {"language": record.language, "title": item.title, "text": record.text}
    return Prompt(item.id, messages, context | {"fields": item.values, "pairs": pairs, "quotes": quotes})


def choose_template(item: PromptItem, spec: TaskSpec) -> PromptTemplate:
    """Return the template with the smallest hash for this item: a new one takes its own share and no more."""
    templates = {template.id: template for template in spec.prompt_templates or ()}
    return templates[_smallest("wording", templates, item)]


def instruction_for(item: PromptItem, spec: TaskSpec, keys: Iterable[str] = ()) -> str:
    """Return the standing instruction of the item's row, chosen as the template is. `keys` are the answer's own."""
    chosen = spec.instructions[_smallest("instruction", spec.instructions, item)]
    return render(chosen, **given_names(item, spec, 1), keys=list(keys)).strip()


def _smallest(kind: str, names: Iterable[str], item: PromptItem) -> str:
    return min(names, key=lambda name: unit_interval(0, kind, name, item.record.id, item.field))


def given_names(item: PromptItem, spec: TaskSpec, pairs: int) -> dict[str, Any]:
    """Return what an item's templates are filled in with."""
    record, labels = item.record, spec.labels or {}
    given: dict[str, Any] = {"language": record.language}
    given["schema"] = to_json(spec.reply_schema, indent=None) if spec.reply_schema else ""
    if isinstance(record, Document):
        fields = (labels.get(field, field.replace("_", " ")) for field in item.values)
        given |= {"title": item.title, "field": ", ".join(fields), "text": _text(item, spec)}
    else:
        given |= {name: getattr(record, name) for name in ("question", "context", "subject", "difficulty")}
        shown = 0 < len(record.options) <= len(LABELS)
        given["options"] = render_options(record.options) if shown else ""
    if spec.makes == "pairs":
        given["pairs"] = pairs
    return given | {name: getattr(item.variant, name) for name in VARIANT_NAMES if item.variant}


def _text(item: PromptItem, spec: TaskSpec) -> str:
    """Return a single field's text as it is, several under their labels."""
    alone = item.field if spec.makes == "pairs" else len(item.values) == 1
    if alone:
        return next(iter(item.values.values()))
    labels = spec.labels or {}
    return "\n\n".join(f"{labels.get(field, field)}:\n{text}" for field, text in item.values.items())
