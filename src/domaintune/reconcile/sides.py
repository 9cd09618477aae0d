"""The two sides of a comparison, brought to one shape: a row a record, a key, and text values."""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

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


class Entry(NamedTuple):
    """One record of a side."""

    place: str
    """Document id, or where it stands in the reference."""
    key: str
    values: Mapping[str, str]


class Side(NamedTuple):
    """Records with a key of their own, and those that could not be used."""

    entries: dict[str, Entry]
    rows: int
    rejects: list[Reject]


def read_documents(documents: Sequence[Document], settings: Reference, item: str) -> Side:
    """Return our side, in order of id.

    Raises:
        InputError: no document has a field that is asked for; those that exist are named.
    """
    wanted = sorted({*settings.key, *settings.fields})
    rows = sorted(((d.id, _fields(d)) for d in documents), key=lambda row: row[0])
    known = {name for _, fields in rows for name in fields}
    if rows and (missing := [name for name in wanted if name not in known]):
        raise InputError(
            f"params.yaml: references.{item}: no document has the fields {missing}; they have "
            f"{sorted(known)}. Correct key and fields of references.{item}."
        )
    entries = (Entry(place, _key(fields, settings.key), fields) for place, fields in rows)
    return _side(entries, [], "documents", item)


def open_reference(path: Path, settings: Reference, item: str) -> Iterable[Cells | BrokenRow]:
    """Open the other export.

    Raises:
        InputError: it cannot be read, or lacks a column that is asked for.
    """
    table = open_table(path, MAX_CHARS, "; ")
    needed = tuple(dict.fromkeys([*settings.key.values(), *settings.fields.values()]))
    check_columns(path, f"references.{item}", needed, table.columns)
    return table.records


def read_reference(records: Iterable[Cells | BrokenRow], settings: Reference, item: str) -> Side:
    """Return the other side under our field names, in the file's order."""
    broken: list[Reject] = []
    needed = (*settings.key.values(), *settings.fields.values())
    absent: Counter[str] = Counter()

    def entries() -> Iterable[Entry]:
        for record in records:
            if isinstance(record, BrokenRow):
                detail = f"{record.place}: {record.detail}"
                row = Entry(record.place, "", {"text": record.text})
                broken.append(_reject(item, "reference", row, record.reason, detail))
                continue
            absent.update(filter(None, [absent_columns(record, needed)]))
            keys = {name: record.values.get(column, "") for name, column in settings.key.items()}
            values = {name: record.values.get(column, "") for name, column in settings.fields.items()}
            yield Entry(record.place, _key(keys, settings.key), values)

    side = _side(entries(), broken, "reference", item)
    for detail, count in absent.items():
        LOG.warning("warning: reconcile (%s): %s: %d records", item, detail, count)
    return side


def unmatched(side: Side, other: Side, name: str, item: str) -> list[Reject]:
    """Return the records whose key the other side does not have."""
    return [
        _reject(item, name, entry, f"only_in_{name}", f"key {key!r}")
        for key, entry in side.entries.items()
        if key not in other.entries
    ]


def _side(entries: Iterable[Entry], broken: list[Reject], name: str, item: str) -> Side:
    """Keep the first record of each key; later ones and those without a key are reported."""
    kept: dict[str, Entry] = {}
    rejects: list[Reject] = []
    rows = 0
    for entry in entries:
        rows += 1
        if not entry.key:
            rejects.append(_reject(item, name, entry, f"no_key_in_{name}", "key is empty"))
        elif entry.key in kept:
            detail = f"key {entry.key!r} was at {kept[entry.key].place} before"
            rejects.append(_reject(item, name, entry, f"duplicate_key_in_{name}", detail))
        else:
            kept[entry.key] = entry
    return Side(kept, rows + len(broken), [*rejects, *broken])


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


def _reject(item: str, side: str, entry: Entry, reason: str, detail: str) -> Reject:
    raw = json.dumps({"side": side, "place": entry.place, **entry.values}, ensure_ascii=False)
    kind = "duplicate" if reason.startswith("duplicate") else "rejected"
    return Reject.of("reconcile", content_id(item, side, entry.place), reason, detail, raw, kind=kind)
