"""Generate one task's instruction rows."""

from functools import partial

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Task
from domaintune.core.sections.models import Runtime, Teacher
from domaintune.core.stage.accounting import Reject, check_gate
from domaintune.core.stage.params import filled, load_item, load_section, load_value
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.core.teacher.opening import Embedded, Openers, open_asker
from domaintune.generate.offline import Recorded, answer
from domaintune.generate.params import Generate
from domaintune.generate.prompts import choose, prompt_for
from domaintune.generate.reading import read_spec
from domaintune.generate.rows import generate


def main(
    *, params: Given, task: Named, prompts: Given, corpus: Given,
    gate: Given, recorded: Given, out: Given, responses: Given, accounting: Given,
) -> None:  # fmt: skip
    """Ask the teacher about every document of one task."""
    with running("generate", task):
        entry, limits = load_item(params, Task, task), load_section(params, Generate)
        teacher, runtime = load_section(params, Teacher), load_section(params, Runtime)
        check_gate(gate)
        spec = read_spec(prompts, task, entry)
        documents = entry.reads == "documents"
        corpus = filled(corpus, entry)
        records = read_records(corpus, Document) if documents else read_records(corpus, Question)
        chosen = choose(records, entry, load_value(params, "seed", int), spec.variants)

        def replaying() -> Recorded:
            asked = {prompt_for(item, spec, entry.pairs or 1).messages: item for item in chosen.items}
            about = {messages: f"{item.where} ({item.title})" for messages, item in asked.items()}
            return Recorded(recorded, about)

        offline: Openers = {"extractive": partial(Embedded, answer), "recorded": replaying}
        with open_asker(teacher, runtime, responses, offline) as asker:
            made = generate(asker, task, entry, spec, chosen, max_reject_fraction=limits.max_reject_fraction)
            write_records(out / "instructions.parquet", Instruction, made.instructions)
            write_records(out / "rejects.parquet", Reject, made.rejects)
        made.accounts.write(accounting)


app = stage_app(main, __name__)
