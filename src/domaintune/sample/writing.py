"""A set of writing tasks whose answers are good and poor, and questions in the categories of both kinds."""

import re
from collections.abc import Callable, Iterator

from domaintune.core.seeds import derive
from domaintune.sample.corpora import Composed, jsonl_text
from domaintune.sample.params import WritingCorpus
from domaintune.sample.writing_pieces import ASKED, TRAINED, Piece, pieces

Row = dict[str, str]
BARE = "네, 말씀하신 대로 글을 썼습니다."
_SENTENCE = re.compile(r"[^.\n]+[.\n]?")


def compose_writing(seed: int, corpus: str, wanted: WritingCorpus) -> Composed:
    """Return `writing_ko.jsonl` and `evaluation_ko.jsonl` in Dolly's shape; no task stands in both."""
    stream = pieces(seed, corpus, "training", TRAINED)
    good = [next(stream) for _ in range(wanted.good)]
    seen = {piece.facts for piece in good}
    rows = [_row(piece, piece.text) for piece in good]
    others = pieces(seed, corpus, "off topic", (*TRAINED[1:], TRAINED[0]))
    for number in range(wanted.poor):
        piece, other = next(stream), next(others)
        seen.add(piece.facts)
        spoil = SPOILT[(number + number // len(TRAINED)) % len(SPOILT)]  # every way in every category
        rows.append(_row(piece, spoil(piece, other)))
    rng = derive(seed, "sample", corpus, "writing", "order")
    mixed = [rows[int(at)] for at in rng.permutation(len(rows))]
    held_out = _unseen(pieces(seed, corpus, "held out", ASKED), seen, wanted.evaluation)
    return Composed(
        files={
            "writing_ko.jsonl": jsonl_text(mixed),
            "evaluation_ko.jsonl": jsonl_text(_row(piece, piece.text) for piece in held_out),
        },
        rows={"writing_ko.jsonl": len(mixed), "evaluation_ko.jsonl": len(held_out)},
    )


def _unseen(stream: Iterator[Piece], seen: set[str], count: int) -> list[Piece]:
    found: list[Piece] = []
    for piece in stream:
        if len(found) == count:
            break
        if piece.facts not in seen:
            found.append(piece)
    return found


def _row(piece: Piece, response: str) -> Row:
    return {
        "instruction": piece.instruction,
        "context": piece.facts,
        "response": response,
        "category": piece.category,
    }


def _truncated(piece: Piece, _: Piece) -> str:
    return piece.text[: len(piece.text) // 3].rstrip(" .")


def _off_topic(_: Piece, other: Piece) -> str:
    return other.text


def _bare(*_: Piece) -> str:
    return BARE


def _looping(piece: Piece, _: Piece) -> str:
    first = _SENTENCE.findall(piece.text)[0].strip()
    return " ".join([first] * 5)


SPOILT: tuple[Callable[[Piece, Piece], str], ...] = (_truncated, _off_topic, _bare, _looping)
"""How the answers of poor rows are spoilt, in turn."""
