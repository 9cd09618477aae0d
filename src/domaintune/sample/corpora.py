"""The files of each corpus: name and content, rows composed first."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.sample.params import ProjectsCorpus, TextCorpus
from domaintune.sample.prose import compose_dialogues, compose_text
from domaintune.sample.records import (
    AWARD_COLUMNS,
    PROJECT_COLUMNS,
    REFERENCE_COLUMNS,
    compose_records,
)

BYTE_ORDER_MARK = "\ufeff"


class Composed(NamedTuple):
    """File name → text, and how many rows were composed for it."""

    files: dict[str, str]
    rows: dict[str, int]


def compose(seed: int, corpus: str, wanted: ProjectsCorpus | TextCorpus) -> Composed:
    """Return a corpus of either kind."""
    if isinstance(wanted, ProjectsCorpus):
        return compose_projects_corpus(seed, corpus, wanted.projects)
    return compose_text_corpus(seed, corpus, wanted.documents, wanted.dialogues)


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


def compose_text_corpus(seed: int, corpus: str, documents: int, dialogues: int) -> Composed:
    """Return pre-training text and dialogues, about no project that a raw corpus holds."""
    return Composed(
        files={
            "text.jsonl": jsonl_text(compose_text(seed, corpus, documents)),
            "dialogues.jsonl": jsonl_text(compose_dialogues(seed, corpus, dialogues)),
        },
        rows={"text.jsonl": documents, "dialogues.jsonl": dialogues},
    )


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
