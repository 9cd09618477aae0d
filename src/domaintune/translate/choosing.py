"""Which rows of a set are used, and their split."""

from collections.abc import Sequence

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.sets import InstructionSet
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.files import content_id
from domaintune.translate.params import Fractions
from domaintune.translate.texts import texts_of


def choose(rows: Sequence[Instruction], max_rows: int | None, seed: int) -> list[Instruction]:
    """Return the rows with the smallest hashes, in order of their ids: a new row displaces one other at most."""
    ranked = sorted(rows, key=lambda row: (unit_interval(seed, "translate", row.id), row.id))
    return sorted(ranked[:max_rows], key=lambda row: row.id)


def placed(row: Instruction, source_id: str, wanted: InstructionSet, split: str) -> Instruction:
    """Return a row under its set's names. It is traced to the row of the source that it says the same as."""
    return row.model_copy(
        update={
            "id": content_id(wanted.task, source_id, row.category, row.language, *texts_of(row)),
            "task": wanted.task,
            "group": wanted.group,
            "document_id": source_id,
            "split": split,
        }
    )


def split_of(source_id: str, wanted: InstructionSet, fractions: Fractions, seed: int) -> str:
    """Return the split, by the source row's id: a row and its translation never stand on two sides."""
    if wanted.use == "evaluate":
        return "test"
    position = unit_interval(seed, "split", source_id)
    if position < fractions.test_fraction:
        return "test"
    return "validation" if position < fractions.test_fraction + fractions.validation_fraction else "train"
