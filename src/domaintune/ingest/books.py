"""The pure core: rows in, records and rejects out, with books that balance."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

from domaintune.core.records.document import Document
from domaintune.core.sections.sources import InstructionSource, QuestionSource
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError, InputError
from domaintune.core.stage.record import Record
from domaintune.core.stage.reject import Reject
from domaintune.core.tables.cells import BrokenRow
from domaintune.ingest.cleaning import Cleaner
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw import RawRow

OTHERS = ("other_agency", "hidden_file", "unknown_format")
"""Reasons for which a record is not counted in `max_reject_fraction`."""
LARGE_SHARE = 0.1
"""Share of records set aside from which a person is warned."""
RowT = TypeVar("RowT")
RowT_contra = TypeVar("RowT_contra", contravariant=True)
KeptT = TypeVar("KeptT", bound=Record)
KeptT_co = TypeVar("KeptT_co", bound=Record, covariant=True)


class Sink(Protocol[RowT_contra]):
    """Takes records one by one."""

    def add(self, row: RowT_contra) -> None:
        """Take one record."""
        ...


class RowCleaner(Protocol[RowT_contra, KeptT_co]):
    """Turns rows into records one by one, and counts what it repairs."""

    key: str
    counts: Counter[str]

    @property
    def source(self) -> QuestionSource | InstructionSource:
        """The entry it reads."""
        ...

    def clean(self, row: RowT_contra) -> KeptT_co | Reject:
        """Return the row's record, or why there is none."""
        ...


def ingest_rows(
    rows: Iterable[RawRow | BrokenRow], cleaner: Cleaner, documents: Sink[Document], rejects: Sink[Reject]
) -> Accounts:
    """Clean all rows and return the books.

    Raises:
        InputError: there are no rows.
    """
    accounts = Accounts("ingest", cleaner.key, "records")
    chunks = Accounts("ingest", cleaner.key, "chunks")
    for row in rows:
        accounts.rows_in += 1
        result = cleaner.clean(row)
        if isinstance(result, Reject):
            accounts.lose([result])
            rejects.add(result)
            continue
        accounts.kept += 1
        for document in result:
            chunks.rows_in, chunks.kept = chunks.rows_in + 1, chunks.kept + 1
            documents.add(document)
    check_not_empty(accounts, cleaner.source.path)
    accounts.extra = dict(sorted(cleaner.repairs.items()))
    if cleaner.source.chunks:
        chunks.extra = {"cut_sentences": cleaner.cut_sentences}
        accounts.parts["chunks"] = chunks
    accounts.check()
    return accounts


def ingest_one_by_one(
    rows: Iterable[RowT],
    cleaner: RowCleaner[RowT, KeptT],
    kept: Sink[KeptT],
    rejects: Sink[Reject],
    unit: str,
) -> Accounts:
    """Clean all rows of a set in which one row becomes one record, and return the books. `unit` names the rows.

    Raises:
        InputError: there are no rows.
    """
    accounts = Accounts("ingest", cleaner.key, unit)
    for row in rows:
        accounts.rows_in += 1
        result = cleaner.clean(row)
        if isinstance(result, Reject):
            accounts.lose([result])
            rejects.add(result)
        else:
            accounts.kept += 1
            kept.add(result)
    check_not_empty(accounts, cleaner.source.path)
    accounts.extra = dict(sorted(cleaner.counts.items()))
    accounts.check()
    return accounts


def check_not_empty(accounts: Accounts, path: str) -> None:
    """Stop when nothing came in.

    Raises:
        InputError: naming the source.
    """
    if accounts.rows_in == 0:
        raise InputError(
            f"sources.{accounts.item} ({path}): the file has columns but no records. Fetch it "
            "again, or take its entry out of `sources` in params.yaml."
        )


def set_aside(accounts: Accounts, agencies: Counter[str]) -> list[str]:
    """Return what a person must be told of records that went without counting as faults, largest share first."""
    lost = accounts.lost["rejected"]
    told = []
    if (others := lost["other_agency"]) > LARGE_SHARE * accounts.rows_in:
        seen = ", ".join(f"{name[:80]!r} {n}" for name, n in agencies.most_common(5))
        told.append(
            f"{others} of {accounts.rows_in} {accounts.rows} are of another agency and were left out (other_agency). "
            f"Seen: {seen}. Correct sources.{accounts.item}.agency, or set it to null to keep all."
        )
    if taken := lost["id_of_another_text"]:
        told.append(
            f"{taken} of {accounts.rows_in} {accounts.rows} were lost because their id was kept before with another "
            f"text (id_of_another_text). If sources.{accounts.item}.columns.id does not name single records, set it to "
            "another column or to null."
        )
    return [f"ingest ({accounts.item}): {text}" for text in told]


def check_gate(accounts: Accounts, settings: Ingest, agency: str | None, agencies: Counter[str]) -> None:
    """Stop when too large a share of the records is unusable.

    Records of another agency, and files of another kind in a folder of texts, are left out of the share: that they
    are there is no fault of the source.

    Raises:
        GateError: too many rejects, or nothing left.
    """
    gate = Accounts(accounts.stage, accounts.item, accounts.rows)
    gate.lost = {column: reasons.copy() for column, reasons in accounts.lost.items()}
    others = sum(gate.lost["rejected"].pop(reason, 0) for reason in OTHERS)
    gate.rows_in, gate.kept = accounts.rows_in - others, accounts.kept
    if gate.rows_in == 0 and agency is not None:
        found = ", ".join(f"{name!r} {n}" for name, n in agencies.most_common(5))
        raise GateError(
            f"ingest ({accounts.item}): no record is of agency {agency!r}; found {found}. In "
            f"params.yaml, write sources.{accounts.item}.agency as the file does."
        )
    taken = gate.lost["rejected"]["id_of_another_text"]
    if taken > settings.max_reject_fraction * gate.rows_in:
        raise GateError(
            f"ingest ({accounts.item}): {taken} of {gate.rows_in} {accounts.rows} have the id of a record with another "
            f"text, so the column named in sources.{accounts.item}.columns.id does not name single records. Set it to "
            "another column or to null (then a hash of the text is the id). Nothing was written."
        )
    gate.check_reject_fraction(settings.max_reject_fraction)
    if accounts.kept == 0:
        raise GateError(
            f"ingest ({accounts.item}): none of {accounts.rows_in} records is usable: "
            f"{dict(accounts.lost['rejected'])}. Look at the file, and at sources and ingest in params.yaml."
        )
