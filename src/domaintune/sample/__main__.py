"""Compose one starter corpus."""

from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import load_item, load_value
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.sample.corpora import compose_projects_corpus
from domaintune.sample.params import Corpus


def main(params: Given, corpus: Named, out: Given, accounting: Given) -> None:
    """Compose one starter corpus from the tables of grammar.yaml."""
    with running("sample", corpus):
        seed, chosen = load_value(params, "seed", int), load_item(params, Corpus, corpus)
        files, rows = compose_projects_corpus(seed, corpus, chosen.projects)
        for name, text in files.items():
            write_text(out / name, text)
        Accounts("sample", corpus, "rows composed", rows).write(accounting)


app = stage_app(main, __name__)
