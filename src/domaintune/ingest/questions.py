"""From a row of a question set to a question, or to a reject with its reason."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress

from domaintune.core.records.question import Question
from domaintune.core.sections.sources import QuestionSource
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.ingest.fields import RowError, check_characters, check_marks
from domaintune.ingest.options import (
    check_options,
    check_repeats,
    read_options,
    right_options,
    without_labels,
)
from domaintune.ingest.question_text import cell_items, check_picture, key_of, repair_question
from domaintune.ingest.spool import Seen
from domaintune.science.matching import fact
from domaintune.science.repair_text import repair_line

ABSENT = {"", "-", "--", "n/a", "nan", "null", "not available", "tbd"}
"""What stands where there is no question or answer. `Na` and `None` can be answers."""
TEXTS = ("answer", "explanation", "context", "subject", "category")
"""Fields of the mapping that name columns of text."""
LATER = ("id", "task", "instruction", "matched_answer", "document_id", "instruction_id", "cluster", "split")
"""Fields of a question that are not known yet."""


class QuestionCleaner:
    """Turns the rows of one question set into questions. It remembers ids, and counts repairs."""

    def __init__(self, key: str, source: QuestionSource) -> None:
        self.key, self.source, self.columns = key, source, source.columns
        self.counts: Counter[str] = Counter()
        self.unscorable: list[Question] = []
        """Of a benchmark: the questions that are rejected. No arm is asked them, and none may be trained on them."""
        self._conflicts: dict[str, str] = {}
        self._seen = Seen(key, source.columns.id)
        self._repeats: Counter[str] = Counter()
        self._rows: dict[str, str] = {}
        known = source.difficulties or {}
        self._difficulties = {name.strip(): ours for name, ours in known.items()}

    def look_ahead(self, rows: Iterable[Cells | BrokenRow]) -> None:
        """Go through the set before it is cleaned: which of two answers to one question is right, it does not tell."""
        seen = Seen(self.key, None)
        for row in rows:
            with suppress(RowError):
                if isinstance(row, Cells):
                    self._compare(self._read(row, set()), row.place, seen)

    def _compare(self, question: Question, place: str, seen: Seen) -> None:
        """Remember a question and its answer; of one that had another answer before, both places."""
        name, right, shown = key_of(question)
        here = f"{shown!r} at {place}"
        if (before := seen.first(name, here, right)) and before[2] != right:
            both = f"the same question has the answer {before[1]} and {here}"
            self._conflicts[name] = f"{both}; the set does not tell which is right"

    def clean(self, row: Cells) -> list[Question]:
        """Return a question, or refuse it. The first *usable* record of an id stays."""
        try:
            return [self._clean(row)]
        except RowError:
            if self.source.use == "benchmark":
                texts, options = self._texts_and_options(row, set())  # which option is right is not known
                own = {"id": content_id(self.key, row.place)}
                self.unscorable.append(self._question(row, texts, options, "", "").model_copy(update=own))
            raise

    def _clean(self, row: Cells) -> Question:
        repaired: set[str] = set()
        question = self._read(row, repaired)
        # `What follows?` is another question about another text
        name = content_id(*filter(None, [question.context]), question.question, *question.options)
        if self._conflicts and (conflict := self._conflicts.get(key_of(question)[0])):
            raise RowError("conflicting_answer", conflict)
        text = content_id(name, question.answer)
        own = self._seen.check(question.native_id or self._own_id(row, name), row.place, text, row.file)
        self.counts.update(f"repaired_{kind}" for kind in repaired)
        return question.model_copy(update={"id": content_id(self.key, own)})

    def _read(self, row: Cells, repaired: set[str]) -> Question:
        """Return the question without id. Checks go from what is damaged to what is wrong."""
        texts, options = self._texts_and_options(row, repaired)
        everything = texts | {f"option {number}": option for number, option in enumerate(options, 1)}
        check_characters(everything)
        if texts["question"].casefold() in ABSENT:
            raise RowError("placeholder", f"column {self.columns.question!r} is {texts['question']!r}")
        check_picture(row.values, self.columns)
        if self.source.use == "train":
            check_marks(everything.values())
        answer = self._answer(texts["answer"], options)
        return self._question(row, texts, options, answer, self._difficulty(row))

    def _texts_and_options(self, row: Cells, repaired: set[str]) -> tuple[dict[str, str], list[str]]:
        """Return the repaired texts of a row by name, and its options."""

        def repair(text: str) -> str:
            found = repair_question(text)
            repaired.update(found.repairs)
            return found.text

        found = read_options(row.values, self.columns)
        texts = {"question": repair(found.question)}
        for name in TEXTS:
            texts[name] = repair("\n".join(cell_items(row.cell(getattr(self.columns, name)))))
        texts["answer"] = found.answer or texts["answer"]
        return texts, [repair(text) for text in without_labels(found.options)]

    def _answer(self, cell: str, options: list[str]) -> str:
        if self.columns.options == "none":
            if cell.casefold() in ABSENT:
                raise RowError("placeholder", f"column {self.columns.answer!r} is {cell!r}")
            return cell
        check_options(options, self.columns)
        try:
            right = right_options(cell, options, self.columns)
        except RowError:
            check_repeats(options, ())
            raise
        # a published benchmark stays whole: there a repeated wrong option is not a fault
        check_repeats(options, () if self.source.use == "train" else right.split(","))
        return right

    def _difficulty(self, row: Cells) -> str:
        cell = repair_line(row.cell(self.columns.difficulty)).text
        if not cell:
            return self.source.difficulty or ""
        if not self._difficulties or cell in self._difficulties:
            return self._difficulties.get(cell, cell)
        known = f"sources.{self.key}.difficulties knows {', '.join(self._difficulties)}"
        raise RowError("unknown_difficulty", f"column {self.columns.difficulty!r} is {cell[:80]!r}; {known}")

    def _question(
        self, row: Cells, texts: Mapping[str, str], options: list[str], answer: str, difficulty: str
    ) -> Question:
        told = {name: texts[name] for name in ("question", "explanation", "category", "context")}
        own = dict.fromkeys(LATER, "") | told
        return Question(
            options=options,
            answer=answer,
            subject=texts["subject"] or self.source.subject or "",
            difficulty=difficulty,
            language=self.source.language,
            source=self.key,
            licence=self.source.licence,
            native_id=fact(row.cell(self.columns.id)),
            file=row.file,
            **own,
        )

    def _own_id(self, row: Cells, name: str) -> str:
        """Number a question that comes again in a row (a later year) that differs in some column from all before."""
        whole = content_id(*(part for item in sorted(row.values.items()) for part in item), length=32)
        if whole not in self._rows:
            self._repeats[name] += 1
            self._rows[whole] = name if self._repeats[name] == 1 else f"{name}-{self._repeats[name]}"
        return self._rows[whole]
