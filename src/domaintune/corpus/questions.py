"""Questions: which are the same but for wording that does not count, and the split of each such cluster."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import content_id
from domaintune.corpus.params import CorpusParams
from domaintune.corpus.splits import choose_split
from domaintune.science.matching import normalise

_SIGNS = re.compile(r"[\W_]+")


class Asked(NamedTuple):
    """All questions with their splits, and their books."""

    questions: list[Question]
    accounts: Accounts


def split_questions(
    questions: Sequence[Question], uses: Mapping[str, str], params: CorpusParams, seed: int
) -> Asked:
    """Give each question its split; none is lost. `uses` says of each source whether it is trained on.

    Questions of a cluster (the same exam question in another year, its options in another order) share a split: the
    bucket of sha256(seed, cluster). The cluster is named by the text alone, so a new question moves no other.
    A benchmark's questions are in split `benchmark` whatever else holds them; `curate` takes copies out of training.
    """
    clusters: dict[str, list[Question]] = defaultdict(list)
    for question in sorted(questions, key=lambda question: question.id):
        clusters[cluster_of(question)].append(question)
    placed = []
    repeats = shared = 0
    for cluster, members in clusters.items():
        split = choose_split(cluster, params, seed)
        splits = ["benchmark" if uses[member.source] == "benchmark" else split for member in members]
        placed += [
            member.model_copy(update={"cluster": cluster, "split": own})
            for member, own in zip(members, splits, strict=True)
        ]
        repeats += len(members) - 1
        shared += splits.count(split) if "benchmark" in splits else 0
    accounts = Accounts("corpus", "all", "questions")
    accounts.rows_in, accounts.kept = len(questions), len(placed)
    accounts.extra = {"clusters": len(clusters), "repeats": repeats, "also_in_a_benchmark": shared}
    for name in ("train", "validation", "test", "benchmark"):
        accounts.extra[name] = sum(question.split == name for question in placed)
    accounts.check()
    return Asked(placed, accounts)


def cluster_of(question: Question) -> str:
    """Return what is the same for all copies: letters and digits of the question and, in any order, its options.

    What tells 10 from 1.0 is lost too; that two different questions may share a cluster costs nothing.
    """
    return content_id(_plain(question.question), *sorted(map(_plain, question.options)))


def _plain(text: str) -> str:
    return _SIGNS.sub("", normalise(text))
