"""Names that a card may use, and the functions they stand for."""

from collections.abc import Callable, Mapping
from typing import Any

from domaintune.generate import grounding, ready
from domaintune.generate.card import TaskCard
from domaintune.generate.faults import Fault
from domaintune.generate.normalising.answer import Answer
from domaintune.generate.normalising.lists import keywords, summary_compounds
from domaintune.generate.normalising.property_table import property_table
from domaintune.generate.normalising.questions import exam_answer, own_answer
from domaintune.generate.normalising.record import plain, record, record_or_absent
from domaintune.generate.units import Unit

Normaliser = Callable[[Mapping[str, Any], Unit, TaskCard], Answer | Fault]

NORMALISERS: dict[str, Normaliser] = {
    "exam_answer": exam_answer,
    "keywords": keywords,
    "own_answer": own_answer,
    "plain": plain,
    "property_table": property_table,
    "record": record,
    "record_or_absent": record_or_absent,
    "summary_compounds": summary_compounds,
}

FIELDS = {
    "exam_answer": {"Answer", "Explanation"},
    "keywords": {"keywords"},
    "own_answer": set[str](),
    "plain": set[str](),
    "property_table": {"readings"},
    "record": set[str](),
    "record_or_absent": set[str](),
    "summary_compounds": {"summary", "compounds"},
}
"""Reply fields a normaliser needs to find in the schema."""

GROUNDED: dict[str, Callable[[Any, str], Fault | None]] = {
    "names": grounding.names,
    "quantities": grounding.quantities,
    "readings": grounding.readings,
    "terms": grounding.terms,
}

READY: dict[str, Callable[[Unit], dict[str, Any] | None]] = {
    "explanation": ready.explanation,
    "keywords": ready.keywords,
    "korean_summary": ready.korean_summary,
}
