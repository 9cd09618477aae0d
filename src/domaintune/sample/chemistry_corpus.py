"""All files of a chemistry corpus."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domaintune.sample.chemistry_abstracts import compose_abstracts, compose_translations
from domaintune.sample.chemistry_documents import compose_documents, compose_long_documents
from domaintune.sample.chemistry_exams import (
    COLUMN_EXAM_COLUMNS,
    EXAM_COLUMNS,
    compose_exams,
    compose_kmmlu,
    compose_mmlu,
)
from domaintune.sample.chemistry_pairs import compose_long_pairs, compose_short_pairs
from domaintune.sample.corpora import BYTE_ORDER_MARK, Composed, csv_text, jsonl_text
from domaintune.sample.params import ChemistryCorpus


def compose_chemistry_corpus(seed: int, corpus: str, wanted: ChemistryCorpus) -> Composed:
    """Return papers, documents, question-answer sets, exams and benchmarks."""
    jsonl: Mapping[str, Sequence[Mapping[str, Any]]] = {
        "papers_ko.jsonl": compose_translations(seed, corpus, wanted.abstracts // 3),
        "qa_short.jsonl": compose_short_pairs(seed, corpus, wanted.pairs),
        "qa_long.jsonl": compose_long_pairs(seed, corpus, wanted.pairs // 2),
        "kmmlu.jsonl": compose_kmmlu(seed, corpus, wanted.mmlu // 2),
    }
    exams = compose_exams(seed, corpus, wanted.exams)
    mmlu = compose_mmlu(seed, corpus, wanted.mmlu)
    everything = [row for rows in mmlu.values() for row in rows]
    folders = {
        **compose_documents(seed, corpus, wanted.documents),
        **compose_long_documents(seed, corpus, wanted.long_documents),
    }
    files = {
        "abstracts.csv": compose_abstracts(seed, corpus, wanted.abstracts),
        **{name: jsonl_text(rows) for name, rows in jsonl.items()},
        "exam_ko.csv": BYTE_ORDER_MARK + csv_text(EXAM_COLUMNS, exams.marked, "\r\n"),
        "exam_columns.csv": csv_text(COLUMN_EXAM_COLUMNS, exams.columns, "\n"),
        "mmlu_test.csv": _headerless(everything),
        **{f"mmlu_{name}_test.csv": _headerless(rows) for name, rows in mmlu.items()},
        **folders,
    }
    rows = {
        "abstracts.csv": wanted.abstracts + 2,
        **{name: len(rows) for name, rows in jsonl.items()},
        "exam_ko.csv": len(exams.marked),
        "exam_columns.csv": len(exams.columns),
        "mmlu_test.csv": len(everything),
        **{f"mmlu_{name}_test.csv": len(rows) for name, rows in mmlu.items()},
        **dict.fromkeys(folders, 1),
    }
    return Composed(files, rows)


def _headerless(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
