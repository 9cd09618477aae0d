"""Read one raw source into documents."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.consistency import check_consistency
from domaintune.core.records.document import Document
from domaintune.core.records.reject import Reject
from domaintune.core.sections.sources import Source
from domaintune.core.stage.params import load_item, load_section
from domaintune.core.stage.running import guarded, running
from domaintune.ingest.books import check_gate, ingest_rows
from domaintune.ingest.cleaning import Cleaner
from domaintune.ingest.params import Ingest
from domaintune.ingest.reading import read_rows
from domaintune.ingest.spool import Spool

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]


@app.command()
def main(
    params: Given, source: Annotated[str, typer.Option()], raw: Given, out: Given, accounting: Given
) -> None:
    """Read one raw source into documents; quarantine what cannot be used."""
    with running("ingest", source, Path("locks/tables.txt")):
        check_consistency(params)
        settings = load_section(params, Ingest)
        cleaner = Cleaner(source, load_item(params, Source, source), settings)
        documents, rejects = Spool(Document), Spool(Reject)
        with closing(documents), closing(rejects):
            accounts = ingest_rows(
                read_rows(raw, source, cleaner.source, settings), cleaner, documents, rejects
            )
            check_gate(accounts, cleaner)
            documents.write(out / "documents.parquet")
            rejects.write(out / "rejects.parquet")
            accounts.write(accounting)


if __name__ == "__main__":
    guarded(app)
