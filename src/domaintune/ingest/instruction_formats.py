"""Formats of instruction sets: how the records of each become rows, and the fields by which it is known."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Turn
from domaintune.core.sections.sources import InstructionFormat
from domaintune.ingest.fields import RowError
from domaintune.ingest.raw_instruction import (
    OPENAI,
    SHAREGPT,
    Draft,
    Role,
    ToDrafts,
    category_of,
    conversation,
    parse_dialogue,
    text_of,
)


def _pair(*shapes: tuple[str, str, str, str]) -> ToDrafts:
    """Return the reader of records that hold one question and its answer, in the first of the shapes that fits.

    A shape names the fields of instruction, input, output and category; of input and category, maybe none.
    """

    def read(record: Mapping[str, Any]) -> list[Draft | RowError]:
        asked, given, answered, about = next((one for one in shapes if one[0] in record), shapes[-1])
        instruction = text_of(record, asked)
        input_ = text_of(record, given, optional=True) if given else ""
        category = category_of(record, about) if about else ""
        return [Draft(instruction, input_, text_of(record, answered), category=category)]

    return read


def natural_instructions(record: Mapping[str, Any]) -> list[Draft | RowError]:
    """Read a task: its definition is the instruction of all instances; of several accepted answers, the first.

    Source: github.com/allenai/natural-instructions, README, and the task files' schema.
    """
    definition, category = _joined(record, "Definition"), ""
    with suppress(RowError):
        category = _joined(record, "Categories")
    return _instances(record, "Instances", definition, category)


def self_instruct(record: Mapping[str, Any]) -> list[Draft | RowError]:
    """Read a seed task or a task of the human evaluation: instruction and instances.

    Source: github.com/yizhongw/self-instruct, data/seed_tasks.jsonl and human_eval/user_oriented_instructions.jsonl.
    """
    return _instances(
        record, "instances", text_of(record, "instruction"), category_of(record, "motivation_app")
    )


def _instances(
    record: Mapping[str, Any], field: str, instruction: str, category: str
) -> list[Draft | RowError]:
    instances = record.get(field)
    if not isinstance(instances, list) or not instances:
        raise RowError("no_instance", f"field {field!r} holds no list of instances")
    found: list[Draft | RowError] = []
    for instance in instances:
        try:
            found.append(_instance(instance, instruction, category))
        except RowError as error:
            found.append(error)
    return found


def _instance(instance: Any, instruction: str, category: str) -> Draft:
    if not isinstance(instance, Mapping):
        got = type(instance).__name__
        raise RowError("wrong_type", f"expected an instance with input and output, got {got}")
    several = answers if isinstance(answers := instance.get("output"), list) else []
    given = text_of(instance, "input", optional=True)
    output = text_of({"output": several[0]} if several else instance, "output")
    return Draft(instruction, given, output, category=category, left_out=max(0, len(several) - 1))


def _joined(record: Mapping[str, Any], field: str) -> str:
    """Return a text that newer task files hold as a list of one."""
    value = record.get(field)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return text_of(record, field)


def mt_bench(record: Mapping[str, Any]) -> list[Draft | RowError]:
    """Read `turns` (LogicKor's `questions`), the category, and a turn's `reference` (`references`) where it has one.

    Several turns are a conversation, in which what answers a turn is its reference, empty where there is none.

    Source: github.com/lm-sys/FastChat, fastchat/llm_judge/data/{vicuna_bench,mt_bench}/question.jsonl;
    github.com/instructkr/LogicKor, questions.jsonl.
    """
    asked, told = ("turns", "reference") if "turns" in record else ("questions", "references")
    turns = record.get(asked)
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise RowError("missing_field", f"field {asked!r} holds no list of texts")
    given = record.get(told) or []
    given = [*(given if isinstance(given, list) else [given]), *([None] * len(turns))][: len(turns)]
    category = text_of(record, "category", optional=True)
    texts = [text_of({told: one}, told, optional=True) for one in given]
    if len(turns) == 1:
        return [Draft(instruction=turns[0], output=texts[0], category=category)]
    said: list[Turn] = []
    for user, reference in zip(turns, texts, strict=True):
        said += [Turn(role="user", content=user), Turn(role="assistant", content=reference)]
    return [Draft(turns=tuple(said), category=category)]


def _turns(field: str, speaker: str, said: str, roles: Mapping[str, Role]) -> ToDrafts:
    """Return the reader of records whose field is a list of turns, each with its speaker and what is said."""

    def read(record: Mapping[str, Any]) -> list[Draft | RowError]:
        messages = record.get(field)
        if not isinstance(messages, list) or not all(isinstance(item, Mapping) for item in messages):
            raise RowError(
                "missing_field", f"field {field!r} holds no list of turns with {speaker!r} and {said!r}"
            )
        turns = []
        for number, message in enumerate(messages, 1):
            role = roles.get(str(message.get(speaker)).strip().casefold())
            content = _content(message.get(said))
            if role is None:
                known = ", ".join(roles)
                raise RowError(
                    "unknown_role", f"turn {number} is by {message.get(speaker)!r}; known: {known}"
                )
            if message.get("weight") == 0:
                raise RowError(
                    "not_for_training", f"turn {number} has weight 0, which a row here cannot keep"
                )
            if content is None:
                raise RowError("not_text", f"turn {number} holds something else than text under {said!r}")
            turns.append(Turn(role=role, content=content))
        return [conversation(turns, category_of(record))]

    return read


def _content(value: Any) -> str | None:
    """Return a turn's text; of parts, all must be text."""
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, list) else []
    known = [part for part in parts if isinstance(part, Mapping) and part.get("type") == "text"]
    texts = [part["text"] for part in known if isinstance(part.get("text"), str)]
    return "\n".join(texts) if parts and len(texts) == len(parts) else None


class Format(NamedTuple):
    """A published shape of instruction sets."""

    known_by: tuple[tuple[str, ...], ...]
    """Fields by which a record is recognised, in each of its variants."""
    to_drafts: ToDrafts


FORMATS: dict[InstructionFormat, Format] = {
    "natural_instructions": Format((("Definition", "Instances"),), natural_instructions),
    "self_instruct": Format((("instruction", "instances"),), self_instruct),
    # github.com/lm-sys/FastChat, dummy_conversation.json; OpenAI API reference, chat and fine-tuning format
    "sharegpt": Format((("conversations",),), _turns("conversations", "from", "value", SHAREGPT)),
    "openai_chat": Format((("messages",),), _turns("messages", "role", "content", OPENAI)),
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
    "dialogues": Format((), lambda record: [parse_dialogue(record["dialogue"])]),
}
"""All formats, in the order in which they are recognised; `dialogues` is plain text, and known by no field.

Source: alpaca: github.com/tatsu-lab/stanford_alpaca (GPT-4-LLM has the same shape, some files a category); dolly: data
set card of databricks-dolly-15k; p3: data set card of bigscience/P3, where `inputs` and `targets` hold token ids beside
the pretokenized fields; flan: github.com/google-research/FLAN, flan/v2.
"""


def format_of(fields: Collection[str]) -> InstructionFormat | None:
    """Return the first format whose fields are all there."""
    there = set(fields)
    return next((name for name, one in FORMATS.items() if any(map(there.issuperset, one.known_by))), None)
