"""Records for tests."""

from itertools import cycle
from typing import Any, Literal, get_args, get_origin

from domaintune.core.frames import RecordT
from domaintune.core.paying.protocol import Message, Request, Sampling
from domaintune.core.records.instruction import Turn
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.sections.models import Teacher

EMPTY = {str: "", int: 0, float: 0.0, bool: False}
OUTCOMES = {"1": "correct", "0": "wrong", "u": "unparsed", "r": "refused", "t": "correct"}


def blank(record: type[RecordT], **own: Any) -> RecordT:
    """Return a record whose other fields are empty, or the first of the words that one may hold."""
    fields = {name: _empty(field.annotation) for name, field in record.model_fields.items()}
    return record(**fields | own)


def _empty(annotation: Any) -> Any:
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    return [] if get_origin(annotation) is list else EMPTY.get(annotation)


def turns_of(*said: str) -> list[Turn]:
    """Return what the user and the assistant say by turns."""
    roles = cycle(("user", "assistant"))
    return [Turn(role=role, content=text) for role, text in zip(roles, said, strict=False)]


def scored_items(
    arm: str, benchmark: str = "exam", method: str = "likelihood", options: int = 4, passage: int = 1, **subsets: str
) -> list[BenchmarkItem]:  # fmt: skip
    """Return an arm's questions; a character each: 1 right, 0 wrong, u unparsed, r refused, t right but cut.

    `passage` questions each are on one passage.
    """
    rows = []
    for subset, outcomes in subsets.items():
        for i, outcome in enumerate(outcomes):
            gold = i % options + 1
            choice = {"correct": gold, "wrong": gold % options + 1}.get(OUTCOMES[outcome], "")
            rows.append(blank(
                BenchmarkItem, arm=arm, benchmark=benchmark, method=method, question_id=f"{subset}{i:04}",
                cluster=f"{subset}{i // passage:04}", subset=subset, options=options, gold=str(gold),
                choice=str(choice), outcome=OUTCOMES[outcome], truncated=outcome == "t",
            ))  # fmt: skip
    return rows


def request(text: str = "hello", **changes: Any) -> Request:
    """Return a request for one message."""
    sampling = Sampling(0.0, 1.0, 10, 0)
    return Request("p", "m", "", (Message("user", text),), sampling, "", 0)._replace(**changes)


def teacher(**changes: Any) -> Teacher:
    """Return the settings of a teacher behind a server."""
    names = {"backend": "openai", "provider": "p", "server": "s", "model": "m", "revision": ""}
    sampling = {"temperature": 0.0, "top_p": 1.0, "max_tokens": 10, "seed": 0, "json_schema": True}
    return Teacher(**names | sampling | changes)
