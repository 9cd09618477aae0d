"""Formats of instruction sets: how the records of each become rows, and the fields by which it is known."""

from collections.abc import Callable, Mapping
from typing import Any

from domaintune.core.records.instruction import Turn
from domaintune.core.sections.sources import InstructionFormat
from domaintune.core.stage.accounting import Loss
from domaintune.ingest.conversations import openai_chat, sharegpt
from domaintune.ingest.raw_instruction import Draft, category_of, text_of, texts_of

KNOWN_BY: dict[InstructionFormat, tuple[str, ...]] = {
    "natural_instructions": ("Definition", "Instances"),
    "self_instruct": ("instruction", "instances"),
    "sharegpt": ("conversations",),
    "openai_chat": ("messages",),
    "mt_bench": ("category", "turns"),
    "dolly": ("instruction", "context", "response"),
    "alpaca": ("instruction", "output"),
    "p3": ("inputs_pretokenized", "targets_pretokenized"),
    "flan": ("inputs", "targets"),
}
"""Fields by which a format is recognised, the first that fits."""
LOGICKOR = ("category", "questions", "references")
"""Fields of `mt_bench` under LogicKor's names."""


def alpaca(record: Mapping[str, Any]) -> list[Draft | Loss]:
    """Read instruction, input, output, and a category where a file has one.

    Source: github.com/tatsu-lab/stanford_alpaca; GPT-4-LLM has the same shape.
    """
    draft = _pair(record, "instruction", "input", "output")
    return [draft if isinstance(draft, Loss) else draft._replace(category=category_of(record))]


def dolly(record: Mapping[str, Any]) -> list[Draft | Loss]:
    """Read instruction, context, response, category. Source: data set card of databricks-dolly-15k."""
    return [_pair(record, "instruction", "context", "response", "category")]


def p3(record: Mapping[str, Any]) -> list[Draft | Loss]:
    """Read the prompt as text; `inputs` and `targets` hold token ids where the pretokenized fields are there.

    Source: data set card of bigscience/P3.
    """
    if "inputs_pretokenized" in record:
        return [_pair(record, "inputs_pretokenized", None, "targets_pretokenized")]
    return [_pair(record, "inputs", None, "targets")]


def flan(record: Mapping[str, Any]) -> list[Draft | Loss]:
    """Read inputs and targets, and the task's name. Source: github.com/google-research/FLAN, flan/v2."""
    return [_pair(record, "inputs", None, "targets", "task" if "task" in record else "task_name")]


def _pair(
    record: Mapping[str, Any], asked: str, given: str | None, answered: str, category: str | None = None
) -> Draft | Loss:
    texts = texts_of(
        text_of(record, asked),
        text_of(record, given, optional=True) if given else "",
        text_of(record, answered),
        text_of(record, category, optional=True) if category else "",
    )
    if isinstance(texts, Loss):
        return texts
    instruction, input_text, output, kind = texts
    return Draft(instruction=instruction, input=input_text, output=output, category=kind)


def natural_instructions(record: Mapping[str, Any]) -> list[Draft | Loss]:
    """Read a task: its definition is the instruction of all instances; of several accepted answers, the first.

    Source: github.com/allenai/natural-instructions, README, and the task files' schema.
    """
    definition = _joined(record, "Definition")
    category = _joined(record, "Categories")
    if isinstance(definition, Loss):
        return [definition]
    return _instances(record, "Instances", definition, category if isinstance(category, str) else "")


def self_instruct(record: Mapping[str, Any]) -> list[Draft | Loss]:
    """Read a seed task or a task of the human evaluation: instruction and instances.

    Source: github.com/yizhongw/self-instruct, data/seed_tasks.jsonl and human_eval/user_oriented_instructions.jsonl.
    """
    instruction = text_of(record, "instruction")
    if isinstance(instruction, Loss):
        return [instruction]
    category = text_of(record, "motivation_app", optional=True)
    return _instances(record, "instances", instruction, category if isinstance(category, str) else "")


def _instances(record: Mapping[str, Any], field: str, instruction: str, category: str) -> list[Draft | Loss]:
    instances = record.get(field)
    if not isinstance(instances, list) or not instances:
        return [Loss("no_instance", f"field {field!r} holds no list of instances")]
    return [_instance(instance, instruction, category) for instance in instances]


def _instance(instance: Any, instruction: str, category: str) -> Draft | Loss:
    if not isinstance(instance, Mapping):
        return Loss(
            "wrong_type", f"expected an instance with input and output, got {type(instance).__name__}"
        )
    answers = instance.get("output")
    first = {"output": answers[0]} if isinstance(answers, list) and answers else instance
    texts = texts_of(text_of(instance, "input", optional=True), text_of(first, "output"))
    if isinstance(texts, Loss):
        return texts
    more = len(answers) - 1 if isinstance(answers, list) else 0
    return Draft(instruction=instruction, input=texts[0], output=texts[1], category=category, left_out=more)


def _joined(record: Mapping[str, Any], field: str) -> str | Loss:
    """Return a text that newer task files hold as a list of one."""
    value = record.get(field)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return text_of(record, field)


def mt_bench(record: Mapping[str, Any]) -> list[Draft | Loss]:
    """Read `turns` (LogicKor's `questions`), the category, and a turn's `reference` (`references`) where it has one.

    Several turns are a conversation, in which what answers a turn is its reference, empty where there is none.

    Source: github.com/lm-sys/FastChat, fastchat/llm_judge/data/{vicuna_bench,mt_bench}/question.jsonl;
    github.com/instructkr/LogicKor, questions.jsonl.
    """
    asked, told = ("turns", "reference") if "turns" in record else ("questions", "references")
    turns = record.get(asked)
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return [Loss("missing_field", f"field {asked!r} holds no list of texts")]
    given = record.get(told) or []
    given = [*(given if isinstance(given, list) else [given]), *([None] * len(turns))][: len(turns)]
    references = (text_of({told: one}, told, optional=True) for one in given)
    read = texts_of(text_of(record, "category", optional=True), *references)
    if isinstance(read, Loss):
        return [read]
    category, *texts = read
    if len(turns) == 1:
        return [Draft(instruction=turns[0], output=texts[0], category=category)]
    said = [
        turn
        for user, reference in zip(turns, texts, strict=True)
        for turn in (Turn(role="user", content=user), Turn(role="assistant", content=reference))
    ]
    return [Draft(turns=tuple(said), category=category)]


ToDrafts = Callable[[Mapping[str, Any]], list[Draft | Loss]]
FORMATS: dict[InstructionFormat, ToDrafts] = {
    "alpaca": alpaca,
    "dolly": dolly,
    "flan": flan,
    "mt_bench": mt_bench,
    "natural_instructions": natural_instructions,
    "openai_chat": openai_chat,
    "p3": p3,
    "self_instruct": self_instruct,
    "sharegpt": sharegpt,
}
"""All formats made of JSON objects or table rows; `dialogues` is plain text (from_dialogues.py)."""
