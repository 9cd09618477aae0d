"""Phrases by which an answer shows that it refuses, or that a language model speaks of itself.

Rows with such answers teach a model to refuse and to call itself another's product. Lists of this kind have cleaned
open sets since ShareGPT_Vicuna_unfiltered (2023); these phrases are our own, and docs/instruction-sets.md says how
often they were right on real rows.
"""

import re
from typing import Literal, NamedTuple


class Phrase(NamedTuple):
    """What to look for, where, and what it shows."""

    pattern: re.Pattern[str]
    where: Literal["start", "anywhere"]
    """start: in the first START characters of the answer, where a refusal stands."""
    shows: str


START = 160


def _phrase(pattern: str, where: Literal["start", "anywhere"], shows: str) -> Phrase:
    return Phrase(re.compile(pattern, re.IGNORECASE), where, shows)


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
