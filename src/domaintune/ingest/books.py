"""The pure core: rows in, documents and rejects out, with books that balance."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from domaintune.core.records.document import Document
from domaintune.core.records.record import Record
from domaintune.core.records.reject import Reject
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError, InputError
from domaintune.core.tables.cells import BrokenRow
from domaintune.ingest.cleaning import Cleaner
from domaintune.ingest.raw import RawRow

RowT_contra = TypeVar("RowT_contra", bound=Record, contravariant=True)


class Sink(Protocol[RowT_contra]):
    """Takes records one by one."""

    def add(self, row: RowT_contra) -> None:
        """Take one record."""
        ...


def ingest_rows(
    rows: Iterable[RawRow | BrokenRow], cleaner: Cleaner, documents: Sink[Document], rejects: Sink[Reject]
) -> Accounts:
    """Clean all rows and return the books.

    Raises:
        InputError: there are no rows.
    """
    accounts = Accounts("ingest", cleaner.key, "records")
    for row in rows:
        accounts.rows_in += 1
        result = cleaner.clean(row)
        if isinstance(result, Document):
            accounts.kept += 1
            documents.add(result)
        else:
            accounts.lose([result])
            rejects.add(result)
    if accounts.rows_in == 0:
        raise InputError(
            f"sources.{cleaner.key} ({cleaner.source.path}): the file has columns but no records. Fetch it "
            "again, or take its entry out of `sources` in params.yaml."
        )
    accounts.extra = dict(sorted(cleaner.repairs.items()))
    accounts.check()
    return accounts


def check_gate(accounts: Accounts, cleaner: Cleaner) -> None:
    """Stop when too large a share of the records is unusable.

    Records of another agency are left out of the share: that a file holds several agencies is no fault of it.

    Raises:
        GateError: too many rejects, or nothing left.
    """
    gate = Accounts(accounts.stage, accounts.item, accounts.rows)
    gate.lost = {column: reasons.copy() for column, reasons in accounts.lost.items()}
    others = gate.lost["rejected"].pop("other_agency", 0)
    gate.rows_in, gate.kept = accounts.rows_in - others, accounts.kept
    if gate.rows_in == 0:
        found = ", ".join(f"{name!r} {n}" for name, n in cleaner.agencies.most_common(5))
        raise GateError(
            f"ingest ({accounts.item}): no record is of agency {cleaner.source.agency!r}; found {found}. In "
            f"params.yaml, write sources.{accounts.item}.agency as the file does."
        )
    gate.check_reject_fraction(cleaner.settings.max_reject_fraction)
    if accounts.kept == 0:
        raise GateError(
            f"ingest ({accounts.item}): none of {gate.rows_in} records is usable: "
            f"{dict(gate.lost['rejected'])}. Look at the file, and at sources and ingest in params.yaml."
        )
