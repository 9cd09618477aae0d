"""What is asked about: which documents, and which of their fields."""

from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.sections.tasks import Task
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.errors import InputError


class Unit(NamedTuple):
    """One request's worth of a document."""

    document: Document
    field: str
    """The field, or empty for the whole document."""
    values: dict[str, str]
    """Field name to text; never empty, no empty text."""


class Chosen(NamedTuple):
    """The units of a task, and what was left aside, which is no loss: nothing was asked of it."""

    units: list[Unit]
    documents: int
    other_sources: int
    beyond_max: int
    empty_fields: int


STUDY_FIELDS = ("title", "text", "keywords", "nasa_applications", "non_nasa_applications")
"""May be asked for although no document has them, as exports differ: counted as empty fields."""


def choose(documents: Sequence[Document], task: Task, seed: int) -> Chosen:
    """Choose a task's documents and split them into units, in order of document id and the task's fields.

    Raises:
        InputError: no document is of the task's sources, or a field is in none of them.
    """
    own = [document for document in documents if document.source in task.sources]
    if not own:
        found = sorted({document.source for document in documents})
        raise InputError(f"tasks: no document of the sources {task.sources}; the corpus holds {found}")
    _check_fields(own, task.fields)
    # The smallest hashes win, so that a new document displaces one other at most.
    ranked = sorted(own, key=lambda document: (unit_interval(seed, "generate", document.id), document.id))
    chosen = sorted(ranked[: task.max_documents], key=lambda document: document.id)
    units: list[Unit] = []
    empty = 0
    for document in chosen:
        values = {field: field_text(document, field) for field in task.fields}
        filled = {field: text for field, text in values.items() if text}
        empty += len(values) - len(filled)
        if task.unit == "field":
            units += [Unit(document, field, {field: text}) for field, text in filled.items()]
        elif filled:
            units.append(Unit(document, "", filled))
    return Chosen(units, len(chosen), len(documents) - len(own), len(own) - len(chosen), empty)


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
