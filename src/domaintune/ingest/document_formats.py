"""Formats of documents in tables: SBIR.gov's exports, TechPort's search, and any table by a column mapping."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from domaintune.core.sections.sources import ColumnMapping
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import Cells
from domaintune.science.matching import fact, number

NUMBERS = ("amount", "year")
"""Attributes that exports write in different ways."""
OPTIONAL = {"Branch", "RI Name", "Topic Code", "id", "research_institution", "solicit_topic_code"}
"""Columns of SBIR.gov's exports that not every copy has; repackaged ones of the bulk export have an `id`."""
AWARD_IDENTITY = ("Agency Tracking Number", "Contract", "Phase", "Award Year", "Company", "Award Title")
"""Columns that name an award of the bulk export where it has no id."""
NASA = "National Aeronautics and Space Administration"
"""TechPort holds NASA's projects only."""


class RawRow(NamedTuple):
    """One record in the shape that all formats share, not repaired and not checked."""

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


class Shape(NamedTuple):
    """What a format is known by, and how its records become rows."""

    columns: tuple[str, ...]
    to_row: Callable[[Cells], RawRow]
    needed: tuple[str, ...]
    """Of the columns those of id, title and text, without which a file's records are none."""


def mapped_shape(mapping: ColumnMapping) -> Shape:
    """Return the shape of any table, read through a column mapping: it needs every column that is named."""
    named = (mapping.id, mapping.title, mapping.text, mapping.keywords, mapping.agency, mapping.licence)
    extra = (*mapping.sections.values(), *mapping.attributes.values())
    columns = tuple(dict.fromkeys(name for name in (*named, *extra) if name is not None))
    needed = tuple(name for name in named[:3] if name is not None)
    return Shape(columns, partial(_mapped_row, mapping=mapping), needed)


def _mapped_row(cells: Cells, mapping: ColumnMapping) -> RawRow:
    def cell(column: str | None) -> str:
        return cells.values.get(column, "") if column is not None else ""

    attributes = {
        name: number(cell(column)) if name in NUMBERS else fact(cell(column))
        for name, column in mapping.attributes.items()
    }
    return RawRow(
        place=cells.place,
        native_id=fact(cell(mapping.id)),
        title=cell(mapping.title),
        text=cell(mapping.text),
        agency=cell(mapping.agency),
        keywords=tuple(cell(mapping.keywords).split(mapping.keyword_separator)),
        sections={name: cell(column) for name, column in mapping.sections.items()},
        attributes={name: value for name, value in attributes.items() if value},
        values=cells.values,
        licence=fact(cell(mapping.licence)),
    )


def _export(name: str, title: str, text: str, attributes: dict[str, str]) -> Shape:
    """Return the shape of an export, its columns in the order id, title, text and attributes."""
    own = {
        "id": name,
        "title": title,
        "text": text,
        "attributes": attributes,
        "agency": attributes.get("agency"),
    }
    none: dict[str, Any] = {"keywords": None, "keyword_separator": ";", "sections": {}}
    shape = mapped_shape(ColumnMapping.model_validate(own | none))
    columns, needed = (
        [name for name in names if name not in OPTIONAL] for names in (shape.columns, shape.needed)
    )
    return shape._replace(columns=tuple(columns), needed=tuple(needed))


EXPORTS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "sbir_api": ("link", "title", "abstract", {
        "agency": "agency", "firm": "firm", "link": "link", "phase": "phase", "program": "program",
        "research_institution": "research_institution", "year": "year",
    }),
    "sbir_portal": ("url", "title", "abstract", {
        "agency": "agency", "amount": "award_amount", "contract": "contract_num", "firm": "comp_name", "link": "url",
        "phase": "phase", "program": "program", "topic": "solicit_topic_code", "tracking_number": "agency_tracking_num",
        "year": "award_year",
    }),
    "sbir_awards": ("id", "Award Title", "Abstract", {
        "agency": "Agency", "amount": "Award Amount", "branch": "Branch", "contract": "Contract", "firm": "Company",
        "phase": "Phase", "program": "Program", "research_institution": "RI Name", "topic": "Topic Code",
        "tracking_number": "Agency Tracking Number", "year": "Award Year",
    }),
    "techport": ("id", "title", "description", {}),
}  # fmt: skip
"""Format → its columns of id, title and text, and attribute → column."""


def _award_row(cells: Cells, to_row: Callable[[Cells], RawRow]) -> RawRow:
    row = to_row(cells)
    given = (fact(cells.values[column]) for column in AWARD_IDENTITY)
    return row if row.native_id else row._replace(native_id=content_id(*given))


SHAPES = {name: _export(*columns) for name, columns in EXPORTS.items()}
"""Format → the columns it is known by, and how its records become rows."""
_AWARDS, _PROJECTS = SHAPES["sbir_awards"], SHAPES["techport"]
SHAPES |= {
    "sbir_awards": _AWARDS._replace(to_row=partial(_award_row, to_row=_AWARDS.to_row)),
    "techport": Shape(
        (*_PROJECTS.columns, "id"),
        lambda cells: _PROJECTS.to_row(cells)._replace(agency=NASA, attributes={"agency": NASA}),
        (*_PROJECTS.needed, "id"),
    ),
}
