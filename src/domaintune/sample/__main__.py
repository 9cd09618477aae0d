"""Compose one starter corpus."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import load_item, load_value
from domaintune.core.stage.running import guarded, running
from domaintune.sample.chemistry_corpus import compose_chemistry_corpus
from domaintune.sample.corpora import Composed, compose_projects_corpus, compose_text_corpus
from domaintune.sample.params import AnyCorpus, ChemistryCorpus, ProjectsCorpus, TextCorpus

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]


@app.command()
def main(params: Given, corpus: Annotated[str, typer.Option()], out: Given, accounting: Given) -> None:
    """Compose one starter corpus from phrase tables."""
    with running("sample", corpus, Path("locks/tables.txt")):
        seed = load_value(params, "seed", int)
        composed = _compose(params, seed, corpus)
        accounts = Accounts("sample", corpus, "rows composed")
        accounts.rows_in = accounts.kept = sum(composed.rows.values())
        for name, text in sorted(composed.files.items()):
            write_text(out / name, text)
        accounts.write(accounting)


def _compose(params: Path, seed: int, corpus: str) -> Composed:
    kind = load_item(params, AnyCorpus, corpus).kind
    if kind == "projects":
        return compose_projects_corpus(seed, corpus, load_item(params, ProjectsCorpus, corpus).projects)
    if kind == "chemistry":
        return compose_chemistry_corpus(seed, corpus, load_item(params, ChemistryCorpus, corpus))
    text = load_item(params, TextCorpus, corpus)
    return compose_text_corpus(seed, corpus, text.documents, text.dialogues, text.topics or ["projects"])


if __name__ == "__main__":
    guarded(app)
