"""What of a row is sent to be translated, who translates, and how a translation becomes a row again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import InstructionSet
from domaintune.core.stage.accounting import Loss
from domaintune.science.protected import Mark, misplaced, protect, restore, unmarked
from domaintune.science.text_structure import estimate_tokens
from domaintune.translate.checking import TextPair, check_texts
from domaintune.translate.params import Translate


class Segment(NamedTuple):
    """One text of a row as it is sent."""

    at: int
    """Its place among the row's texts."""
    text: str
    """With marks for what must not change."""
    marks: tuple[Mark, ...]


class RowSegments(NamedTuple):
    """One row. `sent` is empty where no text of it holds a word to translate."""

    row: Instruction
    to: str
    sent: tuple[Segment, ...]

    @property
    def tokens(self) -> int:
        """Return the estimated tokens of what is sent."""
        return sum(estimate_tokens(one.text) for one in self.sent)


def job_of(row: Instruction, to: str, *, texts_apart: bool) -> RowSegments:
    """Return what is sent of a row; texts without a letter outside of marks stay as they are.

    Marks are numbered through the whole row, so that none can move to another text. Texts that are sent apart cannot
    mix, and are numbered apart: what is sent of a text then depends on that text alone, and is paid for once.
    """
    sent: list[Segment] = []
    marks = 0
    for at, text in enumerate(row.texts()):
        hidden = protect(text, first=marks + 1)
        if any(character.isalpha() for character in unmarked(hidden.text)):
            sent.append(Segment(at, hidden.text, hidden.marks))
            marks += 0 if texts_apart else len(hidden.marks)
    return RowSegments(row, to, tuple(sent))


def translated(job: RowSegments, texts: Sequence[str], params: Translate) -> Instruction | Loss:
    """Return the row in the other language, or the first thing that is wrong with its translation."""
    if len(texts) != len(job.sent):
        return Loss("other_texts", f"{len(texts)} texts came back for {len(job.sent)}")
    for one, text in zip(job.sent, texts, strict=True):
        if problems := misplaced(text, one.marks):
            return Loss("lost_mark", "; ".join(problems[:3]))
    whole = job.row.texts()
    pairs = []
    for one, text in zip(job.sent, texts, strict=True):
        shown = restore(text, one.marks)
        pairs.append(TextPair(whole[one.at], shown, unmarked(one.text), unmarked(text)))
        whole[one.at] = shown
    if loss := check_texts(pairs, "ko" if job.to == "ko" else "en", params):
        return loss
    return _with_texts(job.row, whole).model_copy(update={"language": job.to, "origin": "translated"})


def wanted_language(row: Instruction, wanted: InstructionSet) -> str | None:
    """Return the language a row is to be translated into; None where it stays as it is."""
    return None if wanted.to is None or row.language.split("-")[0] == wanted.to else wanted.to


def _with_texts(row: Instruction, texts: Sequence[str]) -> Instruction:
    """Return the row with other texts, in the order of `Instruction.texts`."""
    system, instruction, input_, output, *contents = texts
    turns = [
        turn.model_copy(update={"content": content})
        for turn, content in zip(row.turns, contents, strict=True)
    ]
    return row.model_copy(
        update={
            "system": system,
            "instruction": instruction,
            "input": input_,
            "output": output,
            "turns": turns,
        }
    )


class Outcome(NamedTuple):
    """What came of one row."""

    found: Instruction | Loss
    request_id: str
    """Ledger keys of the requests it came from, one space between."""


class Round(NamedTuple):
    """What came of all rows, and of the requests behind them."""

    outcomes: dict[str, Outcome]
    """Row id → outcome."""
    requests: Counter[str]
    """Outcome of a request → how many."""


class Translator(Protocol):
    """Has rows translated and checks what comes back."""

    @property
    def texts_apart(self) -> bool:
        """Tell whether each text of a row is sent by itself, and so has marks of its own numbering."""
        ...

    def translate(self, jobs: Sequence[RowSegments], *, ask_again: bool) -> Round:
        """Return what came of each row; `ask_again`: once more for those that failed a check, where it can help.

        Raises:
            TeacherError: nobody answers.
        """
        ...

    def books(self) -> Mapping[str, int]:
        """Return counts of the answers used, those of back-translations included."""
        ...

    def told(self) -> str:
        """Return what this run sent, for the log, never for the books."""
        ...

    def write_responses(self) -> None:
        """Rewrite the responses file with exactly the answers used."""
        ...
