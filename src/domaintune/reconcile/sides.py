"""The two sides of a comparison, brought to one shape: a row a record, a key, and text values."""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from domaintune.core.records.document import Document
from domaintune.core.sections.data import Reference
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.core.tables.opening import absent_columns, check_columns, open_table
from domaintune.science.matching import fact

LOG = logging.getLogger(__name__)
KEY_SEPARATOR = " | "
MAX_CHARS = 1_000_000
"""Of a record of the reference; a longer one is reported as `too_long`."""


class Side:
    """Records with a key of their own, and those that could not be used; the place of a document is its id."""

    def __init__(self, name: str, item: str) -> None:
        self.name, self.item, self.rows = name, item, 0
        self.entries: dict[str, Cells] = {}
        self.rejects: list[Reject] = []

    def add(self, entry: Cells, key: str) -> None:
        """Keep the first record of each key; later ones and those without a key are reported."""
        self.rows += 1
        if not key:
            self.lose(entry, f"no_key_in_{self.name}", "key is empty")
        elif before := self.entries.get(key):
            self.lose(entry, f"duplicate_key_in_{self.name}", f"key {key!r} was at {before.place} before")
        else:
            self.entries[key] = entry

    def lose(self, entry: Cells, reason: str, detail: str) -> None:
        """Report a record that could not be used."""
        row = {"side": self.name, "place": entry.place, **entry.values}
        raw, name = json.dumps(row, ensure_ascii=False), content_id(self.item, self.name, entry.place)
        kind = "duplicate" if reason.startswith("duplicate") else "rejected"
        self.rejects.append(Reject.of("reconcile", name, reason, detail, raw, kind=kind))

    def lose_unmatched(self, other: "Side") -> None:
        """Report the records whose key the other side does not have."""
        for key, entry in self.entries.items():
            if key not in other.entries:
                self.lose(entry, f"only_in_{self.name}", f"key {key!r}")


def read_documents(documents: Sequence[Document], settings: Reference, item: str) -> Side:
    """Return our side, in order of id; refuse fields that no document has, and name those that exist."""
    side, known = Side("documents", item), set[str]()
    for document in sorted(documents, key=lambda one: one.id):
        fields = _fields(document)
        known.update(fields)
        side.add(Cells(document.id, fields), _key(fields, settings.key))
    missing = sorted({*settings.key, *settings.fields} - known)
    if documents and missing:
        raise InputError(
            f"params.yaml: references.{item}: no document has the fields {missing}; they have "
            f"{sorted(known)}. Correct key and fields of references.{item}."
        )
    return side


def read_reference(path: Path, settings: Reference, item: str) -> Side:
    """Return the other export's side under our field names, in the file's order; refuse one that lacks a column."""
    table, side = open_table(path, MAX_CHARS, "; "), Side("reference", item)
    needed = tuple(dict.fromkeys([*settings.key.values(), *settings.fields.values()]))
    check_columns(path, f"references.{item}", needed, table.columns)
    absent: Counter[str] = Counter()
    for record in table.records:
        if isinstance(record, BrokenRow):
            side.rows += 1
            entry = Cells(record.place, {"text": record.text})
            side.lose(entry, record.reason, f"{record.place}: {record.detail}")
            continue
        absent.update(filter(None, [absent_columns(record, needed)]))
        keys = {name: record.cell(column) for name, column in settings.key.items()}
        values = {name: record.cell(column) for name, column in settings.fields.items()}
        side.add(Cells(record.place, values), _key(keys, settings.key))
    for detail, count in absent.items():
        LOG.warning("warning: reconcile (%s): %s: %d records", item, detail, count)
    return side


def _fields(document: Document) -> dict[str, str]:
    return {
        "native_id": document.native_id,
        "title": document.title,
        "text": document.text,
        "keywords": "; ".join(document.keywords),
        **{section.name: section.text for section in document.sections},
        **{attribute.name: attribute.value for attribute in document.attributes},
    }


def _key(values: Mapping[str, str], key: Iterable[str]) -> str:
    """Join the key's parts in small letters; empty when one of them is."""
    parts = [fact(values.get(name, "")).casefold() for name in key]
    return KEY_SEPARATOR.join(parts) if all(parts) else ""
