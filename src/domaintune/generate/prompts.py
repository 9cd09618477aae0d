"""From a unit to the prompt that is sent, and to the standing instruction of its row."""

from collections.abc import Iterable
from typing import Any

from domaintune.core.paying.protocol import Message
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.seeds import unit_interval
from domaintune.core.teacher.asking import Prompt
from domaintune.core.template import render
from domaintune.generate.card import TaskCard, Wording
from domaintune.generate.naming import given_names
from domaintune.generate.units import Unit


def prompt_for(unit: Unit, card: TaskCard, pairs: int) -> Prompt:
    """Return the prompt of a unit. The material is what the extractive teacher works from instead."""
    wording = choose_wording(unit, card)
    given = given_names(unit, card, pairs)
    messages = (
        Message("system", render(wording.system, **given).strip()),
        Message("user", render(wording.user, **given).strip()),
    )
    material = _for_pairs(unit, card, pairs) if card.makes == "pairs" else _for_reply(unit, card)
    return Prompt(unit.id, messages, material)


def choose_wording(unit: Unit, card: TaskCard) -> Wording:
    """Return the wording with the smallest hash for this unit: a new one takes its own share and no more."""
    wordings = {wording.id: wording for wording in card.wordings or ()}
    return wordings[_smallest("wording", wordings, unit)]


def instruction_for(unit: Unit, card: TaskCard, keys: Iterable[str] = ()) -> str:
    """Return the standing instruction of the unit's row, chosen as the wording is. `keys` are the answer's own."""
    chosen = card.instructions[_smallest("instruction", card.instructions, unit)]
    return render(chosen, **given_names(unit, card, 1), keys=list(keys)).strip()


def _smallest(kind: str, names: Iterable[str], unit: Unit) -> str:
    return min(names, key=lambda name: unit_interval(0, kind, name, unit.record.id, unit.field))


def _for_pairs(unit: Unit, card: TaskCard, pairs: int) -> dict[str, Any]:
    assert isinstance(unit.record, Document)
    return {
        "language": unit.record.language,
        "title": unit.title,
        "text": unit.record.text,
        "fields": unit.values,
        "pairs": pairs,
        "quotes": card.quotes or "statements",
    }


def _for_reply(unit: Unit, card: TaskCard) -> dict[str, Any]:
    material: dict[str, Any] = {
        "writes": card.normaliser,
        "language": unit.record.language,
        "title": unit.title,
        "text": unit.values.get("text", unit.text),
        "sent": unit.text,
        "optional": card.optional or [],
        "limits": {name: limit.model_dump(exclude_none=True) for name, limit in (card.limits or {}).items()},
        "variant": unit.variant.model_dump() if unit.variant else None,
    }
    if isinstance(unit.record, Question):
        material |= {"options": unit.record.options, "answer": unit.record.answer}
    return material
