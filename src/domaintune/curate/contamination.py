"""Training rows that hold a question the arms will be scored on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.stage.reject import Reject
from domaintune.curate.duplicates import lost
from domaintune.curate.params import Contamination
from domaintune.science.contamination.contamination import Hit, Target, find_contamination
from domaintune.science.contamination.stems import Limits

_STRONGEST_FIRST = {"exact": 0, "answer": 1, "ngram": 2, "letters": 3, "jamo": 4}


def held_out(asked: Mapping[str, Question]) -> list[Question]:
    """Return the questions no training row may hold: benchmarks', and the test part of the other sets."""
    return [asked[name] for name in sorted(asked) if asked[name].split in ("benchmark", "test")]


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
        _lost(row, "benchmark_exact", f"made from {_named(asked[row.document_id])}")
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
    return _lost(row, f"benchmark_{best.method}", detail)


def _named(question: Question) -> str:
    return f"the {question.split} question {question.id} of {question.source}"


def _lost(row: Instruction, reason: str, detail: str) -> Reject:
    return lost(row, "contaminated", reason, detail)
