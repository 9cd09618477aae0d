"""From the rows of all tasks and sets to what may be trained and asked, without leaks and duplicates."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.curate.duplicates import lost, remove_contaminated, remove_duplicates, said_in_full
from domaintune.curate.params import CurateParams
from domaintune.curate.questions import SetRows, asked_of, to_own_question, to_set_question, to_turns
from domaintune.science.near_copies import ALIKE, letter_grams, nearly_copied, word_grams
from domaintune.science.near_duplicates import title_key
from domaintune.science.paraphrases import Encode, mean_distance


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
    sets: Sequence[SetRows] = (),
    *,
    unscorable: Sequence[Question] = (),
    encode: Encode | None = None,
) -> Curated:
    """Give each row the split of what it was made from, and a question's row its category; remove leaks and duplicates,
    and draw the questions.

    Rows of instruction sets have their split already. Leaks go first: of two rows that say the same, one that holds a
    benchmark question must not be the one that stays. `unscorable`: questions of benchmarks that no arm is asked, but
    that are searched for as those that are. `encode`: of the sentence model, if one is named.
    Too large a share of rows of no document and no question closes the gate.
    """
    by_id, asked_by_id = {document.id: document for document in documents}, {one.id: one for one in asked}
    placed, orphans = _place(rows, by_id, asked_by_id)
    source_of = {row.id: one.source for one in sets for row in one.rows}
    targets = [
        *(one for _, one in sorted(asked_by_id.items()) if one.split in ("benchmark", "test")),
        *unscorable,
        *(asks for one in sets if one.held_out for row in one.rows for asks in asked_of(row, one.source)),
    ]
    placed += [row for one in sets for row in one.rows]
    clean, contaminated = remove_contaminated(placed, asked_by_id, targets, params.contamination, encode)
    kept, duplicates = remove_duplicates(clean, params, frozenset(source_of))
    rejects = [*orphans, *contaminated, *duplicates]
    asked_by_turn = {row.id for one in sets if one.held_out for row in one.rows if row.turns}
    questions = draw_questions(kept, by_id, asked_by_id, source_of, asked_by_turn)
    accounts = Accounts("curate", "all", "instructions")
    accounts.rows_in, accounts.kept = len(rows) + len(source_of), len(kept)
    accounts.lose(rejects)
    accounts.extra = {"questions": len(questions)}
    accounts.extra |= {"searched_for": len(targets)} if targets or asked else {}
    accounts.extra |= {"conversations_asked": len(asked_by_turn)} if asked_by_turn else {}
    accounts.extra |= {
        split: sum(row.split == split for row in kept) for split in ("train", "validation", "test")
    }
    accounts.extra |= _diversity(rows, kept, encode) if encode else {}
    accounts.check_reject_fraction(params.max_reject_fraction)
    return Curated(kept, questions, rejects, accounts)


def _diversity(made: Sequence[Instruction], kept: Sequence[Instruction], encode: Encode) -> dict[str, float]:
    """Return by task how far apart the questions are that were made and kept: the mean cosine distance of two."""
    own, asked = {row.id for row in made if not row.turns}, defaultdict[str, list[str]](list)
    for row in kept:
        if row.id in own:
            asked[row.task].append(row.input or row.instruction)
    return {f"mean_cosine_distance_{task}": mean_distance(asked[task], encode) for task in sorted(asked)}


def _place(
    rows: Sequence[Instruction], documents: Mapping[str, Document], asked: Mapping[str, Question]
) -> tuple[list[Instruction], list[Reject]]:
    """Give each row the split and category of what it was made from; a row made from nothing is lost."""
    split_of = {name: one.split for name, one in documents.items()}
    split_of |= {name: one.split for name, one in asked.items()}
    placed, orphans = [], []
    for row in rows:
        if row.document_id in split_of:
            made_from = asked.get(row.document_id)
            category = row.category or (made_from.category if made_from else "")
            placed.append(row.model_copy(update={"split": split_of[row.document_id], "category": category}))
        else:
            orphans.append(
                lost(row, "rejected", "orphan", "it is made from no document and no question of the corpus")
            )
    return placed, orphans


def draw_questions(
    rows: Sequence[Instruction],
    documents: Mapping[str, Document],
    asked: Mapping[str, Question],
    source_of: Mapping[str, str],
    by_turn: Set[str],
) -> list[Question]:
    """Return what can be asked: every row of one turn, and each of the user's turns of the rows `by_turn`.

    `source_of` names the rows of instruction sets. A row of a question set is a question with the set's own answer; one
    of an exam is not: exam questions have options, and `benchmark` scores them.
    """
    questions: list[Question] = []
    for row in rows:
        if row.id in by_turn:
            questions += to_turns(row, source_of[row.id])
        elif row.turns:
            continue
        elif row.id in source_of:
            questions.append(to_own_question(row, source_of[row.id]))
        elif document := documents.get(row.document_id):
            own = {"instruction": row.instruction, "question": row.input, "matched_answer": ""}
            own |= {"cluster": document.cluster, "native_id": document.native_id}
            questions.append(to_own_question(row, document.source).model_copy(update=own))
        elif not asked[row.document_id].options:
            questions.append(to_set_question(row, asked[row.document_id]))
    return questions


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
    trained = (letter_grams([said_in_full(row)]) for row in rows if row.split == "train")
    near = nearly_copied((letter_grams([one.context, one.question, *one.options]) for one in tested), trained)
    sizes = Counter(one.source for one in tested)
    alike = Counter(tested[position].source for position in near)
    test, train = ([one for one in documents if one.split == split] for split in ("test", "train"))
    texts = [word_grams(f"{one.title}\n{one.text}" for one in part) for part in (test, train)]
    titles = {title_key(one.title) for one in train} - {""}
    return {
        "alike": ALIKE,
        "questions": {name: _counted(n, alike[name]) for name, n in sorted(sizes.items())},
        "documents": _counted(len(test), len(nearly_copied(*texts)))
        | {"titles": sum(title_key(one.title) in titles for one in test)},
    }


def _counted(n: int, near: int) -> dict[str, float]:
    return {"n": n, "near": near, "share": near / n if n else 0.0}
