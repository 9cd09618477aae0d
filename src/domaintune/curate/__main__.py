"""Curate rows of tasks and sets: their documents and questions in, what may be trained and asked out."""

from functools import cache
from itertools import chain

from domaintune.core.frames import read_owned, read_records, write_records
from domaintune.core.models.sentence_vectors import package_encoder
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.data import InstructionSet, Task
from domaintune.core.sections.evaluation import Answering
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import load_mapping, load_section, load_value
from domaintune.core.stage.running import Given, running, stage_app
from domaintune.curate.build import curate_rows, measure_near_copies
from domaintune.curate.params import CurateParams
from domaintune.curate.questions import SetRows, select_questions, with_passages


def main(
    *, params: Given, generated: Given, translated: Given, corpus: Given, asked: Given, unscorable: Given,
    instructions: Given, questions: Given, rejects: Given, near_copies: Given, accounting: Given,
) -> None:  # fmt: skip
    """Curate the rows of all tasks and sets."""
    with running("curate", "all"):
        settings, wanted = load_section(params, CurateParams), load_section(params, Answering).questions
        tasks, named = load_mapping(params, Task), load_mapping(params, InstructionSet)
        made = read_owned(generated, tasks, "tasks", "instructions.parquet", Instruction)
        rows = list(chain.from_iterable(made.values()))
        of_sets = read_owned(translated, named, "sets", "instructions.parquet", Instruction)
        sets = [SetRows(named[key].source, named[key].use == "evaluate", own) for key, own in of_sets.items()]
        documents, questions_asked = read_records(corpus, Document), read_records(asked, Question)
        lost = read_records(unscorable, Question)
        encode, semantic = None, settings.contamination.semantic
        if semantic is not None:
            threads = load_section(params, Runtime).threads
            encode = cache(package_encoder("curate.contamination.semantic", semantic.revision, threads))
        curated = curate_rows(
            rows, documents, questions_asked, settings, sets, unscorable=lost, encode=encode
        )
        chosen = select_questions(curated.questions, wanted, load_value(params, "seed", int))
        write_records(instructions, Instruction, curated.instructions)
        write_records(questions, Question, with_passages(chosen, {one.id: one for one in documents}))
        write_records(rejects, Reject, curated.rejects)
        copies = measure_near_copies(curated.instructions, curated.questions, documents, questions_asked)
        write_json(near_copies, copies)
        curated.accounts.write(accounting)


app = stage_app(main, __name__)
