"""Formats of instruction sets: how the records of each become rows, and the fields by which it is known."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Turn
from domaintune.core.sections.sources import InstructionFormat
from domaintune.core.stage.accounting import Loss
from domaintune.ingest.conversations import OPENAI, SHAREGPT, turns_in
from domaintune.ingest.raw_instruction import Draft, ToDrafts, category_of, text_of, texts_of


def _pair(*shapes: tuple[str, str, str, str]) -> ToDrafts:
    """Return the reader of records that hold one question and its answer, in the first of the shapes that fits.

    A shape names the fields of instruction, input, output and category; of input and category, maybe none.
    """

    def read(record: Mapping[str, Any]) -> list[Draft | Loss]:
        asked, given, answered, about = next((one for one in shapes if one[0] in record), shapes[-1])
        input_ = text_of(record, given, optional=True) if given else ""
        texts = texts_of(text_of(record, asked), input_, text_of(record, answered))
        if isinstance(texts, Loss):
            return [texts]
        category = category_of(record, about) if about else ""
        return [Draft(texts[0], texts[1], texts[2], category=category)]

    return read


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
    return _instances(record, "instances", instruction, category_of(record, "motivation_app"))


def _instances(record: Mapping[str, Any], field: str, instruction: str, category: str) -> list[Draft | Loss]:
    instances = record.get(field)
    if not isinstance(instances, list) or not instances:
        return [Loss("no_instance", f"field {field!r} holds no list of instances")]
    found: list[Draft | Loss] = []
    for instance in instances:
        if not isinstance(instance, Mapping):
            got = type(instance).__name__
            found.append(Loss("wrong_type", f"expected an instance with input and output, got {got}"))
            continue
        several = answers if isinstance(answers := instance.get("output"), list) else []
        first = {"output": several[0]} if several else instance
        texts = texts_of(text_of(instance, "input", optional=True), text_of(first, "output"))
        more = max(0, len(several) - 1)
        if not isinstance(texts, Loss):
            found.append(Draft(instruction, texts[0], texts[1], "", (), category, more))
        else:
            found.append(texts)
    return found


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
    said: list[Turn] = []
    for user, reference in zip(turns, texts, strict=True):
        said += [Turn(role="user", content=user), Turn(role="assistant", content=reference)]
    return [Draft(turns=tuple(said), category=category)]


class Format(NamedTuple):
    """A published shape of instruction sets."""

    known_by: tuple[tuple[str, ...], ...]
    """Fields by which a record is recognised, in each of its variants."""
    to_drafts: ToDrafts


FORMATS: dict[InstructionFormat, Format] = {
    "natural_instructions": Format((("Definition", "Instances"),), natural_instructions),
    "self_instruct": Format((("instruction", "instances"),), self_instruct),
    # github.com/lm-sys/FastChat, dummy_conversation.json; OpenAI API reference, chat and fine-tuning format
    "sharegpt": Format((("conversations",),), turns_in("conversations", "from", "value", SHAREGPT)),
    "openai_chat": Format((("messages",),), turns_in("messages", "role", "content", OPENAI)),
    "mt_bench": Format((("category", "turns"), ("category", "questions", "references")), mt_bench),
    "dolly": Format(
        (("instruction", "context", "response"),), _pair(("instruction", "context", "response", "category"))
    ),
    "alpaca": Format((("instruction", "output"),), _pair(("instruction", "input", "output", "category"))),
    "p3": Format(
        (("inputs_pretokenized", "targets_pretokenized"),),
        _pair(("inputs_pretokenized", "", "targets_pretokenized", ""), ("inputs", "", "targets", "")),
    ),
    "flan": Format((("inputs", "targets"),), _pair(("inputs", "", "targets", "task"))),
}
"""All formats made of JSON objects or table rows, in the order in which they are recognised; `dialogues` is plain text.

Source: alpaca: github.com/tatsu-lab/stanford_alpaca (GPT-4-LLM has the same shape, some files a category); dolly: data
set card of databricks-dolly-15k; p3: data set card of bigscience/P3, where `inputs` and `targets` hold token ids beside
the pretokenized fields; flan: github.com/google-research/FLAN, flan/v2.
"""


def format_of(fields: Collection[str]) -> InstructionFormat | None:
    """Return the first format whose fields are all there."""
    there = set(fields)
    return next((name for name, one in FORMATS.items() if any(map(there.issuperset, one.known_by))), None)
