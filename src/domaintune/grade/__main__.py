"""Grade the training rows of some groups."""

from domaintune.core.frames import read_records
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import GradingSet
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import check_gate
from domaintune.core.stage.params import filled, load_item, load_section
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.grade.params import GradeSettings
from domaintune.grade.rows import choose
from domaintune.grade.spec import GradingJob, read_grade_spec
from domaintune.grade.stage import write_grading


def main(
    *, params: Given, grading: Named, instructions: Given, documents: Given, gate: Given,
    spec: Given, out: Given, responses: Given, metrics: Given, accounting: Given,
) -> None:  # fmt: skip
    """Ask the judge about one grading's rows, and measure what needs no judge."""
    with running("grade", grading):
        check_gate(gate)
        wanted, settings = load_item(params, GradingSet, grading), load_section(params, GradeSettings)
        job = GradingJob(
            grading, read_grade_spec(filled(spec, wanted), wanted.language), wanted.language, settings
        )
        by_id = {row.id: row for row in read_records(documents, Document)}
        chosen = choose(grading, read_records(instructions, Instruction), by_id, wanted)
        places = {"responses": responses, "metrics": metrics, "accounting": accounting}
        write_grading(job, chosen, load_section(params, Runtime), out, **places)


app = stage_app(main, __name__)
