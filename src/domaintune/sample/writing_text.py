"""Pre-training text and dialogues of the writing tasks' wording, about facts of their own."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from domaintune.sample.writing_pieces import TRAINED, pieces


def compose_writing_text(seed: int, corpus: str, documents: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `text.jsonl`: the facts and the piece that is written from them."""
    for piece in islice(pieces(seed, corpus, "text", TRAINED), documents):
        yield {"text": f"{piece.facts}\n\n{piece.text}"}


def compose_writing_dialogues(seed: int, corpus: str, dialogues: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `dialogues.jsonl`: a task with its facts, and the piece."""
    for piece in islice(pieces(seed, corpus, "dialogues", TRAINED), dialogues):
        yield {
            "messages": [
                {"role": "user", "content": f"{piece.instruction}\n\n{piece.facts}"},
                {"role": "assistant", "content": piece.text},
            ]
        }
