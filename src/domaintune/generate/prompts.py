"""An item's prompt, the standing instruction of its row, and what a card's templates may name in them."""

from collections.abc import Iterable
from typing import Any

from domaintune.core.paying.protocol import Message
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.files import to_json
from domaintune.core.teacher.asking import Prompt
from domaintune.core.template import render
from domaintune.generate.card import TaskCard, Variant, Wording
from domaintune.generate.prompt_items import PromptItem
from domaintune.science.choices.choice_text import LABELS, render_options

DOCUMENT_NAMES = ("title", "field", "text", "language", "schema")
QUESTION_NAMES = ("question", "options", "context", "subject", "difficulty", "language", "schema")
VARIANT_NAMES = ("name", "symbol", "family", "synonyms", "units", "stop")


def prompt_for(unit: PromptItem, card: TaskCard, pairs: int) -> Prompt:
    """Return the prompt of a unit. The material is what the extractive teacher works from instead."""
    wording = choose_wording(unit, card)
    given = given_names(unit, card, pairs)
    messages = (
        Message("system", render(wording.system, **given).strip()),
        Message("user", render(wording.user, **given).strip()),
    )
    material = _for_pairs(unit, card, pairs) if card.makes == "pairs" else {"writes": card.normaliser}
    return Prompt(unit.id, messages, material)


def choose_wording(unit: PromptItem, card: TaskCard) -> Wording:
    """Return the wording with the smallest hash for this unit: a new one takes its own share and no more."""
    wordings = {wording.id: wording for wording in card.wordings or ()}
    return wordings[_smallest("wording", wordings, unit)]


def instruction_for(unit: PromptItem, card: TaskCard, keys: Iterable[str] = ()) -> str:
    """Return the standing instruction of the unit's row, chosen as the wording is. `keys` are the answer's own."""
    chosen = card.instructions[_smallest("instruction", card.instructions, unit)]
    return render(chosen, **given_names(unit, card, 1), keys=list(keys)).strip()


def _smallest(kind: str, names: Iterable[str], unit: PromptItem) -> str:
    return min(names, key=lambda name: unit_interval(0, kind, name, unit.record.id, unit.field))


def _for_pairs(unit: PromptItem, card: TaskCard, pairs: int) -> dict[str, Any]:
    assert isinstance(unit.record, Document)
    return {
        "language": unit.record.language,
        "title": unit.title,
        "text": unit.record.text,
        "fields": unit.values,
        "pairs": pairs,
        "quotes": card.quotes or "statements",
    }


def known_names(card: TaskCard, reads: str, *, answered: bool = False) -> list[str]:
    """Return what a template may name; `answered` are the instructions, which know the answer's `keys` too."""
    names = [*(DOCUMENT_NAMES if reads == "documents" else QUESTION_NAMES)]
    names += VARIANT_NAMES if card.variants else ()
    names += ["pairs"] if card.makes == "pairs" else []
    return names + (["keys"] if answered else [])


def given_names(unit: PromptItem, card: TaskCard, pairs: int) -> dict[str, Any]:
    """Return what a unit's templates are filled in with."""
    schema = to_json(card.reply_schema, indent=None) if card.reply_schema else ""
    record = unit.record
    given: dict[str, Any] = _of_document(unit, card) if isinstance(record, Document) else _of_question(record)
    given |= {"language": record.language, "schema": schema}
    if card.makes == "pairs":
        given["pairs"] = pairs
    return given | (_of_variant(unit.variant) if unit.variant else {})


def _of_document(unit: PromptItem, card: TaskCard) -> dict[str, Any]:
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


def _text(unit: PromptItem, card: TaskCard) -> str:
    """Return a single field's text as it is, several under their labels."""
    alone = unit.field if card.makes == "pairs" else len(unit.values) == 1
    if alone:
        return next(iter(unit.values.values()))
    labels = card.labels or {}
    return "\n\n".join(f"{labels.get(field, field)}:\n{text}" for field, text in unit.values.items())
