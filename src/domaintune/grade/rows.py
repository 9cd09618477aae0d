"""The training rows that are graded: what a judge is shown of each, and what is measured of it without a judge."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.judgment import READ, Grade, Grading
from domaintune.core.scoring.asking import unscored
from domaintune.core.sections.data import GradingSet
from domaintune.core.stage.accounting import Reject, check_groups
from domaintune.core.stage.files import content_id
from domaintune.science.heuristic_measures import heuristic_measures


class GradedRow(NamedTuple):
    """One training row as it is graded."""

    id: str
    language: str
    instruction: str
    """What was asked; of a conversation all that was said before the last answer."""
    input: str
    document: str
    """The document the row was made from; empty where there is none."""
    answer: str

    @property
    def ground(self) -> str:
        """Return the text the answer must stand on: the document, or the input of a row without one."""
        return self.document or self.input

    @property
    def asked(self) -> str:
        """Return what was asked, without the text the answer stands on."""
        return "\n".join([self.instruction, self.input]) if self.document else self.instruction


def choose(
    key: str, rows: Sequence[Instruction], documents: Mapping[str, Document], wanted: GradingSet
) -> list[GradedRow]:
    """Return the training rows of the groups, sorted by id; a group without any curated row is an InputError."""
    check_groups(f"gradings.{key}.groups", wanted.groups, (row.group for row in rows))
    own = [row for row in rows if row.group in wanted.groups and row.split == "train"]
    return sorted(to_graded(row, documents.get(row.document_id)) for row in own)


def lowest(rows: Sequence[GradedRow], count: int | None, purpose: str) -> list[GradedRow]:
    """Return so many rows by a hash of their ids, sorted by id: a new row displaces one other at most."""
    ranked = sorted(rows, key=lambda row: content_id("grade", purpose, row.id))
    return sorted(ranked[:count])


def to_graded(row: Instruction, document: Document | None) -> GradedRow:
    """Return a row as it is graded. Of a conversation the last answer is; what came before it is what was asked."""
    asked, answer = [row.system, row.instruction], row.output
    if row.turns:
        last = max(
            (at for at, turn in enumerate(row.turns) if turn.role == "assistant"), default=len(row.turns)
        )
        asked += [f"{turn.role}: {turn.content}" for turn in row.turns[:last]]
        answer = row.turns[last].content if last < len(row.turns) else ""
    made_from = [document.title, *document.texts(), ", ".join(document.keywords)] if document else []
    instruction, source = ("\n\n".join(filter(None, parts)) for parts in (asked, made_from))
    return GradedRow(row.id, row.language, instruction, "" if row.turns else row.input, source, answer)


def measured(rows: Sequence[GradedRow]) -> list[Grade]:
    """Return the heuristic measures of every row, each under its own name; one that cannot be taken is left out."""
    return [
        Grade(instruction_id=row.id, name=name, value=value, by="heuristic")
        for row in rows
        for name, value in heuristic_measures(
            row.answer, asked=row.asked, document=row.ground, language=row.language
        ).items()
    ]


def ungraded(
    rows: Sequence[GradedRow], gradings: Sequence[Grading], measured_alone: Collection[str]
) -> list[Reject]:
    """Return the rows without grades: not read, `measured_alone` as the judge is unfit, or beyond `max_rows`."""
    kept = {"instruction_id", "request_id"}
    rejects = [
        unscored("grade", one.instruction_id, one.outcome, one.detail, one.model_dump(include=kept))
        for one in gradings
        if one.outcome not in READ
    ]
    asked = {one.instruction_id for one in gradings}
    unfit = "unfit_judge", "the judge does not tell good calibration answers from bad; measured without it"
    beyond = "beyond_max_rows", "not among the rows that gradings' max_rows lets through"
    return rejects + [
        Reject.of(
            "grade", row.id, *(unfit if row.id in measured_alone else beyond), {"instruction_id": row.id}
        )
        for row in rows
        if row.id not in asked
    ]
