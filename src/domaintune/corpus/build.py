"""The corpus: works without duplicates, each in a cluster and a split."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.reject import Reject
from domaintune.corpus.params import CorpusParams
from domaintune.corpus.questions import split_questions
from domaintune.corpus.splits import split_documents
from domaintune.corpus.works import remove_duplicates


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

    Raises:
        InputError: two rows have the same id.
    """
    _check_ids([document.id for document in documents])
    _check_ids([question.id for question in questions])
    works, duplicates = remove_duplicates(documents)
    kept, contaminated = split_documents(works, params, seed)
    accounts = Accounts("corpus", "all", "documents")
    accounts.rows_in, accounts.kept = len(documents), len(kept)
    accounts.lose([*duplicates, *contaminated])
    accounts.extra = {"clusters": len({document.cluster for document in kept})}
    for split in ("train", "validation", "test"):
        accounts.extra[split] = sum(document.split == split for document in kept)
    asked = split_questions(questions, uses or {}, params, seed)
    if uses:
        accounts.parts["questions"] = asked.accounts
    accounts.check()
    return Corpus(kept, asked.questions, [*duplicates, *contaminated], accounts)


def _check_ids(ids: Sequence[str]) -> None:
    twice = [name for name, n in Counter(ids).items() if n > 1]
    if twice:
        raise InputError(f"corpus: {len(twice)} ids stand for more than one row, e.g. {sorted(twice)[:3]}")
