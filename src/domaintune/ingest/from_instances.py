"""Formats with several instances a record: Natural Instructions tasks, and Self-Instruct's seeds and evaluation set."""

from collections.abc import Mapping
from typing import Any

from domaintune.ingest.drafts import Draft, text_of
from domaintune.ingest.options import Wrong


def natural_instructions(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read a task: its definition is the instruction of all instances; of several accepted answers, the first.

    Source: github.com/allenai/natural-instructions, README, and the task files' schema.
    """
    definition = _joined(record, "Definition")
    category = _joined(record, "Categories")
    if isinstance(definition, Wrong):
        return [definition]
    return _instances(record, "Instances", definition, category if isinstance(category, str) else "")


def self_instruct(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read a seed task or a task of the human evaluation: instruction and instances.

    Source: github.com/yizhongw/self-instruct, data/seed_tasks.jsonl and human_eval/user_oriented_instructions.jsonl.
    """
    instruction = text_of(record, "instruction")
    if isinstance(instruction, Wrong):
        return [instruction]
    category = text_of(record, "motivation_app", optional=True)
    return _instances(record, "instances", instruction, category if isinstance(category, str) else "")


def _instances(record: Mapping[str, Any], field: str, instruction: str, category: str) -> list[Draft | Wrong]:
    instances = record.get(field)
    if not isinstance(instances, list) or not instances:
        return [Wrong("no_instance", f"field {field!r} holds no list of instances")]
    return [_instance(instance, instruction, category) for instance in instances]


def _instance(instance: Any, instruction: str, category: str) -> Draft | Wrong:
    if not isinstance(instance, Mapping):
        return Wrong(
            "wrong_type", f"expected an instance with input and output, got {type(instance).__name__}"
        )
    given = text_of(instance, "input", optional=True)
    answers = instance.get("output")
    answer = text_of({"output": answers[0]} if isinstance(answers, list) and answers else instance, "output")
    for text in (given, answer):
        if isinstance(text, Wrong):
            return text
    assert isinstance(given, str)
    assert isinstance(answer, str)
    more = len(answers) - 1 if isinstance(answers, list) else 0
    return Draft(instruction=instruction, input=given, output=answer, category=category, left_out=more)


def _joined(record: Mapping[str, Any], field: str) -> str | Wrong:
    """Return a text that newer task files hold as a list of one."""
    value = record.get(field)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return text_of(record, field)
