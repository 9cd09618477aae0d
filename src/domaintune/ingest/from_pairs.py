"""Formats with one question and one answer a record: Alpaca, Dolly, P3, FLAN."""

from collections.abc import Mapping
from typing import Any

from domaintune.ingest.drafts import Draft, category_of, text_of
from domaintune.ingest.options import Wrong


def alpaca(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read instruction, input, output, and a category where a file has one.

    Source: github.com/tatsu-lab/stanford_alpaca; GPT-4-LLM has the same shape.
    """
    draft = _pair(record, "instruction", "input", "output")
    return [draft if isinstance(draft, Wrong) else draft._replace(category=category_of(record))]


def dolly(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read instruction, context, response, category. Source: data set card of databricks-dolly-15k."""
    return [_pair(record, "instruction", "context", "response", "category")]


def p3(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read the prompt as text; `inputs` and `targets` hold token ids where the pretokenized fields are there.

    Source: data set card of bigscience/P3.
    """
    if "inputs_pretokenized" in record:
        return [_pair(record, "inputs_pretokenized", None, "targets_pretokenized")]
    return [_pair(record, "inputs", None, "targets")]


def flan(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read inputs and targets, and the task's name. Source: github.com/google-research/FLAN, flan/v2."""
    return [_pair(record, "inputs", None, "targets", "task" if "task" in record else "task_name")]


def _pair(
    record: Mapping[str, Any], asked: str, given: str | None, answered: str, category: str | None = None
) -> Draft | Wrong:
    texts = [
        text_of(record, asked),
        text_of(record, given, optional=True) if given else "",
        text_of(record, answered),
        text_of(record, category, optional=True) if category else "",
    ]
    read: list[str] = []
    for text in texts:
        if isinstance(text, Wrong):
            return text
        read.append(text)
    instruction, input_text, output, kind = read
    return Draft(instruction=instruction, input=input_text, output=output, category=kind)
