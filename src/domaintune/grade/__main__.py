"""Grade the training rows of some groups."""

from functools import partial

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.judgment import Grade, Grading
from domaintune.core.sections.data import GradingSet
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Reject, check_gate
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import filled, load_item, load_section
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.core.teacher.opening import declines, open_asker
from domaintune.grade.grading import OFFLINE, CalibrationAnswer, Repeat, account_for, figures, grade
from domaintune.grade.params import GradeSettings
from domaintune.grade.rows import choose
from domaintune.grade.spec import read_grade_spec

DECLINED = (
    "the offline backend heuristic reads nothing; grading by criteria needs a judge model (grade.model)"
)


def main(
    *, params: Given, grading: Named, instructions: Given, documents: Given, gate: Given,
    spec: Given, out: Given, responses: Given, metrics: Given, accounting: Given,
) -> None:  # fmt: skip
    """Ask the judge about one grading's rows, and measure what needs no judge."""
    with running("grade", grading):
        check_gate(gate)
        wanted, settings = load_item(params, GradingSet, grading), load_section(params, GradeSettings)
        criteria = read_grade_spec(filled(spec, wanted), wanted.language)
        by_id = {row.id: row for row in read_records(documents, Document)}
        rows = choose(grading, read_records(instructions, Instruction), by_id, wanted)
        runtime, offline = load_section(params, Runtime), {OFFLINE: partial(declines, DECLINED)}
        with open_asker(settings.model, runtime, responses, offline) as asker:
            graded = grade(asker, grading, wanted, criteria, rows, settings=settings)
            accounts = account_for(grading, settings.max_reject_fraction, graded, len(rows), asker.counts())
            write_records(out / "grades.parquet", Grade, graded.grades, ("instruction_id", "name"))
            write_records(out / "gradings.parquet", Grading, graded.gradings, ("instruction_id",))
            write_records(out / "calibration.parquet", CalibrationAnswer, graded.calibration)
            ordered = ("instruction_id", "repeat", "name")
            write_records(out / "repeats.parquet", Repeat, graded.repeats, ordered)
            write_records(out / "rejects.parquet", Reject, graded.rejects)
        write_json(metrics, figures(graded, accounts))
        accounts.write(accounting)


app = stage_app(main, __name__)
