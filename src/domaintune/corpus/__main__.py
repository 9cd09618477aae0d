"""`python -m domaintune.corpus`: all sources' documents in, one row a work out; and all questions."""

from domaintune.core.frames import write_records
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.params import load_mapping, load_section, load_value
from domaintune.core.stage.running import Given, running, stage_app
from domaintune.corpus.build import build_corpus, check_rows, read_all, read_unscorable, uses_of
from domaintune.corpus.params import CorpusParams


def main(*, params: Given, documents: Given, questions: Given, out: Given, accounting: Given) -> None:
    """Build the corpus."""
    with running("corpus", "all"):
        sources = {key: source.chosen for key, source in load_mapping(params, AnySource).items()}
        settings = load_section(params, CorpusParams)
        works, asked = read_all(documents, sources, Document), read_all(questions, sources, Question)
        check_rows(sources, works, asked)
        corpus = build_corpus(works, settings, load_value(params, "seed", int), asked, uses_of(sources))
        write_records(out / "documents.parquet", Document, corpus.documents)
        write_records(out / "questions.parquet", Question, corpus.questions)
        write_records(out / "unscorable.parquet", Question, read_unscorable(questions, sources))
        write_records(out / "rejects.parquet", Reject, corpus.rejects)
        corpus.accounts.write(accounting)


app = stage_app(main, __name__)
