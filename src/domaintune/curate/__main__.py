"""Curate rows of tasks and sets: their documents and questions in, what may be trained and asked out."""

from domaintune.core.frames import read_records
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.sets import InstructionSet
from domaintune.core.sections.tasks import Task
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import load_mapping, load_section
from domaintune.core.stage.running import Given, guarded, running, stage_app
from domaintune.curate.build import curate_rows, read_rows, read_sets, write_curated
from domaintune.curate.contamination import measure_near_copies
from domaintune.curate.params import CurateParams


def main(
    *, params: Given, generated: Given, translated: Given, corpus: Given, asked: Given, unscorable: Given,
    instructions: Given, questions: Given, rejects: Given, near_copies: Given, accounting: Given,
) -> None:  # fmt: skip
    """Curate the rows of all tasks and sets."""
    with running("curate", "all"):
        settings = load_section(params, CurateParams)
        rows = read_rows(generated, load_mapping(params, Task))
        sets = read_sets(translated, load_mapping(params, InstructionSet))
        documents, questions_asked = read_records(corpus, Document), read_records(asked, Question)
        lost = read_records(unscorable, Question)
        curated = curate_rows(rows, documents, questions_asked, settings, sets, unscorable=lost)
        write_curated(curated, instructions, questions, rejects)
        copies = measure_near_copies(curated.instructions, curated.questions, documents, questions_asked)
        write_json(near_copies, copies)
        curated.accounts.write(accounting)


app = stage_app(main)

if __name__ == "__main__":
    guarded(app)
