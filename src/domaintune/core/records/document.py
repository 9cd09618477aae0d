"""A source text: a project record, a paper abstract, a page."""

from domaintune.core.frames import Record


class Section(Record):
    """A named part of a document beside its main text, e.g. its NASA applications."""

    name: str
    text: str


class Attribute(Record):
    """A short fact of the raw record, kept as text: program, phase, firm, year, amount, contract, link."""

    name: str
    value: str


class Document(Record):
    """One work. `cluster` and `split` are empty until the corpus stage has set them."""

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
    work: str = ""
    """Native id of the text that it is a chunk of; empty where it is whole."""
    chunk: int = 0
    """Its place among the chunks of the work, from 1."""
    chunks: int = 0
    """How many the work has."""

    def attribute(self, name: str) -> str | None:
        """Return an attribute's value, or None."""
        return next((item.value for item in self.attributes if item.name == name), None)

    def texts(self) -> list[str]:
        """Return what the document says at length: its text and its sections', empty ones left out."""
        found = [self.text, *(section.text for section in self.sections)]
        return [text for text in found if text.strip()]

    def section(self, name: str) -> str | None:
        """Return a section's text, or None."""
        return next((item.text for item in self.sections if item.name == name), None)
