"""From a row of a question set to a question, or to a reject with its reason."""

from collections import Counter
from collections.abc import Iterable, Mapping

from domaintune.core.records.question import Question
from domaintune.core.sections.sources import QuestionSource
from domaintune.core.stage.accounting import Loss
from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.ingest.fields import lost_in, marked
from domaintune.ingest.options import (
    Choice,
    check_options,
    check_repeats,
    read_options,
    right_options,
    without_labels,
)
from domaintune.ingest.question_text import (
    cell_items,
    conflicts_in,
    key_of,
    needs_picture,
    repair_question,
)
from domaintune.ingest.reading import LIST_MARK
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
        self.conflicts: Mapping[str, str] = {}
        self._seen = Seen(key, source.columns.id)
        self._repeats: Counter[str] = Counter()
        self._rows: dict[str, str] = {}
        known = source.difficulties or {}
        self._difficulties = {name.strip(): ours for name, ours in known.items()}

    def look_ahead(self, rows: Iterable[Cells | BrokenRow]) -> None:
        """Go through the set once before it is cleaned: of two answers to one question, none can be taken."""
        self.conflicts = conflicts_in(rows, lambda row: self._read(row, set()), Seen(self.key, None))

    def clean(self, row: Cells | BrokenRow) -> list[Question] | Loss:
        """Return a question, or why there is none. The first *usable* record of an id stays."""
        if isinstance(row, BrokenRow):
            return Loss(row.reason, row.detail)
        found = self._clean(row)
        if isinstance(found, Loss) and self.source.use == "benchmark":
            texts, options, _ = self._texts_and_options(row, set())  # which option is right is not known
            own = {"id": content_id(self.key, row.place)}
            self.unscorable.append(self._question(row, texts, options, "", "").model_copy(update=own))
        return found if isinstance(found, Loss) else [found]

    def _clean(self, row: Cells) -> Question | Loss:
        repaired: set[str] = set()
        question = self._read(row, repaired)
        if isinstance(question, Loss):
            return question
        # `What follows?` is another question about another text
        name = content_id(*filter(None, [question.context]), question.question, *question.options)
        if self.conflicts and (conflict := self.conflicts.get(key_of(question)[0])):
            return Loss("conflicting_answer", conflict)
        text = content_id(name, question.answer)
        found = self._seen.check(question.native_id or self._own_id(row, name), row.place, text, row.file)
        if isinstance(found, Loss):
            return found
        self.counts.update(f"repaired_{kind}" for kind in repaired)
        return question.model_copy(update={"id": content_id(self.key, found)})

    def _read(self, row: Cells, repaired: set[str]) -> Question | Loss:
        """Return the question without id. Checks go from what is damaged to what is wrong."""
        texts, options, wrong = self._texts_and_options(row, repaired)
        named = {f"option {number}": option for number, option in enumerate(options, 1)}
        if lost := lost_in({**texts, **named}):
            return Loss("bad_encoding", lost)
        if texts["question"].casefold() in ABSENT:
            return Loss("placeholder", f"column {self.columns.question!r} is {texts['question']!r}")
        held_out = marked({**texts, **named}.values()) if self.source.use == "train" else None
        if refused := needs_picture(row.values, self.columns) or held_out or wrong:
            return refused
        if isinstance(answer := self._answer(texts["answer"], options), Loss):
            return answer
        if isinstance(difficulty := self._difficulty(row.values), Loss):
            return difficulty
        return self._question(row, texts, options, answer, difficulty)

    def _texts_and_options(
        self, row: Cells, repaired: set[str]
    ) -> tuple[dict[str, str], list[str], Loss | None]:
        """Return the repaired texts of a row by name, its options, and why it has none."""

        def repair(text: str) -> str:
            found = repair_question(text)
            repaired.update(found.repairs)
            return found.text

        stem = row.values.get(self.columns.question, "")
        read = read_options(row.values, stem, self.columns, LIST_MARK)
        found, wrong = (Choice(stem, []), read) if isinstance(read, Loss) else (read, None)
        texts = {"question": repair(found.question)}
        for name in TEXTS:
            cell = self._cell(row.values, getattr(self.columns, name))
            texts[name] = repair("\n".join(cell_items(cell, LIST_MARK)))
        texts["answer"] = found.answer or texts["answer"]
        return texts, [repair(text) for text in without_labels(found.options)], wrong

    def _answer(self, cell: str, options: list[str]) -> str | Loss:
        if self.columns.options == "none":
            absent = Loss("placeholder", f"column {self.columns.answer!r} is {cell!r}")
            return absent if cell.casefold() in ABSENT else cell
        if wrong := check_options(options):
            return wrong
        right = right_options(cell, options, self.columns)
        # a published benchmark stays whole: there a repeated wrong option is not a fault
        known = None if isinstance(right, Loss) or self.source.use == "train" else right.split(",")
        return check_repeats(options, known) or right

    def _difficulty(self, values: Mapping[str, str]) -> str | Loss:
        cell = repair_line(self._cell(values, self.columns.difficulty)).text
        if not cell:
            return self.source.difficulty or ""
        if not self._difficulties or cell in self._difficulties:
            return self._difficulties.get(cell, cell)
        known = f"sources.{self.key}.difficulties knows {', '.join(self._difficulties)}"
        return Loss("unknown_difficulty", f"column {self.columns.difficulty!r} is {cell[:80]!r}; {known}")

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
            native_id=fact(self._cell(row.values, self.columns.id)),
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

    @staticmethod
    def _cell(values: Mapping[str, str], column: str | None) -> str:
        return values.get(column, "") if column is not None else ""
