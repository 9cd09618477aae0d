"""Finding exam questions that stand in a set more than once with different right options."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from domaintune.core.records.question import Question
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.ingest.options import Wrong


class _First(NamedTuple):
    place: str
    answer: str


def asked_name(question: Question) -> str:
    """Return a name for what is asked: `What follows?` is another question about another text."""
    return content_id(*([question.context] if question.context else []), question.question, *question.options)


def conflicts_in(
    rows: Iterable[Cells | BrokenRow], read: Callable[[Cells], Question | Wrong]
) -> dict[str, str]:
    """Return the names of the questions whose options have two right ones, and where both stand.

    Which of them is right the set does not tell, so none can be taken.
    """
    first: dict[str, _First] = {}
    conflicts: dict[str, str] = {}
    for row in rows:
        if isinstance(row, BrokenRow):
            continue
        question = read(row)
        if isinstance(question, Wrong) or not question.options:
            continue
        name = asked_name(question)
        before = first.setdefault(name, _First(row.place, question.answer))
        if before.answer != question.answer:
            conflicts[name] = (
                f"the same question has option {before.answer} as its answer at {before.place} and option "
                f"{question.answer} at {row.place}; the set does not tell which is right"
            )
    return conflicts
