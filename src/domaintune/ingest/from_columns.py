"""Any table, read through the column mapping of its entry in params.yaml."""

from domaintune.core.sections.sources import ColumnMapping
from domaintune.core.tables.cells import Cells
from domaintune.ingest.raw import RawRow
from domaintune.science.plain_facts import fact, number

NUMBERS = ("amount", "year")
"""Attributes that exports write in different ways."""


def columns_of(mapping: ColumnMapping) -> tuple[str, ...]:
    """Return every column the mapping names."""
    named = (mapping.id, mapping.title, mapping.text, mapping.keywords, mapping.agency, mapping.licence)
    extra = (*mapping.sections.values(), *mapping.attributes.values())
    return tuple(dict.fromkeys(name for name in (*named, *extra) if name is not None))


def to_row(cells: Cells, mapping: ColumnMapping) -> RawRow:
    """Return the record in the common shape."""

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
