"""What of a row is sent to be translated, and what a translation must keep of it."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.accounting import Loss
from domaintune.core.teacher.asking import Unserved
from domaintune.science.protected import Mark, misplaced, protect, restore, unmarked
from domaintune.science.protected_values import lost_numbers, lost_units
from domaintune.science.sentences import hangul_share, width
from domaintune.science.text_structure import estimate_tokens
from domaintune.translate.params import Translate

UNANSWERED = frozenset({"needs_model", "too_long", "refused", "unparsed", *get_args(Unserved)})
"""Reasons of a row that has no translation; with any other it has one, which fails a check."""

ENOUGH = 20
"""Letters from which a text alone must be in the target language; a shorter one may be a name or a label."""
SLACK = 20
"""Columns added to both sides of the ratio: `Sure.` may well become twice as wide."""


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
        hidden, own = protect(text, first=marks + 1)
        if any(character.isalpha() for character in unmarked(hidden)):
            sent.append(Segment(at, hidden, own))
            marks += 0 if texts_apart else len(own)
    return RowSegments(row, to, tuple(sent))


def translated(job: RowSegments, texts: Sequence[str], params: Translate) -> Instruction | Loss:
    """Return the row in the other language, or the first thing that is wrong with its translation."""
    if len(texts) != len(job.sent):
        return Loss("other_texts", f"{len(texts)} texts came back for {len(job.sent)}")
    for one, text in zip(job.sent, texts, strict=True):
        if problems := misplaced(text, one.marks):
            return Loss("lost_mark", "; ".join(problems[:3]))
    whole = job.row.texts()
    for one, text in zip(job.sent, texts, strict=True):
        source, whole[one.at] = whole[one.at], restore(text, one.marks)
        bare = unmarked(one.text), unmarked(text)
        if loss := _text_problem(source, whole[one.at], bare, job.to, params):
            return loss
    if loss := _language_problem(" ".join(map(unmarked, texts)), job.to, params):
        return loss
    contents = iter(whole)  # in the order of `Instruction.texts`
    changed: dict[str, Any] = {name: next(contents) for name in ("system", "instruction", "input", "output")}
    changed["turns"] = [turn.model_copy(update={"content": next(contents)}) for turn in job.row.turns]
    return job.row.model_copy(update=changed | {"language": job.to, "origin": "translated"})


def _text_problem(source: str, shown: str, bare: tuple[str, str], to: str, params: Translate) -> Loss | None:
    """Return what is wrong with one text; `bare` are source and translation without what was protected."""
    if not shown.strip():
        return Loss("length_ratio", "the translation is empty")
    enough = sum(character.isalpha() for character in bare[0]) >= ENOUGH
    if enough and (loss := _language_problem(bare[1], to, params)):
        return loss
    ratio = (width(bare[1]) + SLACK) / (width(bare[0]) + SLACK)
    least, largest = params.length_ratio
    if not least <= ratio <= largest:
        what = f"{'shorter' if ratio < least else 'longer'} than its source: {ratio:.2f} times as wide"
        return Loss("length_ratio", f"the translation is much {what}")
    return _values_problem(source, shown, to)


def _values_problem(source: str, shown: str, to: str) -> Loss | None:
    if "\ufffd" in shown and "\ufffd" not in source:
        return Loss("bad_encoding", "U+FFFD stands for a lost character")
    if lost := ", ".join(lost_numbers(source, shown)[:5]):
        return Loss("lost_number", f"the number {lost} of the source is not in the translation")
    if lost := ", ".join(lost_units(source, shown, "ko" if to == "ko" else "en")[:5]):
        return Loss("lost_unit", f"the translation does not say {lost} with its unit")
    return None


def _language_problem(text: str, to: str, params: Translate) -> Loss | None:
    share = hangul_share(text) if to == "ko" else _latin_share(text)
    if share >= params.min_script_share:
        return None
    script, least = "Hangul" if to == "ko" else "Latin", params.min_script_share
    return Loss("other_language", f"{share:.2f} of the letters are {script}, at least {least}")


def _latin_share(text: str) -> float:
    letters = [character for character in unicodedata.normalize("NFKC", text) if character.isalpha()]
    latin = sum(unicodedata.name(character, "").startswith("LATIN") for character in letters)
    return latin / len(letters) if letters else 0.0


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
