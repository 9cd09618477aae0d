"""Training rows that hold a question the arms are scored on: removed; near copies that stay are counted."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Reject
from domaintune.curate.duplicates import lost
from domaintune.curate.params import Contamination
from domaintune.science.contamination import Hit, Target, find_contamination
from domaintune.science.near_copies import ALIKE, letter_grams, nearly_copied, word_grams
from domaintune.science.near_duplicates import title_key
from domaintune.science.question_stems import Limits

_STRONGEST_FIRST = {"exact": 0, "answer": 1, "ngram": 2, "letters": 3, "jamo": 4}


def remove_contaminated(
    rows: Sequence[Instruction],
    asked: Mapping[str, Question],
    targets: Sequence[Question],
    params: Contamination,
) -> tuple[list[Instruction], list[Reject]]:
    """Remove training and validation rows that hold one of the targets, the held-out questions.

    Rows of the test split are not searched, as nothing is trained on them; a row made from a benchmark's own question
    goes whatever it says.
    """
    rejects = [
        lost(row, "contaminated", "benchmark_exact", f"made from {_named(asked[row.document_id])}")
        for row in rows
        if row.split == "benchmark"
    ]
    searched = [row for row in rows if row.split in ("train", "validation")]
    by_id = {one.id: one for one in targets}
    wanted = [Target(one.id, _stem(one), tuple(one.options), _answers(one)) for one in targets]
    hits: dict[str, list[Hit]] = defaultdict(list)
    if wanted:
        limits = Limits(**params.model_dump())
        for hit in find_contamination([said_in_full(row) for row in searched], wanted, limits):
            hits[searched[hit.row].id].append(hit)
    rejects += [_contaminated(row, hits[row.id], by_id) for row in searched if row.id in hits]
    gone = {reject.id for reject in rejects}
    return [row for row in rows if row.id not in gone], rejects


def said_in_full(row: Instruction) -> str:
    """Return all that a row says, one part a line: a question may stand in the instruction or in a system text."""
    return "\n".join(filter(None, row.texts()))


def _stem(question: Question) -> str:
    """Return what tells a question from others: where it is one word (원인, 결과), the text that it is about."""
    one_word = len(question.question.split()) < 2
    return question.context if one_word and question.context and question.options else question.question


def _answers(question: Question) -> tuple[str, ...]:
    """Return the right options; all options where ingest could not tell which it is."""
    return tuple(question.options[number - 1] for number in question.right) or tuple(question.options)


def _contaminated(row: Instruction, hits: Sequence[Hit], targets: Mapping[str, Question]) -> Reject:
    best = min(hits, key=lambda hit: (_STRONGEST_FIRST[hit.method], -hit.score, hit.target_id))
    others = f"; and {len(hits) - 1} more questions" if len(hits) > 1 else ""
    detail = f"holds {_named(targets[best.target_id])}, score {best.score:.3f}{others}"
    return lost(row, "contaminated", f"benchmark_{best.method}", detail)


def _named(question: Question) -> str:
    return f"the {question.split} question {question.id} of {question.source}"


def measure_near_copies(
    rows: Sequence[Instruction],
    questions: Sequence[Question],
    documents: Sequence[Document],
    asked: Sequence[Question],
) -> dict[str, Any]:
    """Count, by source, the tested questions and documents that have a near copy among the training rows.

    `rows` and `questions` are what the stage keeps, `documents` and `asked` the corpus. Questions about documents are
    counted by their documents: what is asked about two near copies is alike.
    """
    tested = [one for one in asked if one.split in ("test", "benchmark")]
    known = {one.id for one in asked} | {one.id for one in documents}
    tested += [one for one in questions if one.split == "test" and one.document_id not in known]
    trained = [letter_grams([said_in_full(row)]) for row in rows if row.split == "train"]
    near = nearly_copied([letter_grams([one.context, one.question, *one.options]) for one in tested], trained)
    sizes = Counter(one.source for one in tested)
    alike = Counter(tested[position].source for position in near)
    return {
        "alike": ALIKE,
        "questions": {name: _counted(n, alike[name]) for name, n in sorted(sizes.items())},
        "documents": _documents(documents),
    }


def _documents(documents: Sequence[Document]) -> dict[str, Any]:
    test = [one for one in documents if one.split == "test"]
    train = [one for one in documents if one.split == "train"]
    texts = [word_grams([f"{one.title}\n{one.text}" for one in part]) for part in (test, train)]
    titles = {title_key(one.title) for one in train} - {""}
    counted = _counted(len(test), len(nearly_copied(*texts)))
    return counted | {"titles": sum(title_key(one.title) in titles for one in test)}


def _counted(n: int, near: int) -> dict[str, float]:
    return {"n": n, "near": near, "share": near / n if n else 0.0}
