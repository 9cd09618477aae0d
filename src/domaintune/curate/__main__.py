"""Curate generated rows: their documents and questions in, what may be trained and asked out."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.fan_in import check_owned
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.records.reject import Reject
from domaintune.core.sections.tasks import Task
from domaintune.core.stage.params import load_mapping, load_section
from domaintune.core.stage.running import guarded, running
from domaintune.curate.build import curate_rows
from domaintune.curate.params import CurateParams

File = Annotated[Path, typer.Option()]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    *, params: File, generated: File, corpus: File, asked: File, instructions: File, questions: File,
    rejects: File, accounting: File,
) -> None:  # fmt: skip
    """Curate the rows of all tasks."""
    with running("curate", "all", Path("locks/tables.txt")):
        tasks, settings = load_mapping(params, Task), load_section(params, CurateParams)
        check_owned(generated, tasks, "tasks")
        paths = [generated / task / "instructions.parquet" for task in tasks]
        rows = [row for path in paths for row in read_records(path, Instruction)]
        curated = curate_rows(rows, read_records(corpus, Document), read_records(asked, Question), settings)
        write_records(instructions, Instruction, curated.instructions)
        write_records(questions, Question, curated.questions)
        write_records(rejects, Reject, curated.rejects)
        curated.accounts.write(accounting)


if __name__ == "__main__":
    guarded(app)
