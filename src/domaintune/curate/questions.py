"""Questions for every arm: from rows about documents, of question sets and of instruction sets, with their answers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import Questions
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.science.matching import best_passage
from domaintune.science.sentences import split_sentences

WINDOW = 3  # sentences; the study's matched answers have one to three


def select_questions(questions: Sequence[Question], wanted: Questions, seed: int) -> list[Question]:
    """Return what every arm is asked: the `n` questions of the split with the smallest hash, sorted by id.

    A new question displaces at most one other. A conversation counts once, and comes with all its turns.
    """
    if not wanted.n:  # arms are measured by benchmarks alone
        return []
    there = [question for question in questions if question.split == wanted.from_]
    if not there:
        splits = sorted({question.split for question in questions})
        raise InputError(
            f"answer.questions.from is {wanted.from_}, but no question is about a document of that split (there are "
            f"questions for {splits}). Choose another split, a larger corpus.test_fraction, or answer.questions.n: 0."
        )
    first = {question.id for question in there if not question.before}
    chosen = set(sorted(first, key=lambda name: (unit_interval(seed, "answer", name), name))[: wanted.n])
    asked = (question for question in there if chosen & {question.id, *question.before})
    return sorted(asked, key=lambda question: question.id)


def with_passages(questions: Sequence[Question], documents: Mapping[str, Document]) -> list[Question]:
    """Give the questions about documents the document's text, and the passage of it that answers best.

    The matched answer is a passage of the record, not the teacher's answer: a teacher may be wrong.
    Source: the NASA study, section 4.2.1 and Table 1.
    """
    found = list(questions)
    for at, one in enumerate(questions):
        if document := documents.get(one.document_id):
            matched = best_passage(one.question, one.answer, passages_of(document))
            own = {"matched_answer": matched, "context": "\n\n".join(document.texts())}
            found[at] = one.model_copy(update=own)
    return found


def to_set_question(row: Instruction, asked: Question) -> Question:
    """Return a row made from a question set as a question; the matched answer is the set's own."""
    # the question's text is context: whether an arm sees it is said in `answer`
    own = {name: getattr(row, name) for name in ("task", "instruction", "document_id", "split")}
    own |= {"id": content_id("question", row.id), "instruction_id": row.id}
    return asked.model_copy(update=own | {"answer": row.output, "matched_answer": asked.answer})


def to_own_question(row: Instruction, source: str) -> Question:
    """Return a row as a question, by its instruction if it has no input, to be answered with the row's own output."""
    kept = ("task", "category", "language", "document_id", "licence", "split", "native_id")
    return Question(
        id=content_id("question", row.id),
        instruction=row.instruction if row.input else "",
        question=row.input or row.instruction,
        options=[],
        answer=row.output,
        matched_answer=row.output,
        instruction_id=row.id,
        source=source,
        cluster=content_id("question", row.id),
        **dict.fromkeys(("explanation", "subject", "difficulty", "context"), ""),
        **{name: getattr(row, name) for name in kept},
    )


def to_turns(row: Instruction, source: str) -> list[Question]:
    """Return each of the user's turns as a question, to be answered as in the row, that follows those before it."""
    found: list[Question] = []
    for at, turn in enumerate(row.turns):
        if turn.role != "user":
            continue
        answer = next((one.content for one in row.turns[at + 1 : at + 2] if one.role == "assistant"), "")
        own = to_own_question(row.model_copy(update={"instruction": turn.content, "output": answer}), source)
        later = {"id": content_id("question", row.id, str(len(found) + 1))} if found else {}
        follows = " ".join(one.id for one in found)
        found.append(own.model_copy(update={"follows": follows} | later))
    return found


def passages_of(document: Document) -> list[str]:
    """Return what can be a matched answer: one to three sentences in a row, the keywords, the title."""
    passages: list[str] = []
    for text in document.texts():
        sentences = split_sentences(text)
        for size in range(1, WINDOW + 1):
            starts = range(len(sentences) - size + 1)
            passages += [" ".join(sentences[start : start + size]) for start in starts]
    passages += ["; ".join(document.keywords), document.title]
    return [passage for passage in passages if passage.strip()]


class SetRows(NamedTuple):
    """The rows of one set."""

    source: str
    held_out: bool
    """The set is for evaluation: each of its rows is a question that no training row may hold."""
    rows: list[Instruction]


def asked_of(row: Instruction, source: str) -> list[Question]:
    """Return what a row asks: instruction and input as a whole, or each of the user's turns."""
    if row.turns:
        return to_turns(row, source)
    whole = "\n".join(part for part in (row.instruction, row.input) if part)
    return [to_own_question(row, source).model_copy(update={"question": whole})]
