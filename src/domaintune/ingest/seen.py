"""Remembering which ids were kept, and telling a repeated record from a column that names none."""

from typing import NamedTuple


class _Kept(NamedTuple):
    place: str
    text: str


class Twice(NamedTuple):
    """Why a record whose id was kept before is lost."""

    kind: str
    reason: str
    detail: str


class Seen:
    """The ids of one source's kept records."""

    def __init__(self, key: str, column: str | None) -> None:
        self._key, self._column = key, column
        self._kept: dict[str, _Kept] = {}

    def check(self, record_id: str, native_id: str, place: str, text: str) -> Twice | None:
        """Remember a new id; of one that was kept before, say where, and what to do about it.

        `text` is a hash of the record's text: the same id with another text means that the column does not name
        records, which would lose all but one of each id. Such a record is rejected, and so counts in the gate.
        """
        before = self._kept.setdefault(record_id, _Kept(place, text))
        if before.place == place:
            return None
        first = f"id {native_id!r} was kept before ({before.place})"
        if before.text == text:
            return Twice("duplicate", "duplicate_id", f"{first}, with the same text")
        hint = (
            f"; if column {self._column!r} does not name single records, set sources.{self._key}.columns.id to "
            "another column or to null"
            if self._column
            else ""
        )
        return Twice("rejected", "id_of_another_text", f"{first}, with another text{hint}")
