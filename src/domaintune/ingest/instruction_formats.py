"""The formats of instruction sets: how each one's records become rows."""

from collections.abc import Callable, Mapping
from typing import Any

from domaintune.core.sections.sources import InstructionFormat
from domaintune.ingest.drafts import Draft
from domaintune.ingest.from_benches import mt_bench
from domaintune.ingest.from_conversations import openai_chat, sharegpt
from domaintune.ingest.from_instances import natural_instructions, self_instruct
from domaintune.ingest.from_pairs import alpaca, dolly, flan, p3
from domaintune.ingest.options import Wrong

ToDrafts = Callable[[Mapping[str, Any]], list[Draft | Wrong]]
FORMATS: dict[InstructionFormat, ToDrafts] = {
    "alpaca": alpaca,
    "dolly": dolly,
    "flan": flan,
    "mt_bench": mt_bench,
    "natural_instructions": natural_instructions,
    "openai_chat": openai_chat,
    "p3": p3,
    "self_instruct": self_instruct,
    "sharegpt": sharegpt,
}
"""All formats made of JSON objects or table rows; `dialogues` is plain text (from_dialogues.py)."""
KNOWN_BY: dict[InstructionFormat, tuple[str, ...]] = {
    "natural_instructions": ("Definition", "Instances"),
    "self_instruct": ("instruction", "instances"),
    "sharegpt": ("conversations",),
    "openai_chat": ("messages",),
    "mt_bench": ("category", "turns"),
    "dolly": ("instruction", "context", "response"),
    "alpaca": ("instruction", "output"),
    "p3": ("inputs_pretokenized", "targets_pretokenized"),
    "flan": ("inputs", "targets"),
}
"""Fields by which a format is recognised, the first that fits."""
LOGICKOR = ("category", "questions", "references")
"""Fields of `mt_bench` under LogicKor's names."""
