"""Records that are lost: what is kept of them, and ids that were kept before."""

import json
import sqlite3
from collections.abc import Mapping

from domaintune.core.stage.accounting import Loss, Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import BrokenRow


def reject(key: str, place: str, values: Mapping[str, str], loss: Loss) -> Reject:
    """Name a lost record by its place in the file: its own id may be missing or taken."""
    raw, detail = json.dumps(dict(values), ensure_ascii=False), f"{place}: {loss.detail}"
    kind = "duplicate" if loss.reason.startswith("duplicate") else "rejected"
    return Reject.of("ingest", content_id(key, place), loss.reason, detail, raw, kind=kind)


def reject_broken(key: str, row: BrokenRow) -> Reject:
    """Return the reject of a record that could not be read."""
    return reject(key, row.place, {"text": row.text}, Loss(row.reason, row.detail))


class Seen:
    """The ids of one source's kept records, in a temporary database: millions of them take no memory."""

    def __init__(self, key: str, column: str | None) -> None:
        self._key, self._column = key, column
        self._kept = sqlite3.connect("")  # a file without name, removed with the process
        self._kept.execute("PRAGMA journal_mode = OFF")
        self._kept.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, file TEXT, place TEXT, text TEXT)")

    def check(self, native_id: str, place: str, text: str, file: str = "") -> str | Loss:
        """Remember a new id and return it; of one that was kept before, say where, and what to do about it.

        `text` is a hash of the record's text: the same id with another text means that the column does not name
        records, which would lose all but one of each id. Such a record is rejected, and so counts in the gate. Where
        the other text stands in another file of a folder, each file names its own records, and the id returned is
        told apart by the file.

        Raises:
            InputError: the disk is full.
        """
        name = int(content_id(self._key, native_id), 16) - 2**63  # SQLite's integers have a sign
        try:
            added = self._kept.execute(
                "INSERT OR IGNORE INTO kept VALUES (?, ?, ?, ?)", (name, file, place, text)
            )
        except sqlite3.Error as error:
            raise InputError(
                f"sources.{self._key}: the ids seen cannot be written to a temporary file ({error}). Free some space "
                "in the temporary folder, or set SQLITE_TMPDIR to one with space; nothing was half-written."
            ) from error
        if added.rowcount == 1:
            return native_id
        row = self._kept.execute("SELECT file, place, text FROM kept WHERE id = ?", (name,)).fetchone()
        first_file, first_place, first_text = map(str, row)
        first = f"id {native_id!r} was kept before ({first_place})"
        if first_text == text:
            return Loss("duplicate_id", f"{first}, with the same text")
        if file and file != first_file:
            return self.check(f"{file}#{native_id}", place, text)
        hint = (
            f"; if column {self._column!r} does not name single records, set sources.{self._key}.columns.id to "
            "another column or to null"
            if self._column
            else ""
        )
        return Loss("id_of_another_text", f"{first}, with another text{hint}")
