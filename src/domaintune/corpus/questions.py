"""Questions: which are near copies of one another or ask about one passage, and the split of each such cluster."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import content_id
from domaintune.corpus.documents import choose_split
from domaintune.corpus.params import CorpusParams
from domaintune.science.matching import letters_of
from domaintune.science.near_duplicates import NearDuplicates

LETTERS = 3
RECALL = 0.98
"""Of pairs at the threshold; of those at 0.6, 0.9998. Docs/decisions/0019-near-copies.md."""
PASSAGE = 20
"""Letters (syllables for Hangul) from which a context is a passage; a shorter one may be a word that many share."""


class _Node(NamedTuple):
    """All copies of a question, of sources that are trained on or of benchmarks."""

    benchmark: bool
    text: str


def split_questions(
    questions: Sequence[Question], uses: Mapping[str, str], params: CorpusParams, seed: int
) -> tuple[list[Question], Accounts]:
    """Give each question its cluster and split; none is lost. `uses` says of each source whether it is trained on.

    Questions of a cluster share a split: the bucket of sha256(seed, cluster). A benchmark's questions are in split
    `benchmark` whatever else holds them, and form clusters of their own, so that a benchmark moves no question;
    `curate` takes copies out of training.
    """
    nodes: dict[_Node, list[Question]] = defaultdict(list)
    for question in sorted(questions, key=lambda one: (uses[one.source] != "benchmark", one.id)):
        nodes[_Node(uses[question.source] == "benchmark", text_id(question))].append(question)
    names, also = _clusters(nodes, params)
    placed: list[Question] = []
    for (node, members), name in zip(nodes.items(), names, strict=True):
        split = "benchmark" if node.benchmark else choose_split(name, params, seed)
        placed += [member.model_copy(update={"cluster": name, "split": split}) for member in members]
    accounts = Accounts("corpus", "all", "questions")
    accounts.rows_in, accounts.kept = len(questions), len(placed)
    sizes = Counter((one.split == "benchmark", one.cluster) for one in placed)
    accounts.extra = {
        "clusters": len(sizes),
        "largest_cluster": max(sizes.values(), default=0),
        "repeats": len(questions) - len(nodes),
        "also_in_a_benchmark": also,
    }
    splits = ("train", "validation", "test", "benchmark")
    accounts.extra |= {name: sum(question.split == name for question in placed) for name in splits}
    accounts.check()
    return placed, accounts


def text_id(question: Question) -> str:
    """Return what is the same for all copies: letters and digits of context, question and, in any order, options.

    That two different questions may share a cluster costs nothing.
    """
    passage = [context] if (context := letters_of(question.context)) else []
    return content_id(*passage, letters_of(question.question), *sorted(map(letters_of, question.options)))


def _clusters(nodes: Mapping[_Node, Sequence[Question]], params: CorpusParams) -> tuple[list[str], int]:
    """Return of each text the name of its cluster, and how many questions are near copies of a benchmark's.

    Benchmarks come first, so that no question of another source that a benchmark holds too is overlooked. A cluster's
    name is its smallest text id: a new copy never changes it. Source: docs/decisions/0019-near-copies.md.
    """
    keys, also = list(nodes), 0
    grams = (_grams(members[0]) for members in nodes.values())
    near = NearDuplicates(grams, params.question_similarity, 2 * params.permutations, RECALL)
    clusters = np.full(len(keys), -1)
    passages: dict[_Node, int] = {}
    for position, (node, members) in enumerate(nodes.items()):
        alike = near.first_alike(position, clusters).values()
        joined = {int(clusters[first]) for first in alike if keys[first].benchmark == node.benchmark}
        also += len(members) * any(keys[first].benchmark != node.benchmark for first in alike)
        if len(passage := letters_of(members[0].context)) >= PASSAGE:
            earlier = passages.setdefault(_Node(node.benchmark, passage), position)
            joined |= {int(clusters[earlier])} - {-1}
        clusters[position] = min(joined, default=position)
        if len(joined) > 1:
            clusters[np.isin(clusters, list(joined))] = clusters[position]
    labels = clusters.tolist()
    leaders: dict[int, str] = {}
    for label, node in zip(labels, keys, strict=True):
        leaders[label] = min(leaders.get(label, node.text), node.text)
    return [leaders[label] for label in labels], also


def _grams(question: Question) -> set[str]:
    parts = [question.context, question.question, *question.options]
    letters = [unicodedata.normalize("NFD", letters_of(part)) for part in parts]
    return {text[i : i + LETTERS] for text in letters if text for i in range(max(1, len(text) - LETTERS + 1))}
