"""Reading the rows of a grading, opening the judge, and writing grades, figures and books."""

from pathlib import Path
from typing import NamedTuple

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.records.grade import Grade, Grading
from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.gradings import GradingSet
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import read_json, write_json
from domaintune.core.stage.reject import Reject
from domaintune.core.teacher.opening import open_asker
from domaintune.grade.books import figures, keep_books
from domaintune.grade.card import read_card
from domaintune.grade.grading import Graded, grade
from domaintune.grade.job import Job
from domaintune.grade.params import GradeSettings
from domaintune.grade.planted import Planted
from domaintune.grade.repeating import Repeat
from domaintune.grade.rows import choose
from domaintune.grade.surface import Surface

LOCKS = (Path("locks/tables.txt"), Path("locks/teacher.txt"), Path("locks/model.txt"))


class Places(NamedTuple):
    """Where the stage reads and writes."""

    instructions: Path
    documents: Path
    gate: Path
    card: Path
    out: Path
    responses: Path
    metrics: Path
    accounting: Path


def write_grading(
    key: str, wanted: GradingSet, settings: GradeSettings, runtime: Runtime, places: Places
) -> str:
    """Grade one set of rows, write everything, and return a line that tells what was done.

    Nothing is written before the books balance and the judge has passed.

    Raises:
        GateError: the instructions broke an expectation, the judge does not tell planted answers apart, or too many
            rows stay ungraded.
        TeacherError: the judge cannot answer.
        InputError: a table is missing, or a group has no rows.
        ParamsError: the card is wrong.
    """
    check_gate(places.gate)
    job = Job(key, read_card(places.card, wanted.language), wanted.language, settings)
    documents = {row.id: row for row in read_records(places.documents, Document)}
    chosen = choose(key, read_records(places.instructions, Instruction), documents, wanted)
    with open_asker(settings.model, runtime, places.responses, {"surface": Surface}) as asker:
        graded = grade(asker, job, chosen)
        accounts = keep_books(key, graded, len(chosen.rows), asker.books(), settings.max_reject_fraction)
        write_tables(places.out, graded)
        asker.write_responses()
    write_json(places.metrics, figures(graded, accounts))
    accounts.write(places.accounting)
    sent = (
        f"{asker.sent} requests sent" if job.asks_model else "a judge model is needed for more (grade.model)"
    )
    return (
        f"grade ({key}): {accounts.kept} of {accounts.rows_in} rows graded, surfaces of {len(chosen.asked)} measured; "
        f"{sent}"
    )


def write_tables(out: Path, graded: Graded) -> None:
    """Write each table of a grading, empty ones too."""
    write_records(out / "grades.parquet", Grade, graded.grades, ("instruction_id", "name"))
    write_records(out / "gradings.parquet", Grading, graded.gradings, ("instruction_id",))
    write_records(out / "planted.parquet", Planted, graded.planted)
    write_records(
        out / "repeats.parquet", Repeat, graded.repeats.values, ("instruction_id", "repeat", "name")
    )
    write_records(out / "rejects.parquet", Reject, graded.rejects)


def check_gate(gate: Path) -> None:
    """Stop where the instructions broke an expectation, before a judge is paid.

    Raises:
        GateError: they did.
    """
    if read_json(gate).get("passed") is not True:
        raise GateError(
            f"{gate}: the instructions broke an expectation; see data/validation/instructions/page.html"
        )
