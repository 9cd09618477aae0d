"""The whole reading of one source, whichever its kind."""

import logging
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
from domaintune.ingest.books import Sink, check_gate, ingest_one_by_one, ingest_rows, set_aside
from domaintune.ingest.cleaning import Cleaner
from domaintune.ingest.instructions import InstructionCleaner
from domaintune.ingest.params import Ingest
from domaintune.ingest.questions import QuestionCleaner
from domaintune.ingest.reading import read_question_rows, read_rows
from domaintune.ingest.reading_instructions import read_examples

LOG = logging.getLogger(__name__)
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
    unscorable: Sink[Question] | None = None,
) -> Accounts:
    """Read a source into records and rejects, and return the books. `unscorable`: a benchmark's rejected questions.

    Raises:
        InputError: the source cannot be read, or is empty.
        GateError: too large a share of it is unusable.
    """
    agency: str | None = None
    agencies: Counter[str] = Counter()
    if isinstance(source, QuestionSource):
        asked = QuestionCleaner(key, source)
        asked.look_ahead(read_question_rows(raw, key, source, settings))
        cells = read_question_rows(raw, key, source, settings)
        accounts = ingest_one_by_one(cells, asked, records, rejects, "records")
        if unscorable is not None:
            for question in asked.unscorable:
                unscorable.add(question)
    elif isinstance(source, InstructionSource):
        told = InstructionCleaner(key, source, settings)
        accounts = ingest_one_by_one(
            read_examples(raw, source, settings), told, records, rejects, "instances"
        )
    else:
        cleaner = Cleaner(key, source, settings)
        accounts = ingest_rows(read_rows(raw, key, source, settings), cleaner, records, rejects)
        agency, agencies = source.agency, cleaner.agencies
    for line in set_aside(accounts, agencies):
        LOG.warning("warning: %s", line)
    check_gate(accounts, settings, agency, agencies)
    return accounts
