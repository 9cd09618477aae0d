"""The corpus: works without duplicates, each in a cluster and a split."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.reject import Reject
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import InputError
from domaintune.corpus.params import CorpusParams
from domaintune.corpus.splits import split_documents
from domaintune.corpus.works import remove_duplicates


class Corpus(NamedTuple):
    """What the stage writes."""

    documents: list[Document]
    rejects: list[Reject]
    accounts: Accounts


def build_corpus(documents: Sequence[Document], params: CorpusParams, seed: int) -> Corpus:
    """Remove duplicate works, cluster near-duplicates and split by cluster; input order does not matter.

    Raises:
        InputError: there is no document, or two rows have the same id.
    """
    if not documents:
        raise InputError("corpus: no source has a document. Look at the rejects with `domaintune show`.")
    twice = [name for name, n in Counter(document.id for document in documents).items() if n > 1]
    if twice:
        raise InputError(f"corpus: {len(twice)} ids stand for more than one row, e.g. {sorted(twice)[:3]}")
    works, duplicates = remove_duplicates(documents)
    kept, contaminated = split_documents(works, params, seed)
    accounts = Accounts("corpus", "all", "documents")
    accounts.rows_in, accounts.kept = len(documents), len(kept)
    accounts.lose([*duplicates, *contaminated])
    accounts.extra = {"clusters": len({document.cluster for document in kept})}
    for split in ("train", "validation", "test"):
        accounts.extra[split] = sum(document.split == split for document in kept)
    accounts.check()
    return Corpus(kept, [*duplicates, *contaminated], accounts)
