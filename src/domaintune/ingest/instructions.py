"""From a row of an instruction set to an instruction, or to a reject with its reason."""

import re
from collections import Counter
from typing import Any, Literal

from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.sections.sources import InstructionFilters, InstructionSource
from domaintune.core.stage.files import content_id
from domaintune.ingest.fields import RowError, check_characters, check_marks
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw_instruction import Draft, Example
from domaintune.science.markup import BREAK
from domaintune.science.refusals import refusal_in
from domaintune.science.repair_text import CHARACTERS, take_steps
from domaintune.science.sentences import identify_language

REPAIRS = {kind: CHARACTERS[kind] for kind in ("mojibake", "nfc", "invisible_characters")}
"""Of the repairs of texts. Entities, spaces and line breaks stay: they may be code, and what a task is about."""
SIDES = {"each": ("asked", "answered"), "none": ()}
"""Which sides' language counts, where that is not one alone."""


class InstructionCleaner:
    """Turns the rows of one instruction set into instructions. It remembers rows, and counts repairs."""

    def __init__(self, key: str, source: InstructionSource, settings: Ingest) -> None:
        self.key, self.source, self.settings = key, source, settings
        self.counts: Counter[str] = Counter()
        self._rows: dict[str, str] = {}
        self._asked: dict[str, str] = {}

    def clean(self, row: Example) -> list[Instruction]:
        """Return an instruction, or refuse it. Of rows that ask the same, the first *usable* one stays."""
        self.counts["records"] += row.number == 1
        if isinstance(row.draft, RowError):
            raise row.draft
        repaired: set[str] = set()
        draft = _repair(row.draft, repaired)
        self._check(draft)
        language = self._language(draft)
        turns = [f"{turn.role}:{turn.content}" for turn in draft.turns]
        # the names under which sets have a record's id
        named = (row.record.get(name) for name in ("id", "question_id"))
        ids = (str(one) for one in named if isinstance(one, str | int))
        own = draft._asdict() | {"turns": list(draft.turns)}
        own |= dict.fromkeys(("task", "group", "document_id", "request_id", "split"), "")
        del own["left_out"]
        instruction = Instruction(
            id=content_id(self.key, draft.system, draft.instruction, draft.input, draft.output, *turns),
            language=language,
            origin=self.source.origin,
            licence=self.source.licence,
            native_id=next(filter(str.strip, ids), ""),
            **own,
        )
        self._check_repeat(instruction, draft, row.place)
        self.counts.update(f"repaired_{kind}" for kind in repaired)
        self.counts["left_out_turns_or_answers"] += draft.left_out
        self.counts["conversations"] += bool(draft.turns)
        return [instruction]

    def _check(self, draft: Draft) -> None:
        """Refuse a row by the first thing wrong with it, from what is damaged to what is not wanted."""
        names = ("system",) if draft.turns else ("system", "instruction", "input", "output")
        everything = {name: getattr(draft, name) for name in names}
        everything |= {f"turn {number}": turn.content for number, turn in enumerate(draft.turns, 1)}
        check_characters(everything)
        check_marks(everything.values())
        if (length := sum(map(len, everything.values()))) > self.settings.max_chars:
            raise RowError("too_long", f"{length} characters, at most {self.settings.max_chars}")
        if not draft.asked or not all(text.strip() for text in draft.asked):
            raise RowError("empty_instruction", "nothing is asked")
        check_filters(draft, self.source.filters)

    def _language(self, draft: Draft) -> str:
        """Return the row's language: what is asked tells it before what is answered."""
        told = []
        wanted = self.source.filters.wrong_language
        for side in SIDES.get(wanted, (wanted,)):
            language = self._language_of(draft, side)
            if language is not None and language not in self.source.languages:
                seems = f"what is {side} seems to be in {language!r}"
                raise RowError("wrong_language", f"{seems}, expected {', '.join(self.source.languages)}")
            told.append(language)
        known = [language for language in told if language]
        self.counts["language_not_told"] += bool(told) and not known
        return known[0] if known else self.source.languages[0]

    def _language_of(self, draft: Draft, side: str) -> str | None:
        """Tell the language of a side: one of the source's, where the instruction or all that is asked is in one.

        An input may be in any language (`Translate this`), and an instruction may be too short to be told rightly.
        """
        texts = draft.answered if side == "answered" else draft.asked
        told = [identify_language(text) for text in (texts[0], "\n".join(texts))]
        return next((language for language in told if language in self.source.languages), told[0] or told[1])

    def _check_repeat(self, instruction: Instruction, draft: Draft, place: str) -> None:
        """Remember a new row; refuse one that was kept before, and say where."""
        if first := self._rows.get(instruction.id):
            raise RowError("duplicate", f"the same row was kept before ({first})")
        asked = content_id(normalised(draft.system), *map(normalised, draft.asked), length=32)
        if self.source.filters.duplicate_instruction and (first := self._asked.get(asked)):
            raise RowError("duplicate_instruction", f"the same was asked before ({first})")
        self._rows[instruction.id] = self._asked[asked] = place


WORD = re.compile(r"\b[A-Za-z]{4,}\b")
"""Words whose capitals mean nothing. Shorter ones may be symbols (CO is not Co), and COCl2 is not a word."""


def normalised(text: str) -> str:
    """Return a text as it is compared: without capitals of words, double spaces, and marks at its end."""
    return WORD.sub(lambda word: word.group().lower(), " ".join(text.split())).rstrip(".?!。 ")


def check_filters(draft: Draft, filters: InstructionFilters) -> None:
    """Refuse a row that one of the source's filters is for. Language and duplicates come after."""
    missing = [number for number, text in enumerate(draft.answered, 1) if not text.strip()]
    if filters.empty_output and missing:
        several = f"answer {missing[0]} of {len(draft.answered)} holds no text"
        raise RowError("empty_output", several if draft.turns else "output is empty")
    shortest = min(_parts(draft, filters.min_chars_of), key=len)
    if len(shortest) < filters.min_chars:
        detail = f"{len(shortest)} characters in {shortest!r}, at least {filters.min_chars}"
        raise RowError("too_short", detail)
    answers = draft.answered if draft.turns else draft.answered * len(draft.asked)
    # letter for letter: capitals may be the task
    same = [given for given, answer in zip(draft.asked, answers, strict=True) if answer and given == answer]
    if filters.output_equals_input and same:
        raise RowError("output_equals_input", f"the answer repeats {same[0][:80]!r}")
    refused = map(refusal_in, draft.answered)
    if filters.refusals and (found := next(filter(None, refused), None)):
        raise RowError("refusal", found)


def _parts(draft: Draft, parts_of: Literal["row", "part"]) -> list[str]:
    """Return the texts that must be long enough, without outer space."""
    if parts_of == "row":
        return ["".join(text.strip() for text in (*draft.asked, *draft.answered))]
    if draft.turns:
        return [turn.content.strip() for turn in draft.turns]
    return ["\n".join(draft.asked).strip(), draft.output.strip()]


def _repair(draft: Draft, repaired: set[str]) -> Draft:
    def mend(text: str) -> str:
        if text.isascii() and "\r" not in text:
            return text.strip()
        mended = take_steps(BREAK.sub("\n", text), REPAIRS)
        repaired.update(mended.repairs)
        return mended.text.strip()

    texts: dict[str, Any] = {
        name: mend(getattr(draft, name)) for name in ("instruction", "input", "output", "system")
    }
    return draft._replace(
        **texts,
        category=" ".join(mend(draft.category).split()),
        turns=tuple(Turn(role=turn.role, content=mend(turn.content)) for turn in draft.turns),
    )
