"""Reading one source, whichever its kind: rows in, records and rejects out, with accounts that balance."""

import json
import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domaintune.core.frames import Record
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import GateError, InputError
from domaintune.core.stage.files import content_id
from domaintune.core.stage.progress import track
from domaintune.core.tables.cells import BrokenRow
from domaintune.ingest.documents import Cleaner
from domaintune.ingest.fields import RowError
from domaintune.ingest.instructions import InstructionCleaner
from domaintune.ingest.params import Ingest
from domaintune.ingest.questions import QuestionCleaner
from domaintune.ingest.raw_instruction import Example
from domaintune.ingest.reading import MISSING, read_examples, read_question_rows, read_rows
from domaintune.ingest.spool import Spool

LOG = logging.getLogger(__name__)
RECORDS: dict[str, type[Record]] = {"documents": Document, "questions": Question, "instructions": Instruction}
"""What a source of each kind becomes."""
OTHERS = ("other_agency", "hidden_file", "unknown_format")
"""Reasons for which a record is not counted in `max_reject_fraction`: that it is there is no fault of the source."""
LARGE_SHARE = 0.1
"""Share of records set aside from which a person is warned."""


def ingest(
    raw: Path,
    key: str,
    source: Source | QuestionSource | InstructionSource,
    settings: Ingest,
    *,
    records: Spool[Any],
    rejects: Spool[Any],
    unscorable: Spool[Any] | None = None,
) -> Accounts:
    """Read a source into records and rejects, and return the accounts; `unscorable`: questions of a benchmark."""
    agency: str | None = None
    agencies: Counter[str] = Counter()
    if isinstance(source, QuestionSource):
        asked = QuestionCleaner(key, source)
        asked.look_ahead(read_question_rows(raw, key, source, settings))
        cells = read_question_rows(raw, key, source, settings)
        accounts = _clean(cells, asked, records, rejects, "records")
        if unscorable is not None:
            for question in asked.unscorable:
                unscorable.add(question)
    elif isinstance(source, InstructionSource):
        told = InstructionCleaner(key, source, settings)
        accounts = _clean(read_examples(raw, source, settings), told, records, rejects, "instances")
    else:
        cleaner = Cleaner(key, source, settings)
        accounts = _clean(read_rows(raw, key, source, settings), cleaner, records, rejects, "records")
        if source.chunks:
            accounts.parts["chunks"] = chunks = Accounts("ingest", key, "chunks", cleaner.chunks)
            chunks.extra = {"cut_sentences": cleaner.cut_sentences}
        agency, agencies = source.agency, cleaner.agencies
    _tell_set_aside(accounts, agencies)
    _check_gate(accounts, settings, agency, agencies)
    return accounts


def _clean(
    rows: Iterable[Any],
    cleaner: Cleaner | QuestionCleaner | InstructionCleaner,
    kept: Spool[Any],
    rejects: Spool[Any],
    unit: str,
) -> Accounts:
    """Clean all rows and return the accounts; `unit` names the rows."""
    accounts = Accounts("ingest", cleaner.key, unit)
    files: Counter[str] = Counter()
    lacking: Counter[tuple[str, str]] = Counter()
    for row in track(rows, None, unit):
        accounts.rows_in += 1
        files[file := row.place.rpartition(": ")[0]] += 1
        try:
            if isinstance(row, BrokenRow):
                raise RowError(row.reason, row.detail)
            for record in cleaner.clean(row):
                kept.add(record)
            accounts.kept += 1
        except RowError as error:
            if missing := _missing(row, file, error):
                lacking[file, missing] += 1
            lost = _reject(cleaner.key, row, error)
            accounts.lose([lost])
            rejects.add(lost)
    for (file, detail), count in lacking.items():
        LOG.warning("warning: ingest (%s): %s: %d of %d rows", cleaner.key, detail, count, files[file])
    if accounts.rows_in == 0:
        raise InputError(
            f"sources.{accounts.item} ({cleaner.source.path}): the file has columns but no records. Fetch it "
            "again, or take its entry out of `sources` in params.yaml."
        )
    accounts.extra = dict(cleaner.counts)
    accounts.check()
    return accounts


def _reject(key: str, row: Any, error: RowError) -> Reject:
    """Name a lost record by its place in the file: its own id may be missing or taken."""
    if isinstance(row, BrokenRow):
        values = {"text": row.text}
    else:
        values = row.shown() if isinstance(row, Example) else dict(row.values)
    raw, detail = json.dumps(values, ensure_ascii=False), f"{row.place}: {error.detail}"
    kind = "duplicate" if error.reason.startswith("duplicate") else "rejected"
    return Reject.of("ingest", content_id(key, row.place), error.reason, detail, raw, kind=kind)


def _missing(row: Any, file: str, error: RowError) -> str | None:
    """Say which column or field a record of a folder has not that its format needs."""
    if file and isinstance(row, Example) and error.reason == "missing_field":
        return f"{file}: {error.detail.partition(';')[0]}"
    return error.detail if error.reason == MISSING else None


def _tell_set_aside(accounts: Accounts, agencies: Counter[str]) -> None:
    """Say what a person must be told of records that went without counting as faults."""
    seen = ", ".join(f"{name[:80]!r} {n}" for name, n in agencies.most_common(5))
    told = {
        "other_agency": f"are of another agency and were left out (other_agency). Seen: {seen}. Correct "
        f"sources.{accounts.item}.agency, or set it to null to keep all.",
        "unknown_format": "are of a kind that is not read (unknown_format): `domaintune show` names them.",
        "unreadable_file": "stand for whole files that could not be read (unreadable_file), whatever they hold: "
        "`domaintune show` names them.",
        "id_of_another_text": "were lost because their id was kept before with another text (id_of_another_text). If "
        f"sources.{accounts.item}.columns.id does not name single records, set it to another column or to null.",
    }
    least = {"id_of_another_text": 0.0, "unreadable_file": 0.0}
    for reason, what in told.items():
        count, among = accounts.lost["rejected"][reason], f"{accounts.rows_in} {accounts.rows}"
        if count > least.get(reason, LARGE_SHARE) * accounts.rows_in:
            LOG.warning("warning: ingest (%s): %d of %s %s", accounts.item, count, among, what)


def _check_gate(accounts: Accounts, settings: Ingest, agency: str | None, agencies: Counter[str]) -> None:
    """Stop when too large a share of the records is unusable."""
    lost = accounts.lost["rejected"]
    rows_in = accounts.rows_in - sum(lost[reason] for reason in OTHERS)
    if rows_in == 0 and agency is not None:
        found = ", ".join(f"{name!r} {n}" for name, n in agencies.most_common(5))
        raise GateError(
            f"ingest ({accounts.item}): no record is of agency {agency!r}; found {found}. In "
            f"params.yaml, write sources.{accounts.item}.agency as the file does."
        )
    taken = lost["id_of_another_text"]
    if taken > settings.max_reject_fraction * rows_in:
        raise GateError(
            f"ingest ({accounts.item}): {taken} of {rows_in} {accounts.rows} have the id of a record with another "
            f"text, so the column named in sources.{accounts.item}.columns.id does not name single records. Set it to "
            "another column or to null (then a hash of the text is the id). Nothing was written."
        )
    accounts.check_reject_fraction(settings.max_reject_fraction, OTHERS)
    if accounts.kept == 0:
        raise GateError(
            f"ingest ({accounts.item}): none of {accounts.rows_in} records is usable: "
            f"{dict(lost)}. Look at the file, and at sources and ingest in params.yaml."
        )
