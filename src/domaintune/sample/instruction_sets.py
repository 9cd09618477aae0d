"""Small instruction sets in the shapes they are published in, with the faults such sets have."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from domaintune.sample.corpora import Composed, jsonl_text
from domaintune.sample.instruction_items import Item, compose_items, take
from domaintune.sample.params import InstructionSetsCorpus

Row = dict[str, Any]
JAPANESE = ("氷が水に浮く理由を説明してください。", "氷は水より密度が小さいので、水の上に浮きます。")
UNTRANSLATED = (
    "Explain in a few words why a filter is washed before it is used again.",
    "Residue from the last sample would change the next result.",
)
REFUSAL = (
    ("Which of these two filters will my laboratory buy next year?",
     "As an AI language model, I cannot know what a laboratory will buy."),
    ("우리 실험실은 내년에 어떤 필터를 사게 될까요?",
     "죄송하지만 저는 인공지능 언어 모델로서 앞으로의 구매를 알 수 없습니다."),
)  # fmt: skip
SMALL_TALK = ("Hi", "Hello! What would you like to know about chemistry today?")
SYSTEM_KO = "당신은 과학 질문에 답하는 조수입니다."


def compose_instruction_sets(seed: int, corpus: str, wanted: InstructionSetsCorpus) -> Composed:
    """Return the files; no two of one language share an item, and the faults come on top of the rows asked for."""
    english = compose_items(seed, corpus, korean=False, held_out=False)
    korean = compose_items(seed, corpus, korean=True, held_out=False)
    rows = {
        "alpaca_en.json": _alpaca(take(english, wanted.alpaca)),
        "dolly_en.jsonl": _dolly(take(english, wanted.dolly)),
        "sharegpt_en.json": _sharegpt(english, wanted.sharegpt),
        "chat_ko.jsonl": _chat(korean, wanted.korean),
    }
    for name, is_korean in (("evaluation_en.jsonl", False), ("evaluation_ko.jsonl", True)):
        held_out = compose_items(seed, corpus, korean=is_korean, held_out=True)
        rows[name] = _evaluation(take(held_out, wanted.evaluation))
    return Composed(
        files={
            name: jsonl_text(lines) if name.endswith(".jsonl") else _array(lines)
            for name, lines in rows.items()
        },
        rows={name: len(lines) for name, lines in rows.items()},
    )


def _array(rows: Sequence[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _alpaca(items: Sequence[Item]) -> list[Row]:
    """Write Alpaca's shape; then an empty output, an answer that repeats its input, a refusal, and a repeated row."""
    rows = [{"instruction": item.instruction, "input": item.input, "output": item.output} for item in items]
    asked, refused = REFUSAL[0]
    return [
        *rows,
        {"instruction": "Name a metal that melts in a warm hand.", "input": "", "output": ""},
        {
            "instruction": "Correct the sentence.",
            "input": "The pump are broken.",
            "output": "The pump are broken.",
        },
        {"instruction": asked, "input": "", "output": refused},
        {**rows[0], "instruction": f"{rows[0]['instruction']} ", "output": "See the table in the appendix."},
    ]


def _dolly(items: Sequence[Item]) -> list[Row]:
    """Write Dolly's shape; the last row has lost its response."""
    rows = [
        {
            "instruction": item.instruction,
            "context": item.input,
            "response": item.output,
            "category": item.kind,
        }
        for item in items
    ]
    return [
        *rows,
        {"instruction": "List the parts of a fuel cell.", "context": "", "category": "brainstorming"},
    ]


def _sharegpt(items: Iterator[Item], count: int) -> list[Row]:
    """Write ShareGPT's shape, every third conversation with two exchanges, and the faults of its export.

    They are: a conversation in Japanese, a greeting of two letters, an empty answer, a refusal, a repeated
    conversation, and one that was cut so that it begins with an answer.
    """
    talks = [_exchanges(take(items, 2 if number % 3 == 0 else 1)) for number in range(count)]
    cut = [("gpt", "Is there anything else?"), *_exchanges(take(items, 1))]
    faults = [
        [("human", JAPANESE[0]), ("gpt", JAPANESE[1])],
        [("human", SMALL_TALK[0]), ("gpt", SMALL_TALK[1])],
        [("human", "How is a pH meter calibrated?"), ("gpt", "")],
        [("human", REFUSAL[0][0]), ("gpt", REFUSAL[0][1])],
        talks[0],
        cut,
    ]
    return [
        {"id": f"talk_{number}", "conversations": [{"from": who, "value": said} for who, said in talk]}
        for number, talk in enumerate([*talks, *faults])
    ]


def _exchanges(items: Sequence[Item]) -> list[tuple[str, str]]:
    return [turn for item in items for turn in (("human", _joined(item)), ("gpt", item.output))]


def _joined(item: Item) -> str:
    return f"{item.instruction}\n\n{item.input}" if item.input else item.instruction


def _chat(items: Iterator[Item], count: int) -> list[Row]:
    """Write OpenAI's chat shape in Korean, every third with a system turn, every fourth with two exchanges.

    Then a row nobody translated, a refusal, and a repeated row.
    """
    rows = []
    for number in range(count):
        messages = [{"role": "system", "content": SYSTEM_KO}] if number % 3 == 0 else []
        for item in take(items, 2 if number % 4 == 0 else 1):
            messages += _messages(_joined(item), item.output)
        rows.append({"messages": messages})
    return [*rows, {"messages": _messages(*UNTRANSLATED)}, {"messages": _messages(*REFUSAL[1])}, rows[0]]


def _messages(asked: str, answered: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]


def _evaluation(items: Sequence[Item]) -> list[Row]:
    """Write the shape of Self-Instruct's human evaluation; its field for the motivating application holds the kind."""
    return [
        {
            "id": f"user_oriented_task_{number}",
            "motivation_app": item.kind,
            "instruction": item.instruction,
            "instances": [{"input": item.input, "output": item.output}],
        }
        for number, item in enumerate(items)
    ]
