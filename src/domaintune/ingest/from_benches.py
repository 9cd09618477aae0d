"""Questions without answers: the question files of Vicuna's and MT-bench's evaluation by a judge."""

from collections.abc import Mapping
from typing import Any

from domaintune.ingest.drafts import Draft, text_of
from domaintune.ingest.options import Wrong


def mt_bench(record: Mapping[str, Any]) -> list[Draft | Wrong]:
    """Read the first of `turns`, the category, and the first of `reference` where there is one.

    A later turn speaks about the answer that a model gave to the one before, so it is no question of its own: it is
    left out and counted.

    Source: github.com/lm-sys/FastChat, fastchat/llm_judge/data/{vicuna_bench,mt_bench}/question.jsonl.
    """
    turns = record.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return [Wrong("missing_field", "field 'turns' holds no list of texts")]
    category = text_of(record, "category", optional=True)
    answer = _first(record.get("reference"))
    for text in (category, answer):
        if isinstance(text, Wrong):
            return [text]
    assert isinstance(category, str)
    assert isinstance(answer, str)
    return [Draft(instruction=turns[0], output=answer, category=category, left_out=len(turns) - 1)]


def _first(references: Any) -> str | Wrong:
    """Return the reference answer to the first turn; empty where there is none."""
    if not references:
        return ""
    first = references[0] if isinstance(references, list) else references
    return text_of({"reference": first}, "reference", optional=True)
