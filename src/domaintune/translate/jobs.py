"""A row that is to be translated: what of it is sent, and how a translation becomes a row again."""

from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.sets import InstructionSet
from domaintune.science.protected import Mark, misplaced, protect, restore, unmarked
from domaintune.science.token_estimate import estimate_tokens
from domaintune.translate.checking import Pair, check_texts
from domaintune.translate.faults import Fault
from domaintune.translate.params import Translate
from domaintune.translate.texts import texts_of, with_texts


class Sent(NamedTuple):
    """One text of a row as it is sent."""

    at: int
    """Its place among the row's texts."""
    text: str
    """With marks for what must not change."""
    marks: tuple[Mark, ...]


class Job(NamedTuple):
    """One row. `sent` is empty where no text of it holds a word to translate."""

    row: Instruction
    to: str
    sent: tuple[Sent, ...]

    @property
    def tokens(self) -> int:
        """Return the estimated tokens of what is sent."""
        return sum(estimate_tokens(one.text) for one in self.sent)


def job_of(row: Instruction, to: str, *, texts_apart: bool) -> Job:
    """Return what is sent of a row; texts without a letter outside of marks stay as they are.

    Marks are numbered through the whole row, so that none can move to another text. Texts that are sent apart cannot
    mix, and are numbered apart: what is sent of a text then depends on that text alone, and is paid for once.
    """
    sent: list[Sent] = []
    marks = 0
    for at, text in enumerate(texts_of(row)):
        hidden = protect(text, first=marks + 1)
        if any(character.isalpha() for character in unmarked(hidden.text)):
            sent.append(Sent(at, hidden.text, hidden.marks))
            marks += 0 if texts_apart else len(hidden.marks)
    return Job(row, to, tuple(sent))


def translated(job: Job, texts: Sequence[str], params: Translate) -> Instruction | Fault:
    """Return the row in the other language, or the first thing that is wrong with its translation."""
    if len(texts) != len(job.sent):
        return Fault("other_texts", f"{len(texts)} texts came back for {len(job.sent)}")
    for one, text in zip(job.sent, texts, strict=True):
        if problems := misplaced(text, one.marks):
            return Fault("lost_mark", "; ".join(problems[:3]))
    whole = texts_of(job.row)
    pairs = []
    for one, text in zip(job.sent, texts, strict=True):
        shown = restore(text, one.marks)
        pairs.append(Pair(whole[one.at], shown, unmarked(one.text), unmarked(text)))
        whole[one.at] = shown
    if fault := check_texts(pairs, "ko" if job.to == "ko" else "en", params):
        return fault
    return with_texts(job.row, whole).model_copy(update={"language": job.to, "origin": "translated"})


def wanted_language(row: Instruction, wanted: InstructionSet) -> str | None:
    """Return the language a row is to be translated into; None where it stays as it is."""
    return None if wanted.to is None or row.language.split("-")[0] == wanted.to else wanted.to
