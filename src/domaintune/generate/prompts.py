"""An item's prompt, the standing instruction of its row, and what a spec's templates may name in them."""

from collections.abc import Iterable
from typing import Any

from domaintune.core.paying.protocol import Message
from domaintune.core.records.document import Document
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.files import to_json
from domaintune.core.teacher.asking import Prompt
from domaintune.core.template import render
from domaintune.generate.prompt_items import PromptItem
from domaintune.generate.spec import PromptTemplate, TaskSpec
from domaintune.science.choices.choice_text import LABELS, render_options

DOCUMENT_NAMES = ("title", "field", "text", "language", "schema")
QUESTION_NAMES = ("question", "options", "context", "subject", "difficulty", "language", "schema")
VARIANT_NAMES = ("name", "symbol", "family", "synonyms", "units", "stop")


def prompt_for(item: PromptItem, spec: TaskSpec, pairs: int) -> Prompt:
    """Return the prompt of an item. The context is what the extractive teacher works from instead."""
    template = choose_template(item, spec)
    given = given_names(item, spec, pairs)
    messages = (
        Message("system", render(template.system, **given).strip()),
        Message("user", render(template.user, **given).strip()),
    )
    if spec.makes != "pairs":
        return Prompt(item.id, messages, {"writes": spec.normaliser})
    assert isinstance(item.record, Document)
    context = {
        "language": item.record.language,
        "title": item.title,
        "text": item.record.text,
        "fields": item.values,
        "pairs": pairs,
        "quotes": spec.quotes or "statements",
    }
    return Prompt(item.id, messages, context)


def choose_template(item: PromptItem, spec: TaskSpec) -> PromptTemplate:
    """Return the template with the smallest hash for this item: a new one takes its own share and no more."""
    templates = {template.id: template for template in spec.prompt_templates or ()}
    return templates[_smallest("wording", templates, item)]


def instruction_for(item: PromptItem, spec: TaskSpec, keys: Iterable[str] = ()) -> str:
    """Return the standing instruction of the item's row, chosen as the template is. `keys` are the answer's own."""
    chosen = spec.instructions[_smallest("instruction", spec.instructions, item)]
    return render(chosen, **given_names(item, spec, 1), keys=list(keys)).strip()


def _smallest(kind: str, names: Iterable[str], item: PromptItem) -> str:
    return min(names, key=lambda name: unit_interval(0, kind, name, item.record.id, item.field))


def known_names(spec: TaskSpec, reads: str, *, answered: bool = False) -> list[str]:
    """Return what a template may name; `answered` are the instructions, which know the answer's `keys` too."""
    names = [*(DOCUMENT_NAMES if reads == "documents" else QUESTION_NAMES)]
    names += VARIANT_NAMES if spec.variants else ()
    names += ["pairs"] if spec.makes == "pairs" else []
    return names + (["keys"] if answered else [])


def given_names(item: PromptItem, spec: TaskSpec, pairs: int) -> dict[str, Any]:
    """Return what an item's templates are filled in with."""
    record, labels = item.record, spec.labels or {}
    given: dict[str, Any] = {"language": record.language}
    given["schema"] = to_json(spec.reply_schema, indent=None) if spec.reply_schema else ""
    if isinstance(record, Document):
        fields = (labels.get(field, field.replace("_", " ")) for field in item.values)
        given |= {"title": item.title, "field": ", ".join(fields), "text": _text(item, spec)}
    else:
        given |= {name: getattr(record, name) for name in ("question", "context", "subject", "difficulty")}
        shown = 0 < len(record.options) <= len(LABELS)
        given["options"] = render_options(record.options) if shown else ""
    if spec.makes == "pairs":
        given["pairs"] = pairs
    return given | {name: getattr(item.variant, name) for name in VARIANT_NAMES if item.variant}


def _text(item: PromptItem, spec: TaskSpec) -> str:
    """Return a single field's text as it is, several under their labels."""
    alone = item.field if spec.makes == "pairs" else len(item.values) == 1
    if alone:
        return next(iter(item.values.values()))
    labels = spec.labels or {}
    return "\n\n".join(f"{labels.get(field, field)}:\n{text}" for field, text in item.values.items())
