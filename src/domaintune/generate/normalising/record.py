"""Replies that are answers to numbered questions: {"Q1": "…", "Q2": "…"}."""

import json
import re
from collections.abc import Mapping
from typing import Any

from domaintune.generate.card import TaskCard
from domaintune.generate.cleaning import clean
from domaintune.generate.faults import Fault
from domaintune.generate.normalising.answer import Answer
from domaintune.generate.units import Unit

ABSENT = "N/A"
_ABSENT = re.compile(
    r"(?:(?-i:(?!Na\b))n\s*[/.]?\s*a|none|null|nil|[-–—]+|no mention|없음|언급\s*없음|해당\s*없음"
    r"|(?:is |are )?not (?:mentioned|applicable|available|stated|specified|reported|given|described))?[\s.]*",
    re.IGNORECASE,
)


def is_absent(text: str) -> bool:
    """Tell whether a text says that there is nothing to say; Na is sodium."""
    return _ABSENT.fullmatch(text.strip().strip("'\"")) is not None


def record(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return the answers as JSON in the order of the schema; an empty one is a fault unless it is optional."""
    del unit
    cleaned = {field: clean(reply.get(field, "")) for field in card.reply_fields}
    for field, text in cleaned.items():
        if not text and field not in (card.optional or ()):
            return Fault("empty_answer", f"{field} is empty")
    filled = {field: text for field, text in cleaned.items() if text}
    return Answer(filled, json.dumps(filled, ensure_ascii=False))


def record_or_absent(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return the answers as JSON; every way to say that there is none becomes N/A, the study's word for it.

    Source: the chemistry study, Table 3.
    """
    del unit
    cleaned = {field: clean(reply.get(field, "")) for field in card.reply_fields}
    told = {field: ABSENT if is_absent(text) else text for field, text in cleaned.items()}
    return Answer(told, json.dumps(told, ensure_ascii=False))


def plain(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return the text of a reply with one field as it stands."""
    del unit
    (field,) = card.reply_fields
    text = clean(reply[field])
    return Answer({field: text}, text) if text else Fault("empty_answer", f"{field} is empty")
