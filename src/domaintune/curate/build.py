"""From all generated rows to what may be trained and asked."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.records.reject import Reject
from domaintune.core.stage.accounting import Accounts
from domaintune.curate.duplicates import lost, remove_duplicates
from domaintune.curate.params import CurateParams
from domaintune.curate.questions import passages_of, to_question


class Curated(NamedTuple):
    """What the stage writes."""

    instructions: list[Instruction]
    questions: list[Question]
    rejects: list[Reject]
    accounts: Accounts


def curate_rows(rows: Sequence[Instruction], documents: Sequence[Document], params: CurateParams) -> Curated:
    """Give each row its document's split, remove duplicates and leaks, and draw the questions.

    Raises:
        GateError: more rows than `max_reject_fraction` belong to no document.
    """
    by_id = {document.id: document for document in documents}
    placed = [
        row.model_copy(update={"split": by_id[row.document_id].split})
        for row in rows
        if row.document_id in by_id
    ]
    orphans = [_orphan(row) for row in rows if row.document_id not in by_id]
    kept, duplicates = remove_duplicates(placed, params)
    rejects = [*orphans, *duplicates]
    questions = draw_questions(kept, by_id)
    accounts = Accounts("curate", "all", "instructions")
    accounts.rows_in, accounts.kept = len(rows), len(kept)
    accounts.lose(rejects)
    accounts.extra = {"questions": len(questions)}
    for split in ("train", "validation", "test"):
        accounts.extra[split] = sum(row.split == split for row in kept)
    accounts.check()
    accounts.check_reject_fraction(params.max_reject_fraction)
    return Curated(kept, questions, rejects, accounts)


def draw_questions(rows: Sequence[Instruction], documents: dict[str, Document]) -> list[Question]:
    """Return a question for every row of one turn; rows of a document share its passages."""
    about: dict[str, list[Instruction]] = defaultdict(list)
    for row in rows:
        if not row.turns:
            about[row.document_id].append(row)
    questions: list[Question] = []
    for document_id, asked in about.items():
        document = documents[document_id]
        passages = passages_of(document)
        questions += [to_question(row, document, passages) for row in asked]
    return questions


def _orphan(row: Instruction) -> Reject:
    return lost(row, "rejected", "orphan", "its document is not in the corpus")
