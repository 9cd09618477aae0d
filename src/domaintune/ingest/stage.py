"""The whole reading of one source, whichever its kind."""

from collections import Counter
from pathlib import Path
from typing import Any

from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.record import Record
from domaintune.core.stage.reject import Reject
from domaintune.ingest.books import Sink, check_gate, ingest_questions, ingest_rows
from domaintune.ingest.cleaning import Cleaner
from domaintune.ingest.params import Ingest
from domaintune.ingest.questions import QuestionCleaner
from domaintune.ingest.reading import read_question_rows, read_rows

RECORDS: dict[str, type[Record]] = {"documents": Document, "questions": Question}
"""What a source of each kind becomes."""


def ingest(
    raw: Path,
    key: str,
    source: Source | QuestionSource,
    settings: Ingest,
    *,
    records: Sink[Any],
    rejects: Sink[Reject],
) -> Accounts:
    """Read a source into records and rejects, and return the books.

    Raises:
        InputError: the source cannot be read, or is empty.
        GateError: too large a share of it is unusable.
    """
    if isinstance(source, QuestionSource):
        asked = QuestionCleaner(key, source)
        accounts = ingest_questions(read_question_rows(raw, key, source, settings), asked, records, rejects)
        check_gate(accounts, settings, None, Counter())
        return accounts
    cleaner = Cleaner(key, source, settings)
    accounts = ingest_rows(read_rows(raw, key, source, settings), cleaner, records, rejects)
    check_gate(accounts, settings, source.agency, cleaner.agencies)
    return accounts
