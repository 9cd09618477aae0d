"""From all generated rows to what may be trained and asked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.reject import Reject
from domaintune.curate.contamination import held_out, remove_contaminated
from domaintune.curate.duplicates import lost, remove_duplicates
from domaintune.curate.params import CurateParams
from domaintune.curate.questions import passages_of, to_question, to_set_question

SPLITS = ("train", "validation", "test")


class Curated(NamedTuple):
    """What the stage writes."""

    instructions: list[Instruction]
    questions: list[Question]
    rejects: list[Reject]
    accounts: Accounts


def curate_rows(
    rows: Sequence[Instruction],
    documents: Sequence[Document],
    asked: Sequence[Question],
    params: CurateParams,
) -> Curated:
    """Give each row the split of what it was made from, remove leaks and duplicates, and draw the questions.

    Leaks go first: of two rows that say the same, one that holds a benchmark question must not be the one that stays.

    Raises:
        GateError: more rows than `max_reject_fraction` belong to no document and no question.
    """
    by_id, asked_by_id = {document.id: document for document in documents}, {one.id: one for one in asked}
    split_of = {name: one.split for name, one in by_id.items()}
    split_of |= {name: one.split for name, one in asked_by_id.items()}
    placed = [
        row.model_copy(update={"split": split_of[row.document_id]})
        for row in rows
        if row.document_id in split_of
    ]
    orphans = [_orphan(row) for row in rows if row.document_id not in split_of]
    clean, contaminated = remove_contaminated(placed, asked_by_id, params.contamination)
    kept, duplicates = remove_duplicates(clean, params)
    rejects = [*orphans, *contaminated, *duplicates]
    questions = draw_questions(kept, by_id, asked_by_id)
    accounts = Accounts("curate", "all", "instructions")
    accounts.rows_in, accounts.kept = len(rows), len(kept)
    accounts.lose(rejects)
    accounts.extra = {"questions": len(questions)}
    accounts.extra |= {"searched_for": len(held_out(asked_by_id))} if asked else {}
    accounts.extra |= {split: sum(row.split == split for row in kept) for split in SPLITS}
    accounts.check()
    accounts.check_reject_fraction(params.max_reject_fraction)
    return Curated(kept, questions, rejects, accounts)


def draw_questions(
    rows: Sequence[Instruction], documents: Mapping[str, Document], asked: Mapping[str, Question]
) -> list[Question]:
    """Return a question for every row of one turn; rows of a document share its passages.

    A row of a question set is a question with the set's own answer. Exam questions are not: they have options, and
    `benchmark` scores them.
    """
    about: dict[str, list[Instruction]] = defaultdict(list)
    for row in rows:
        if not row.turns:
            about[row.document_id].append(row)
    questions: list[Question] = []
    for name, own in about.items():
        if name in documents:
            document = documents[name]
            passages = passages_of(document)
            questions += [to_question(row, document, passages) for row in own]
        elif not asked[name].options:
            questions += [to_set_question(row, asked[name]) for row in own]
    return questions


def _orphan(row: Instruction) -> Reject:
    return lost(row, "rejected", "orphan", "it is made from no document and no question of the corpus")
