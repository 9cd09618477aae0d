"""Rows made from a record named "train", and the settings they are curated with."""

from typing import Any

from records import blank

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import Contamination
from domaintune.core.stage.files import content_id
from domaintune.curate.params import CurateParams

LIMITS = Contamination(
    ngram=5, overlap=0.7, letter_ngram=6, jamo_ngram=10, jamo_overlap=0.7, min_chars=30, answer_chars=20
)
PARAMS = CurateParams(similarity=0.8, permutations=128, max_reject_fraction=0.9, contamination=LIMITS)


def row(question: str, answer: str = "So.", document_id: str = "train", **changes: Any) -> Instruction:
    values = {
        "id": content_id(document_id, question, answer, str(changes)), "task": "nasa", "group": "nasa", "language": "en",
        "instruction": "Answer as a planner.", "input": question, "output": answer, "document_id": document_id,
    }  # fmt: skip
    return blank(Instruction, **values | changes)
