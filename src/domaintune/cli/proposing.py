"""Looking at a raw file and proposing its entry for `sources`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from domaintune.core.sections.sources import ColumnMapping, Source
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import Cells, Table
from domaintune.core.tables.json_rows import read_json_array
from domaintune.core.tables.opening import open_table
from domaintune.ingest.from_techport import ARRAY
from domaintune.ingest.reading import SHAPES

SAMPLE_ROWS = 500
MAX_CHARS = 1_000_000
ALIKE = 85.0
"""Similarity 0–100 of a column's name to a known name from which it is proposed."""
KNOWN = {
    "id": ("id", "identifier", "record id", "award id", "project id", "document id", "doi", "link", "url"),
    "title": ("title", "award title", "project title", "paper title", "name", "제목", "과제명"),
    "text": (
        "abstract",
        "text",
        "description",
        "summary",
        "project summary",
        "body",
        "content",
        "초록",
        "내용",
    ),
    "keywords": ("keywords", "keyword", "tags", "subject terms", "키워드"),
    "agency": ("agency", "funding agency", "awarding agency"),
    "nasa_applications": ("nasa applications", "potential nasa applications", "nasa commercial applications"),
    "non_nasa_applications": ("non nasa applications", "potential non nasa applications"),
    "firm": ("firm", "firm name", "company", "company name", "recipient name", "organization", "기관명"),
    "program": ("program", "program type"),
    "phase": ("phase",),
    "year": ("year", "award year", "fiscal year", "연도"),
    "amount": ("amount", "award amount", "obligated amount", "funding"),
    "contract": ("contract", "contract number", "contract num", "contract id"),
}
SECTIONS = ("nasa_applications", "non_nasa_applications")
ATTRIBUTES = ("firm", "program", "phase", "year", "amount", "contract")
SEPARATORS = (";", "|", ",")


Rows = Sequence[Mapping[str, str]]


class Proposal(NamedTuple):
    """An entry, and what a person should look at."""

    entry: Source
    notes: list[str]


def propose(path: Path) -> Proposal:
    """Recognise a known export by its columns, or else propose a column mapping.

    Raises:
        InputError: the file cannot be read, or no column looks like a title or a text.
    """
    table = _open(path)
    rows = [record.values for record in islice(table.records, SAMPLE_ROWS) if isinstance(record, Cells)]
    if not rows:
        raise InputError(f"{path}: no readable record among the first {SAMPLE_ROWS}; nothing to propose.")
    name = _known_format(path, table.columns)
    mapping = None if name else _mapping(path, table.columns, rows)
    notes = [f"format: {name or 'columns, mapped by the names of the columns'}"]
    if name is None and mapping is not None:
        used = _used(mapping)
        notes.append(f"left out: {', '.join(c for c in table.columns if c not in used) or 'nothing'}")
    notes += _agencies(rows, mapping)
    notes.append("licence: write what the source states; it goes into every row and the model card")
    entry = Source.model_validate(
        {
            "path": path.as_posix(),
            "kind": "documents",
            "format": name or "columns",
            "agency": None,
            "language": _language(rows),
            "licence": "unknown",
            "columns": mapping,
        }
    )
    return Proposal(entry, notes)


def _open(path: Path) -> Table:
    if path.suffix == ".json":
        return read_json_array(path, ARRAY, MAX_CHARS)
    return open_table(path, MAX_CHARS, "; ")


def _known_format(path: Path, columns: Sequence[str]) -> str | None:
    if path.suffix == ".json":
        return "techport"
    tables = (name for name in SHAPES if name != "techport")
    return next((name for name in tables if set(SHAPES[name].columns) <= set(columns)), None)


def _mapping(path: Path, columns: Sequence[str], rows: Rows) -> ColumnMapping:
    found = match_names(columns)
    if "text" not in found and (longest := _longest(columns, rows, set(found.values()))):
        found["text"] = longest
    if missing := [name for name in ("title", "text") if name not in found]:
        raise InputError(
            f"{path}: no column looks like {' or '.join(missing)}; the file has {list(columns)}. Write the "
            "entry into `sources` in params.yaml by hand, with format: columns."
        )
    if "id" in found and not _unique(row.get(found["id"], "") for row in rows):
        del found["id"]
    return ColumnMapping(
        id=found.get("id"),
        title=found["title"],
        text=found["text"],
        keywords=found.get("keywords"),
        keyword_separator=_separator(rows, found.get("keywords")),
        sections={name: found[name] for name in SECTIONS if name in found},
        attributes={name: found[name] for name in ATTRIBUTES if name in found},
        agency=found.get("agency"),
    )


def match_names(columns: Sequence[str]) -> dict[str, str]:
    """Give each field the column with the most similar name, best pairs first, no column twice."""
    pairs = [
        (max(fuzz.ratio(_plain(column), name) for name in names), -order, field, column)
        for order, column in enumerate(columns)
        for field, names in KNOWN.items()
    ]
    found: dict[str, str] = {}
    for score, _, field, column in sorted(pairs, reverse=True):
        if score >= ALIKE and field not in found and column not in found.values():
            found[field] = column
    return found


def _plain(column: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.sub(r"[\W_]+", " ", spaced).strip().casefold()


def _longest(columns: Sequence[str], rows: Rows, used: set[str]) -> str | None:
    """Return the column with the longest texts, if they are texts: 100 characters a row or more."""
    lengths = {c: sum(len(row.get(c, "")) for row in rows) for c in columns if c not in used}
    best = max(lengths, key=lambda c: lengths[c], default=None)
    return best if best is not None and lengths[best] >= 100 * len(rows) else None


def _unique(values: Iterable[str]) -> bool:
    listed = list(values)
    return all(listed) and len(set(listed)) == len(listed)


def _separator(rows: Rows, column: str | None) -> str:
    text = "".join(row.get(column, "") for row in rows) if column else ""
    return max(SEPARATORS, key=text.count)


def _used(mapping: ColumnMapping) -> set[Any]:
    named = {mapping.id, mapping.title, mapping.text, mapping.keywords, mapping.agency}
    return named | set(mapping.sections.values()) | set(mapping.attributes.values())


def _agencies(rows: Rows, mapping: ColumnMapping | None) -> list[str]:
    columns = (mapping.agency,) if mapping else ("Agency", "agency")
    found = sorted({row[c] for row in rows for c in columns if c is not None and row.get(c)})
    if len(found) < 2:
        return []
    some = ", ".join(found[:4])
    return [f"agency: {len(found)} in the first {len(rows)} records ({some} …); name one to keep only it"]


def _language(rows: Rows) -> str:
    """Tell Korean from English by its script; anything else is for the user to correct."""
    letters = [letter for row in rows[:100] for cell in row.values() for letter in cell if letter.isalpha()]
    hangul = sum("가" <= letter <= "힣" for letter in letters)
    return "ko" if letters and hangul / len(letters) > 0.3 else "en"
