"""Which rows of an instruction set are unusable, and why.

Rows that refuse, or in which a model speaks of itself, teach a model to refuse and to call itself another's product.
Lists of such phrases have cleaned open sets since ShareGPT_Vicuna_unfiltered (2023); these are our own, and
docs/instruction-sets.md says how often they were right on real rows.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from domaintune.core.sections.sources import InstructionFilters
from domaintune.ingest.raw_instruction import Draft

START = 160
MODEL_EN = (
    r"(?:(?:ai|artificial intelligence)(?: language)?(?: model| assistant| chatbot| bot| system)?"
    r"|(?:large )?language model)(?=\s*[,.;]|\s+(?:I|and|with|trained|developed|created|designed)\b)"
)
"""Not `as an AI engineer`."""
CANNOT_EN = r"\b(?:can(?:no|')t|cannot|unable|not able|not possible|do(?:es)? not|don't|doesn't)\b"
ACTS_EN = (
    r"(?:help|assist|provide|answer|fulfil|comply|complete|generate|create|write|access|browse|open|view|see|"
    r"process|do)\b"
)
MODEL_KO = r"(?:AI|인공\s?지능)"
CANNOT_KO = r"(?:수(?:가|는)?\s*없|못\s*(?:하|합|해)|어렵|않(?:습니다|아요|네요))"
WORD = re.compile(r"\b[A-Za-z]{4,}\b")
"""Words whose capitals mean nothing. Shorter ones may be symbols (CO is not Co), and COCl2 is no word."""


class Phrase(NamedTuple):
    """What to look for, where, and what it shows."""

    pattern: re.Pattern[str]
    where: Literal["start", "anywhere"]
    """start: in the first START characters of the answer, where a refusal stands."""
    shows: str


def _phrase(pattern: str, where: Literal["start", "anywhere"], shows: str) -> Phrase:
    return Phrase(re.compile(pattern, re.IGNORECASE), where, shows)


PHRASES: dict[str, tuple[Phrase, ...]] = {
    "en": (
        _phrase(rf"\bas an? {MODEL_EN}", "anywhere", "speaks as a model"),
        _phrase(rf"\bI(?:'m| am) (?:just |only )?an? {MODEL_EN}", "anywhere", "speaks as a model"),
        _phrase(
            r"\bmy (?:training data|knowledge) (?:cut-?off|only goes|ends)\b", "anywhere", "speaks as a model"
        ),
        _phrase(
            r"\bI (?:do not|don't) have (?:personal (?:opinions|beliefs|feelings|experiences|preferences)|access to)\b",
            "start",
            "speaks as a model",
        ),
        _phrase(r"\b(?:trained|developed|created|made) by OpenAI\b", "start", "names its maker"),
        _phrase(
            r"^\W*(?:I(?:'m| am) )?(?:very |so )?sorry,? (?:but )?(?:I|this|the|there|it|we)\b"
            rf"[^.!?]{{0,40}}{CANNOT_EN}",
            "start",
            "refuses",
        ),
        _phrase(
            rf"^\W*(?:unfortunately,? )?I (?:can(?:no|')t|cannot|(?:am|'m) (?:unable|not able) to) {ACTS_EN}",
            "start",
            "refuses",
        ),
        _phrase(r"^\W*no ?output\W*$", "start", "says that there is no answer"),
    ),
    "ko": (
        _phrase(
            rf"(?:{MODEL_KO}|언어\s*모델)\s*(?:언어\s*모델|챗봇|어시스턴트|비서)?\s*"
            r"(?:으?로서|이?기\s*때문|이?므로|이?라서)",
            "anywhere",
            "speaks as a model",
        ),
        _phrase(
            rf"(?:저는|나는|제가)\s*(?:그저|단지)?\s*(?:{MODEL_KO}\s*)?(?:언어\s*)?(?:모델|챗봇|어시스턴트|{MODEL_KO})\s*"
            r"(?:입니다|이며|이고|이에요|예요|이지만|이라(?!는)|이기|으?로서|이므로)",
            "anywhere",
            "speaks as a model",
        ),
        _phrase(r"OpenAI(?:에서|가|에\s*의해)\s*(?:개발|훈련|만든|제작)", "start", "names its maker"),
        _phrase(rf"^\W*(?:정말\s*)?(?:죄송|미안|유감)[^!?\n]{{0,60}}{CANNOT_KO}", "start", "refuses"),
    ),
}
"""By the language they are written in; all are tried on every answer."""


def refusal_in(answer: str) -> str | None:
    """Say what in an answer shows a refusal, or None."""
    for phrases in PHRASES.values():
        for phrase in phrases:
            found = phrase.pattern.search(answer if phrase.where == "anywhere" else answer[:START])
            if found:
                return f"{phrase.shows}: {found.group().strip()!r}"
    return None


def normalised(text: str) -> str:
    """Return a text as it is compared: without capitals of words, double spaces, and marks at its end."""
    return WORD.sub(lambda word: word.group().lower(), " ".join(text.split())).rstrip(".?!。 ")


def empty(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find an answer without text."""
    missing = [number for number, text in enumerate(draft.answered, 1) if not text.strip()]
    if not filters.empty_output or not missing:
        return None
    return f"answer {missing[0]} of {len(draft.answered)} holds no text" if draft.turns else "output is empty"


def too_short(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find too little text, in characters without outer space."""
    if filters.min_chars_of == "row":
        parts = ["".join(text.strip() for text in (*draft.asked, *draft.answered))]
    elif draft.turns:
        parts = [turn.content.strip() for turn in draft.turns]
    else:
        parts = ["\n".join(draft.asked).strip(), draft.output.strip()]
    shortest = min(parts, key=len)
    if len(shortest) >= filters.min_chars:
        return None
    return f"{len(shortest)} characters in {shortest!r}, at least {filters.min_chars}"


def output_equals_input(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find an answer that is letter for letter what was asked, or the input: capitals may be the task."""
    if not filters.output_equals_input:
        return None
    if draft.turns:
        pairs = list(zip(draft.asked, draft.answered, strict=True))
    else:
        pairs = [(text, draft.output) for text in draft.asked]
    same = [given for given, answer in pairs if answer and given == answer]
    return f"the answer repeats {same[0][:80]!r}" if same else None


def refusal(draft: Draft, filters: InstructionFilters) -> str | None:
    """Find an answer that refuses, or speaks of being a model."""
    if not filters.refusals:
        return None
    return next((found for answer in draft.answered if (found := refusal_in(answer))), None)


FILTERS: dict[str, Callable[[Draft, InstructionFilters], str | None]] = {
    "empty_output": empty,
    "too_short": too_short,
    "output_equals_input": output_equals_input,
    "refusal": refusal,
}
"""Reason → what finds it, in the order they are tried. Language and duplicates come after, in instructions.py."""
