"""A source text: a project record, a paper abstract, a page."""

from typing import Any, ClassVar

import polars as pl

from domaintune.core.stage.record import Record


class Section(Record):
    """A named part of a document beside its main text, e.g. its NASA applications."""

    schema_: ClassVar[dict[str, Any]] = {"name": pl.String, "text": pl.String}
    name: str
    text: str


class Attribute(Record):
    """A short fact of the raw record, kept as text: program, phase, firm, year, amount, contract, link."""

    schema_: ClassVar[dict[str, Any]] = {"name": pl.String, "value": pl.String}
    name: str
    value: str


class Document(Record):
    """One work. `cluster` and `split` are empty until the corpus stage has set them."""

    schema_: ClassVar[dict[str, Any]] = {
        "id": pl.String,
        "source": pl.String,
        "native_id": pl.String,
        "language": pl.String,
        "title": pl.String,
        "text": pl.String,
        "keywords": pl.List(pl.String),
        "sections": pl.List(pl.Struct(Section.schema_)),
        "attributes": pl.List(pl.Struct(Attribute.schema_)),
        "licence": pl.String,
        "cluster": pl.String,
        "split": pl.String,
    }
    id: str
    """content_id(source, native_id): stable while the raw record keeps its own id."""
    source: str
    """Key in params.yaml `sources`."""
    native_id: str
    """The raw record's own id (link, award id), or a content hash where it has none."""
    language: str
    """BCP 47 code, e.g. en or ko."""
    title: str
    text: str
    """Main text (the abstract), NFC, one blank line between paragraphs."""
    keywords: list[str]
    sections: list[Section]
    """Sorted by name."""
    attributes: list[Attribute]
    """Sorted by name."""
    licence: str
    cluster: str
    """Id of the oldest near-duplicate; documents of a cluster share a split."""
    split: str
    """train, validation or test."""

    def attribute(self, name: str) -> str | None:
        """Return an attribute's value, or None."""
        return next((item.value for item in self.attributes if item.name == name), None)

    def section(self, name: str) -> str | None:
        """Return a section's text, or None."""
        return next((item.text for item in self.sections if item.name == name), None)
