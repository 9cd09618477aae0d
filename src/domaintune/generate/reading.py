"""Reading a task's spec: every name in it must stand for something, and it must fit its entry in params.yaml."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from domaintune.core.sections.data import Task
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import did_you_mean, parse, read_yaml
from domaintune.core.template import names_in
from domaintune.generate.grounding import GROUNDED
from domaintune.generate.normalisers import FIELDS, NORMALISERS
from domaintune.generate.params import TaskSpec
from domaintune.generate.prompts import VARIANT_NAMES
from domaintune.generate.rows import PRECOMPUTED

DOCUMENT_NAMES = ("title", "field", "text", "language", "schema")
QUESTION_NAMES = ("question", "options", "context", "subject", "difficulty", "language", "schema")


def read_spec(path: Path, name: str, task: Task) -> TaskSpec:
    """Read a task file and hold it against the task's entry; a ParamsError names all that is wrong."""
    spec = parse(path, "task", TaskSpec, read_yaml(path))
    problems = [f"{path}: task.{problem}" for problem in (*_names(spec), *_templates(spec, task.reads))]
    problems += [f"tasks.{name} and {path}: {problem}" for problem in _fit(spec, task)]
    if problems:
        raise ParamsError("\n".join(problems))
    return spec


def _names(spec: TaskSpec) -> Iterator[str]:
    passed = ["Answer", "Explanation"] if spec.normaliser == "exam_answer" else ["answer"]
    fields = passed if spec.makes == "pass_through" else spec.reply_fields
    if spec.normaliser is not None:
        yield from _unknown("normaliser", spec.normaliser, sorted(NORMALISERS))
        if missing := FIELDS.get(spec.normaliser, set()) - set(fields):
            yield f"reply_schema: normaliser {spec.normaliser} needs the fields {sorted(missing)}"
    if spec.normaliser == "plain" and len(fields) != 1:
        yield f"normaliser plain writes the one field of a reply, reply_schema has {fields}"
    if spec.precomputed is not None:
        yield from _unknown("precomputed", spec.precomputed, sorted(chain(*PRECOMPUTED.values())))
    for field, kind in (spec.grounded or {}).items():
        yield from _unknown(f"grounded.{field}", kind, sorted(GROUNDED))
    for where in ("limits", "grounded", "optional"):
        for field in getattr(spec, where) or ():
            yield from _unknown(where, field, fields)


def _templates(spec: TaskSpec, reads: str) -> Iterator[str]:
    names = [*(DOCUMENT_NAMES if reads == "documents" else QUESTION_NAMES)]
    names += VARIANT_NAMES if spec.variants else ()
    names += ["pairs"] if spec.makes == "pairs" else []
    texts = {"input": spec.input or ""}
    for at, template in enumerate(spec.prompt_templates or ()):
        texts |= {f"prompt_templates.{at}.{part}": getattr(template, part) for part in ("system", "user")}
    instructions = {f"instructions.{name}": text for name, text in spec.instructions.items()}
    for where, text in (texts | instructions).items():
        known = [*names, "keys"] if where in instructions else names  # of the answer
        for name in sorted(names_in(text) - set(known)):
            yield from _unknown(where, name, known)


def _fit(spec: TaskSpec, task: Task) -> Iterator[str]:
    if spec.makes == "pairs" and task.reads != "documents":
        yield f"makes pairs works from documents, reads is {task.reads}"
    if spec.makes == "pass_through" and task.reads != "questions":
        yield f"makes pass_through works from questions, reads is {task.reads}"
    if (spec.makes == "pairs") != (task.pairs is not None):
        yield f"pairs is {task.pairs}, but the spec makes {spec.makes}"
    if spec.variants and task.request_per != "document":
        yield f"variants go with request_per document, not {task.request_per}"
    for reads, known in PRECOMPUTED.items():
        if spec.precomputed in known and reads != task.reads:
            yield f"precomputed {spec.precomputed} is looked for in {reads}, reads is {task.reads}"
    if spec.normaliser == "exam_answer" and task.reads != "questions":
        yield f"normaliser exam_answer works from questions, reads is {task.reads}"
    if spec.normaliser == "property_table" and not spec.variants:
        yield "normaliser property_table needs variants"


def _unknown(where: str, name: str, known: Sequence[str]) -> Iterator[str]:
    if name not in known:
        yield f"{where}: unknown name {name!r}{did_you_mean(name, known)}"
