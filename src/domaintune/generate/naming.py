"""What the templates of a card may name, and how a text and its options are written in them."""

from typing import Any

from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.stage.files import to_json
from domaintune.generate.card import TaskCard, Variant
from domaintune.generate.units import Unit
from domaintune.science.choices.choice_text import LABELS, render_options

DOCUMENT_NAMES = ("title", "field", "text", "language", "schema")
QUESTION_NAMES = ("question", "options", "context", "subject", "difficulty", "language", "schema")
VARIANT_NAMES = ("name", "symbol", "family", "synonyms", "units", "stop")


def known_names(card: TaskCard, reads: str, *, answered: bool = False) -> list[str]:
    """Return what a template may name; `answered` are the instructions, which know the answer's `keys` too."""
    names = [*(DOCUMENT_NAMES if reads == "documents" else QUESTION_NAMES)]
    names += VARIANT_NAMES if card.variants else ()
    names += ["pairs"] if card.makes == "pairs" else []
    return names + (["keys"] if answered else [])


def given_names(unit: Unit, card: TaskCard, pairs: int) -> dict[str, Any]:
    """Return what a unit's templates are filled in with."""
    schema = to_json(card.reply_schema, indent=None) if card.reply_schema else ""
    record = unit.record
    given: dict[str, Any] = _of_document(unit, card) if isinstance(record, Document) else _of_question(record)
    given |= {"language": record.language, "schema": schema}
    if card.makes == "pairs":
        given["pairs"] = pairs
    return given | (_of_variant(unit.variant) if unit.variant else {})


def _of_document(unit: Unit, card: TaskCard) -> dict[str, Any]:
    labels = card.labels or {}
    return {
        "title": unit.title,
        "field": ", ".join(labels.get(field, field.replace("_", " ")) for field in unit.values),
        "text": _text(unit, card),
    }


def _of_question(record: Question) -> dict[str, Any]:
    return {
        "question": record.question,
        "options": render_options(record.options) if 0 < len(record.options) <= len(LABELS) else "",
        "context": record.context,
        "subject": record.subject,
        "difficulty": record.difficulty,
    }


def _of_variant(variant: Variant) -> dict[str, Any]:
    return {name: getattr(variant, name) for name in VARIANT_NAMES}


def _text(unit: Unit, card: TaskCard) -> str:
    """Return a single field's text as it is, several under their labels."""
    alone = unit.field if card.makes == "pairs" else len(unit.values) == 1
    if alone:
        return next(iter(unit.values.values()))
    labels = card.labels or {}
    return "\n\n".join(f"{labels.get(field, field)}:\n{text}" for field, text in unit.values.items())
