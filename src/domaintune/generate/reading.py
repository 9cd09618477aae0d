"""Reading a task's card: every name in it must stand for something, and it must fit its entry in params.yaml."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import TemplateSyntaxError

from domaintune.core.sections.data import Task
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import did_you_mean, parse, read_yaml
from domaintune.core.template import names_in
from domaintune.generate.card import TaskCard
from domaintune.generate.existing_answers import READY
from domaintune.generate.grounding import GROUNDED
from domaintune.generate.normalisers import FIELDS, NORMALISERS
from domaintune.generate.prompts import known_names


def read_card(path: Path, name: str, task: Task) -> TaskCard:
    """Read a task file and hold it against the task's entry.

    Raises:
        ParamsError: it is missing or has problems, or the two do not fit; all are named.
    """
    card = parse(path, "task", TaskCard, read_yaml(path))
    problems = [f"{path}: task.{problem}" for problem in (*_names(card), *_templates(card, task.reads))]
    problems += [f"tasks.{name} and {path}: {problem}" for problem in _fit(card, task)]
    if problems:
        raise ParamsError("\n".join(problems))
    return card


def _names(card: TaskCard) -> Iterator[str]:
    """Find names of functions and of reply fields that are not there."""
    fields = ["answer"] if card.makes == "passed" else card.reply_fields
    if card.normaliser is not None:
        yield from _unknown("normaliser", card.normaliser, sorted(NORMALISERS))
        if missing := FIELDS.get(card.normaliser, set()) - set(fields):
            yield f"reply_schema: normaliser {card.normaliser} needs the fields {sorted(missing)}"
    if card.normaliser == "plain" and len(fields) != 1:
        yield f"normaliser plain writes the one field of a reply, reply_schema has {fields}"
    if card.ready is not None:
        yield from _unknown("ready", card.ready, sorted(READY))
    for field, kind in (card.grounded or {}).items():
        yield from _unknown(f"grounded.{field}", kind, sorted(GROUNDED))
    for where in ("limits", "grounded", "optional"):
        for field in getattr(card, where) or ():
            yield from _unknown(where, field, fields)


def _templates(card: TaskCard, reads: str) -> Iterator[str]:
    """Find templates that cannot be read or that name what is not given."""
    names = known_names(card, reads)
    for at, wording in enumerate(card.wordings or ()):
        yield from _template(f"wordings.{at}.system", wording.system, names)
        yield from _template(f"wordings.{at}.user", wording.user, names)
    yield from _template("input", card.input or "", names)
    for name, text in card.instructions.items():
        yield from _template(f"instructions.{name}", text, known_names(card, reads, answered=True))


def _template(where: str, text: str, names: Sequence[str]) -> Iterator[str]:
    try:
        used = names_in(text)
    except TemplateSyntaxError as error:
        yield f"{where}: no readable template: {error.message} (line {error.lineno})"
        return
    for name in sorted(used - set(names)):
        yield from _unknown(where, name, names)


def _fit(card: TaskCard, task: Task) -> Iterator[str]:
    if card.makes == "pairs" and task.reads != "documents":
        yield f"makes pairs works from documents, reads is {task.reads}"
    if card.makes == "passed" and task.reads != "questions":
        yield f"makes passed works from questions, reads is {task.reads}"
    if (card.makes == "pairs") != (task.pairs is not None):
        yield f"pairs is {task.pairs}, but the card makes {card.makes}"
    if card.variants and task.unit != "document":
        yield f"variants go with unit document, unit is {task.unit}"
    if card.ready in READY and READY[card.ready].reads != task.reads:
        yield f"ready {card.ready} is looked for in {READY[card.ready].reads}, reads is {task.reads}"
    if card.normaliser == "exam_answer" and task.reads != "questions":
        yield f"normaliser exam_answer works from questions, reads is {task.reads}"
    if card.normaliser == "property_table" and not card.variants:
        yield "normaliser property_table needs variants"


def _unknown(where: str, name: str, known: Sequence[str]) -> Iterator[str]:
    if name not in known:
        yield f"{where}: unknown name {name!r}{did_you_mean(name, known)}"
