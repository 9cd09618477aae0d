"""From a unit to the prompt that is sent."""

from domaintune.core.seeds import unit_interval
from domaintune.core.stage.files import content_id, to_json
from domaintune.core.teacher.asking import Prompt
from domaintune.core.teacher.protocol import Message
from domaintune.core.template import render
from domaintune.generate.card import TaskCard, Wording
from domaintune.generate.units import Unit


def prompt_for(unit: Unit, card: TaskCard, pairs: int) -> Prompt:
    """Return the prompt of a unit. The material is what the extractive teacher works from instead."""
    wording = choose_wording(unit, card)
    given = {
        "title": unit.document.title,
        "field": ", ".join(card.labels.get(field, field.replace("_", " ")) for field in unit.values),
        "text": _text(unit, card),
        "pairs": pairs,
        "language": unit.document.language,
        "schema": to_json(card.reply_schema, indent=None),
    }
    messages = (
        Message("system", render(wording.system, **given).strip()),
        Message("user", render(wording.user, **given).strip()),
    )
    material = {
        "language": unit.document.language,
        "title": unit.document.title,
        "text": unit.document.text,
        "fields": unit.values,
        "pairs": pairs,
    }
    return Prompt(unit_id(unit), messages, material)


def unit_id(unit: Unit) -> str:
    """Return the unit's id, unique within a task."""
    return content_id(unit.document.id, unit.field)


def choose_wording(unit: Unit, card: TaskCard) -> Wording:
    """Return the wording with the smallest hash for this unit: a new one takes its own share and no more."""
    return min(
        card.wordings,
        key=lambda wording: unit_interval(0, "wording", wording.id, unit.document.id, unit.field),
    )


def _text(unit: Unit, card: TaskCard) -> str:
    if unit.field:
        return unit.values[unit.field]
    labelled = ((card.labels.get(field, field), text) for field, text in unit.values.items())
    return "\n\n".join(f"{label}:\n{text}" for label, text in labelled)
