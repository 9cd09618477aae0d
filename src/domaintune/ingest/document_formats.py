"""Formats of documents in tables: SBIR.gov's exports, TechPort's search, and any table by a column mapping."""

from collections.abc import Mapping
from typing import NamedTuple

from domaintune.core.sections.columns import ColumnMapping
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

    export: str
    """Name of the export; empty: a table of the user's own."""
    mapping: ColumnMapping
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    """Of the columns those of id, title and text, without which a file's records are none."""

    def to_row(self, cells: Cells) -> RawRow:
        """Return a record in the shape that all formats share."""
        mapping, attributes = self.mapping, dict[str, str]()
        for name, column in mapping.attributes.items():
            cell = cells.cell(column)
            attributes[name] = number(cell) if name in NUMBERS else fact(cell)
        native_id, agency = fact(cells.cell(mapping.id)), cells.cell(mapping.agency)
        if self.export == "sbir_awards" and not native_id:
            native_id = content_id(*(fact(cells.values[column]) for column in AWARD_IDENTITY))
        if self.export == "techport":
            agency = attributes["agency"] = NASA
        return RawRow(
            place=cells.place,
            native_id=native_id,
            title=cells.cell(mapping.title),
            text=cells.cell(mapping.text),
            agency=agency,
            keywords=tuple(cells.cell(mapping.keywords).split(mapping.keyword_separator)),
            sections={name: cells.cell(column) for name, column in mapping.sections.items()},
            attributes={name: value for name, value in attributes.items() if value},
            values=cells.values,
            licence=fact(cells.cell(mapping.licence)),
            file=cells.file,
        )


def mapped_shape(mapping: ColumnMapping, export: str = "") -> Shape:
    """Return the shape of a table, read through a column mapping: it needs every column that is named."""
    named = (mapping.id, mapping.title, mapping.text, mapping.keywords, mapping.agency, mapping.licence)
    extra = (*mapping.sections.values(), *mapping.attributes.values())
    left_out = OPTIONAL if export else set()
    columns = [name for name in (*named, *extra) if name is not None and name not in left_out]
    if export == "techport":
        columns.append("id")
    once = tuple(dict.fromkeys(columns))
    return Shape(export, mapping, once, tuple(name for name in once if name in named[:3]))


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


def _export(name: str) -> Shape:
    native_id, title, text, attributes = EXPORTS[name]
    mapping = ColumnMapping(
        id=native_id,
        title=title,
        text=text,
        keywords=None,
        keyword_separator=";",
        sections={},
        attributes=attributes,
        agency=attributes.get("agency"),
    )
    return mapped_shape(mapping, name)


SHAPES = {name: _export(name) for name in EXPORTS}
"""Format → the columns it is known by, and how its records become rows."""
