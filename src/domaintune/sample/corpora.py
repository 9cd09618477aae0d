"""The files of each corpus: name and content, rows composed first."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.sample.chemistry_text import compose_chemistry_dialogues, compose_chemistry_text
from domaintune.sample.params import Topic
from domaintune.sample.prose import compose_dialogues, compose_text
from domaintune.sample.records import (
    AWARD_COLUMNS,
    PROJECT_COLUMNS,
    REFERENCE_COLUMNS,
    compose_records,
)
from domaintune.sample.writing_text import compose_writing_dialogues, compose_writing_text

BYTE_ORDER_MARK = "\ufeff"
Line = dict[str, Any]
Composer = Callable[[int, str, int], Iterator[Line]]
_TEXTS: Mapping[Topic, Composer] = {
    "projects": compose_text,
    "chemistry": compose_chemistry_text,
    "writing": compose_writing_text,
}
_DIALOGUES: Mapping[Topic, Composer] = {
    "projects": compose_dialogues,
    "chemistry": compose_chemistry_dialogues,
    "writing": compose_writing_dialogues,
}


class Composed(NamedTuple):
    """File name → text, and how many rows were composed for it."""

    files: dict[str, str]
    rows: dict[str, int]


def compose_projects_corpus(seed: int, corpus: str, projects: int) -> Composed:
    """Return the award export (BOM, CRLF, quoted line breaks), the mapped file and the reference export."""
    records = compose_records(seed, corpus, projects)
    return Composed(
        files={
            "awards.csv": BYTE_ORDER_MARK + csv_text(AWARD_COLUMNS, records.awards, "\r\n"),
            "projects.csv": csv_text(PROJECT_COLUMNS, records.projects, "\n"),
            "reference.csv": csv_text(REFERENCE_COLUMNS, records.reference, "\n"),
        },
        rows={
            "awards.csv": len(records.awards),
            "projects.csv": len(records.projects),
            "reference.csv": len(records.reference),
        },
    )


def compose_text_corpus(
    seed: int, corpus: str, documents: int, dialogues: int, topics: Sequence[Topic]
) -> Composed:
    """Return pre-training text and dialogues on the topics in turn, about nothing that a raw corpus holds."""
    texts = [_TEXTS[topic](seed, corpus, _share(documents, n, topics)) for n, topic in enumerate(topics)]
    talks = [_DIALOGUES[topic](seed, corpus, _share(dialogues, n, topics)) for n, topic in enumerate(topics)]
    return Composed(
        files={
            "text.jsonl": jsonl_text(_in_turn(texts, documents)),
            "dialogues.jsonl": jsonl_text(_in_turn(talks, dialogues)),
        },
        rows={"text.jsonl": documents, "dialogues.jsonl": dialogues},
    )


def _share(count: int, place: int, topics: Sequence[Topic]) -> int:
    return len(range(place, count, len(topics)))


def _in_turn(lines: Sequence[Iterator[Line]], count: int) -> Iterator[Line]:
    return (next(lines[n % len(lines)]) for n in range(count))


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]], line_end: str) -> str:
    """Return CSV with the header and line ends the export uses; cells with line breaks are quoted."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=list(columns), lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def jsonl_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return one JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
