"""The whole reading of one source, whichever its kind."""

from collections import Counter
from pathlib import Path
from typing import Any

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.record import Record
from domaintune.core.stage.reject import Reject
from domaintune.ingest.books import Sink, check_gate, ingest_one_by_one, ingest_rows
from domaintune.ingest.cleaning import Cleaner
from domaintune.ingest.instructions import InstructionCleaner
from domaintune.ingest.params import Ingest
from domaintune.ingest.questions import QuestionCleaner
from domaintune.ingest.reading import read_question_rows, read_rows
from domaintune.ingest.reading_instructions import read_examples

RECORDS: dict[str, type[Record]] = {"documents": Document, "questions": Question, "instructions": Instruction}
"""What a source of each kind becomes."""


def ingest(
    raw: Path,
    key: str,
    source: Source | QuestionSource | InstructionSource,
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
        cells = read_question_rows(raw, key, source, settings)
        accounts = ingest_one_by_one(cells, asked, records, rejects, "records")
        check_gate(accounts, settings, None, Counter())
        return accounts
    if isinstance(source, InstructionSource):
        told = InstructionCleaner(key, source, settings)
        accounts = ingest_one_by_one(
            read_examples(raw, source, settings), told, records, rejects, "instances"
        )
        check_gate(accounts, settings, None, Counter())
        return accounts
    cleaner = Cleaner(key, source, settings)
    accounts = ingest_rows(read_rows(raw, key, source, settings), cleaner, records, rejects)
    check_gate(accounts, settings, source.agency, cleaner.agencies)
    return accounts
