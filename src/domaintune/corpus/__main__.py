"""`python -m domaintune.corpus`: all sources' documents in, one row a work out."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.consistency import check_consistency
from domaintune.core.fan_in import check_owned
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.records.reject import Reject
from domaintune.core.sections.sources import Source
from domaintune.core.stage.params import load_mapping, load_section, load_value
from domaintune.core.stage.running import guarded, running
from domaintune.corpus.build import build_corpus
from domaintune.corpus.params import CorpusParams

File = Annotated[Path, typer.Option()]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(*, params: File, documents: File, out: File, accounting: File) -> None:
    """Build the corpus."""
    with running("corpus", "all", Path("locks/tables.txt")):
        check_consistency(params)
        sources = load_mapping(params, Source)
        settings = load_section(params, CorpusParams)
        names = [name for name, source in sources.items() if source.kind == "documents"]
        check_owned(documents, names, "sources")
        rows = [
            row for name in names for row in read_records(documents / name / "documents.parquet", Document)
        ]
        corpus = build_corpus(rows, settings, load_value(params, "seed", int))
        write_records(out / "documents.parquet", Document, corpus.documents)
        write_records(out / "rejects.parquet", Reject, corpus.rejects)
        corpus.accounts.write(accounting)


if __name__ == "__main__":
    guarded(app)
