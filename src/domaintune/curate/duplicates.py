"""Instruction rows that say the same, or hold a question the arms are scored on.

Of rows that say the same one stays, never one that leaks from test into training. Held-out rows stay before training
rows, then the lowest id stays. A row lost to one of its own split is a duplicate, a row lost to one of another split is
contaminated.

Scope: the same row counts within a group (an arm's mixture names groups), a likeness or a repeated question
within a task (two tasks may well ask different things about the same text). Leaks count everywhere. A row of an
instruction set asks by its instruction, so that the same question in two splits is a leak whatever the answers; a
generated question may be asked of many documents.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Contamination
from domaintune.core.stage.accounting import Reject
from domaintune.curate.params import CurateParams
from domaintune.curate.questions import asked_of
from domaintune.science.contamination import Hit, Target, find_contamination
from domaintune.science.matching import normalise
from domaintune.science.near_duplicates import NearDuplicates, word_sets
from domaintune.science.paraphrases import Encode, find_paraphrases

_HELD_OUT_FIRST = {"test": 0, "validation": 1, "train": 2}
_SAME = {
    "same_text": "same question and answer as",
    "same_question": "same question as",
    "duplicate_row": "same question and answer as",
    "duplicate_question": "same question about the same document as",
    "near_duplicate": "near-duplicate of",
}
Key = tuple[str, tuple[str, ...]]
"""A reason to lose a row, and what only one row may have."""
ALWAYS = {"duplicate_row", "duplicate_question"}


def remove_duplicates(
    rows: Sequence[Instruction], params: CurateParams, of_sets: frozenset[str] = frozenset()
) -> tuple[list[Instruction], list[Reject]]:
    """Remove the same rows and questions, then near-duplicates, in whatever order they come; `of_sets`: ids in sets."""
    ordered = sorted(rows, key=lambda row: (_HELD_OUT_FIRST[row.split], row.id))
    distinct, same = _remove_same(ordered, of_sets)
    kept, near = _remove_near(distinct, params)
    return kept, [*same, *near]


def said(row: Instruction) -> str:
    """Return question and answer, or all turns, as one text; a row without an input asks by its instruction."""
    return "\n".join([turn.content for turn in row.turns] or [row.input or row.instruction, row.output])


def lost(row: Instruction, kind: str, reason: str, detail: str) -> Reject:
    """Return the reject row of an instruction."""
    detail = f"{row.task}, document {row.document_id}: {detail}"
    return Reject.of("curate", row.id, reason, detail, row, kind=kind)


def _remove_same(
    ordered: Sequence[Instruction], of_sets: frozenset[str]
) -> tuple[list[Instruction], list[Reject]]:
    owners: dict[Key, Instruction] = {}
    kept, rejects = [], []
    for row in ordered:
        keys = list(_keys(row, of_sets))
        # the same text, or question of a set, costs a row its place in another split only
        known = (key for key in keys if key in owners)
        shared = next((key for key in known if key[0] in ALWAYS or owners[key].split != row.split), None)
        if shared is None:
            kept.append(row)
            for key in keys:
                owners.setdefault(key, row)
        else:
            rejects.append(_lost_to(row, owners[shared], shared[0]))
    return kept, rejects


def _remove_near(
    ordered: Sequence[Instruction], params: CurateParams
) -> tuple[list[Instruction], list[Reject]]:
    places = sorted({(row.split, row.task) for row in ordered})
    near = NearDuplicates(word_sets(map(said, ordered)), params.similarity, params.permutations)
    labels = np.full(len(ordered), -1)
    kept, rejects = [], []
    for index, row in enumerate(ordered):
        earlier = [ordered[first] for first in sorted(near.first_alike(index, labels).values())]
        alike = [other for other in earlier if other.split != row.split or other.task == row.task]
        if alike:
            rejects.append(_lost_to(row, alike[0], "near_duplicate"))
        else:
            labels[index] = places.index((row.split, row.task))
            kept.append(row)
    return kept, rejects


def _keys(row: Instruction, of_sets: frozenset[str]) -> Iterator[Key]:
    text, asked = normalise(said(row)), (normalise(row.instruction), normalise(row.input))
    yield ("same_text", (text,))
    yield ("duplicate_row", (row.group, asked[0], text))
    if not row.turns:
        yield ("duplicate_question", (row.task, row.document_id, normalise(row.system), *asked))
        if row.id in of_sets:
            yield ("same_question", asked)


def _lost_to(row: Instruction, other: Instruction, reason: str) -> Reject:
    detail = f"{_SAME[reason]} {other.id} ({other.task}, {other.split})"
    if other.split == row.split:
        return lost(row, "duplicate", reason, detail)
    return lost(row, "contaminated", f"{reason}_of_{other.split}", detail)


_STRONGEST_FIRST = {"exact": 0, "answer": 1, "ngram": 2, "letters": 3, "jamo": 4, "semantic": 5}


def remove_contaminated(
    rows: Sequence[Instruction],
    asked: Mapping[str, Question],
    targets: Sequence[Question],
    params: Contamination,
    encode: Encode | None = None,
) -> tuple[list[Instruction], list[Reject]]:
    """Remove training and validation rows that hold one of the targets, the held-out questions.

    Rows of the test split are not searched, as nothing is trained on them; a row made from a benchmark's own question
    goes whatever it says. `encode` makes the sentence vectors that find questions in other words.
    """
    rejects = [
        lost(row, "contaminated", "benchmark_exact", f"made from {_named(asked[row.document_id])}")
        for row in rows
        if row.split == "benchmark"
    ]
    searched = [row for row in rows if row.split in ("train", "validation")]
    by_id = {one.id: one for one in targets}
    wanted = [_target(one) for one in targets]
    hits: dict[str, list[Hit]] = defaultdict(list)
    if wanted:
        held = find_contamination([said_in_full(row) for row in searched], wanted, params)
        asking = [[row.input, *(one.question for one in asked_of(row, ""))] for row in searched]
        meant = find_paraphrases(asking, wanted, encode, params)
        for hit in (*held, *meant):
            hits[searched[hit.row].id].append(hit)
    for row in searched:
        if row.id not in hits:
            continue
        best = min(hits[row.id], key=lambda hit: (_STRONGEST_FIRST[hit.method], -hit.score, hit.target_id))
        others = f"; and {len(hits[row.id]) - 1} more questions" if len(hits[row.id]) > 1 else ""
        score = f"{'similarity' if best.method == 'semantic' else 'score'} {best.score:.3f}"
        detail = f"holds {_named(by_id[best.target_id])}, {score}{others}"
        rejects.append(lost(row, "contaminated", f"benchmark_{best.method}", detail))
    gone = {reject.id for reject in rejects}
    return [row for row in rows if row.id not in gone], rejects


def said_in_full(row: Instruction) -> str:
    """Return all that a row says, one part a line: a question may stand in the instruction or in a system text."""
    return "\n".join(filter(None, row.texts()))


def _target(question: Question) -> Target:
    """Return what tells a question from others: where it is one word (원인, 결과), the text that it is about."""
    options, one_word = tuple(question.options), len(question.question.split()) < 2
    stem = question.context if one_word and question.context and options else question.question
    right = tuple(options[number - 1] for number in question.right)
    return Target(
        question.id, stem, options, right or options
    )  # all where ingest could not tell which one is


def _named(question: Question) -> str:
    return f"the {question.split} question {question.id} of {question.source}"
