"""The corpus: what ingest made of all sources, without duplicate works, each row in a cluster and a split."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from domaintune.core.frames import RecordT, read_owned, read_records
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import InputError
from domaintune.corpus.documents import SPLITS, remove_duplicates, split_documents
from domaintune.corpus.params import CorpusParams
from domaintune.corpus.questions import split_questions

Sources = Mapping[str, Source | QuestionSource | InstructionSource]


def read_all(folder: Path, sources: Sources, record: type[RecordT]) -> list[RecordT]:
    """Return the rows of all sources of the record's kind."""
    kind = "documents" if issubclass(record, Document) else "questions"
    names = [name for name, source in sources.items() if source.kind == kind]
    read = read_owned(folder, names, "sources", f"{kind}.parquet", record)
    return [row for rows in read.values() for row in rows]


def read_unscorable(folder: Path, sources: Sources) -> list[Question]:
    """Return the questions of benchmarks that `ingest` rejected: no arm is asked them, nor may be trained on them."""
    names = [name for name, use in uses_of(sources).items() if use == "benchmark"]
    rows = [row for name in names for row in read_records(folder / name / "unscorable.parquet", Question)]
    return [row.model_copy(update={"split": "benchmark"}) for row in rows]


def check_rows(sources: Sources, documents: Sequence[Document], questions: Sequence[Question]) -> None:
    """Stop where every row of the sources was lost; a study of instruction sets alone has none to lose."""
    own = sorted(name for name, source in sources.items() if source.kind != "instructions")
    if own and not documents and not questions:
        raise InputError(
            f"corpus: no row of the sources {', '.join(own)} is left. See why with "
            f"`domaintune show data/{sources[own[0]].kind}/{own[0]}/rejects.parquet`."
        )


def uses_of(sources: Sources) -> dict[str, str]:
    """Return of each question source whether it is for train or benchmark."""
    return {name: source.use for name, source in sources.items() if isinstance(source, QuestionSource)}


class Corpus(NamedTuple):
    """What the stage writes."""

    documents: list[Document]
    questions: list[Question]
    rejects: list[Reject]
    accounts: Accounts


def build_corpus(
    documents: Sequence[Document],
    params: CorpusParams,
    seed: int,
    questions: Sequence[Question] = (),
    uses: Mapping[str, str] | None = None,
) -> Corpus:
    """Remove duplicate works, cluster near-duplicates and split by cluster; input order does not matter.

    `uses` says of each question source whether it is for train or benchmark; None: there is no question source.
    """
    for ids in ([document.id for document in documents], [question.id for question in questions]):
        if twice := [name for name, n in Counter(ids).items() if n > 1]:
            raise InputError(
                f"corpus: {len(twice)} ids stand for more than one row, e.g. {sorted(twice)[:3]}"
            )
    works, duplicates = remove_duplicates(documents)
    kept, contaminated = split_documents(works, params, seed)
    rejects = [*duplicates, *contaminated]
    accounts = Accounts("corpus", "all", "documents")
    accounts.rows_in, accounts.kept = len(documents), len(kept)
    accounts.lose(rejects)
    accounts.extra = {"clusters": len({document.cluster for document in kept})}
    accounts.extra |= {split: sum(document.split == split for document in kept) for split in SPLITS}
    asked, asked_accounts = split_questions(questions, uses or {}, params, seed)
    if uses:
        accounts.parts["questions"] = asked_accounts
    accounts.check()
    return Corpus(kept, asked, rejects, accounts)
