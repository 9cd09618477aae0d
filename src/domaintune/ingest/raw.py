"""The shape that all formats share."""

from collections.abc import Mapping
from typing import NamedTuple


class RawRow(NamedTuple):
    """One record, not repaired and not checked."""

    place: str
    """Where it is, e.g. `line 12`."""
    native_id: str
    title: str
    text: str
    agency: str
    keywords: tuple[str, ...]
    sections: Mapping[str, str]
    attributes: Mapping[str, str]
    values: Mapping[str, str]
    """The record as read, for quarantine."""
    licence: str = ""
    """The record's own; empty: the source's."""
    pages: tuple[str, ...] = ()
    """The text page by page where it has pages; `text` is empty then."""
    file: str = ""
    """Its file's name within the folder, where a folder of tables is read."""
