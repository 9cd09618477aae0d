"""Questions without answers: the question files of Vicuna's, MT-bench's and LogicKor's evaluation by a judge."""

from collections.abc import Mapping
from typing import Any

from domaintune.core.records.instruction import Turn
from domaintune.ingest.drafts import Draft, text_of
from domaintune.ingest.options import Wrong


def mt_bench(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read `turns` (LogicKor's `questions`), the category, and a turn's `reference` (`references`) where it has one.

    Several turns are a conversation, in which what answers a turn is its reference, empty where there is none.

    Source: github.com/lm-sys/FastChat, fastchat/llm_judge/data/{vicuna_bench,mt_bench}/question.jsonl;
    github.com/instructkr/LogicKor, questions.jsonl.
    """
    asked, told = ("turns", "reference") if "turns" in record else ("questions", "references")
    turns = record.get(asked)
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return [Wrong("missing_field", f"field {asked!r} holds no list of texts")]
    given = record.get(told) or []
    given = [*(given if isinstance(given, list) else [given]), *([None] * len(turns))][: len(turns)]
    read = [text_of(record, "category", optional=True)]
    read += [text_of({told: one}, told, optional=True) for one in given]
    if wrong := next((text for text in read if isinstance(text, Wrong)), None):
        return [wrong]
    category, *texts = [text for text in read if isinstance(text, str)]
    if len(turns) == 1:
        return [Draft(instruction=turns[0], output=texts[0], category=category)]
    said = [
        turn
        for user, reference in zip(turns, texts, strict=True)
        for turn in (Turn(role="user", content=user), Turn(role="assistant", content=reference))
    ]
    return [Draft(turns=tuple(said), category=category)]
