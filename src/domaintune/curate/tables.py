"""Reading all tasks' rows and writing what curation made of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from domaintune.core.fan_in import check_owned
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.sets import InstructionSet
from domaintune.core.stage.reject import Reject
from domaintune.curate.build import Curated
from domaintune.curate.sets import SetRows


def read_rows(generated: Path, tasks: Iterable[str]) -> list[Instruction]:
    """Read the rows of the tasks.

    Raises:
        InputError: a task's rows are missing, or a folder belongs to no task.
    """
    names = sorted(tasks)
    check_owned(generated, names, "tasks")
    paths = [generated / task / "instructions.parquet" for task in names]
    return [row for path in paths for row in read_records(path, Instruction)]


def read_sets(translated: Path, sets: Mapping[str, InstructionSet]) -> list[SetRows]:
    """Read the rows of the instruction sets.

    Raises:
        InputError: a set's rows are missing, or a folder belongs to no set.
    """
    check_owned(translated, sets, "sets")
    return [
        SetRows(
            one.source,
            one.use == "evaluate",
            read_records(translated / name / "instructions.parquet", Instruction),
        )
        for name, one in sorted(sets.items())
    ]


def write_curated(curated: Curated, instructions: Path, questions: Path, rejects: Path) -> None:
    """Write the three tables."""
    write_records(instructions, Instruction, curated.instructions)
    write_records(questions, Question, curated.questions)
    write_records(rejects, Reject, curated.rejects)
