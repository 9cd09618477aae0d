"""`sources`: raw corpora, one entry a file or folder."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class ColumnMapping(Params):
    """Which column of a mapped file holds what; unnamed columns are left out, `attributes` and `sections` excepted."""

    section: ClassVar[str] = "sources"
    id: str | None
    """Column with the record's own id; null: a hash of title and text."""
    title: str
    text: str
    keywords: str | None
    keyword_separator: str = Field(min_length=1)
    """What stands between keywords in one cell, e.g. `;`."""
    sections: dict[str, str]
    """Section name → column, e.g. nasa_applications: NASA Applications."""
    attributes: dict[str, str]
    """Attribute name → column, e.g. firm: Company."""
    agency: str | None
    """Column to filter by agency; null when there is none."""


class Source(Params):
    """One raw corpus."""

    section: ClassVar[str] = "sources"
    path: str = Field(pattern=r"^[^'\n]+$")
    """File, absolute or relative to the repository's root; DVC tracks its content. It stands between single quotes in
    a command line, so it holds none."""
    kind: Literal["documents"]
    format: Literal["sbir_api", "sbir_portal", "sbir_awards", "techport", "columns"]
    """SBIR.gov API export, portal export, SBIR.gov bulk award CSV, TechPort search JSON, or any table by `columns`."""
    agency: str | None
    """Keep records of this agency only; null keeps all."""
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    licence: str = Field(min_length=1)
    columns: ColumnMapping | None
    """The mapping for format `columns`; null for the others."""
