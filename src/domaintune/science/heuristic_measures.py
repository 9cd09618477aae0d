"""Measures of a text that need no judge: what can be counted, under its own name, and nothing more.

They tell a text that is empty, cut off, off the subject or in another language from one that is not. Whether an answer
helps or is true they cannot tell, so they are never shown as a criterion that a judge scores.
"""

import re

from domaintune.science import sentences
from domaintune.science.content_words import content_words, share_said, words_of
from domaintune.science.matching import words

CHECKS = ("ends", "closed", "no_loop", "language")
"""What a text that is not empty is checked for."""

_END = re.compile(
    r"(?:[.!?…。！？~]|[다요죠까함음임됨니네]|[;}>|])[\"'”’)\]」』*_`]*$|[\"”’)\]」』`]$|(?:^|\s)#\w+$"
)
"""The end of a Korean or English sentence, in brackets or quotes or not; of code; of a row of a table; a hashtag."""
_ITEM = re.compile(r"^\s*(?:[-*•·#|]|\(?\w{1,3}[.):]|[①-⑳])\s*\S")
"""A line of a list, a heading or a table: it needs no full stop."""
_LABEL = re.compile(r"(?m)^\s*\(?\w{1,3}\)")
"""`1)` and `(a)` mark an item; they open and close nothing."""
_FACE = re.compile(r"[:;]-?[()]")
_RUN = re.compile(r"([^\W\d_]{1,10}?)\1{9,}")
"""Letters over and over without a space: ten times."""
SHORT = 5
"""Words up to which a text may be a name, a number or a label, and needs no sentence's end."""
PHRASE_TIMES, WORD_TIMES = 3, 5
"""A phrase of two words or more said three times in a row is a loop (Holtzman et al. 2020, The Curious Case of Neural
Text Degeneration, section 5.3); a single word is often said three times for emphasis, and counts from five."""
LONGEST_PHRASE = 60
"""Words of a phrase that is looked for; a loop of whole paragraphs is rarer than the time it costs."""

_JOINING = """
a an and as at because but by for from if in into of on or than that the their to was were which with would
및 또는 또한 그리고 그러나 하지만 따라서 때문에 위해 통해 대한 관한 의한 위한 통한 따른
"""
JOINING = frozenset(_JOINING.split())
"""Words after which more must come."""


def format_faults(text: str, language: str) -> list[str]:
    """Return the checks a text fails, `empty` alone or of CHECKS; where its language cannot be told it may be any."""
    if not text.strip():
        return ["empty"]
    other = sentences.identify_language(text) not in (None, language)
    failed = zip(CHECKS, (not ends(text), not closed(text), loops(text), other), strict=True)
    return [name for name, fails in failed if fails]


def ends(text: str) -> bool:
    """Tell whether a text stops where a sentence, code, a list or a table does, or is too short for a sentence.

    Where the line before the last ends as no sentence either, the lines are code, a table or a list without marks. The
    comma and the words that join (`the`, `and`, `또는`) end nothing, however short the text.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = lines[-1]
    found = words(last)
    if last.endswith((",", ":", "(", "-")) or (found and last[-1].isalpha() and found[-1] in JOINING):
        return False
    in_list = len(lines) > 1 and not _END.search(lines[-2])
    return bool(_END.search(last) or _ITEM.match(last)) or in_list or sentences.count_words(text) <= SHORT


def closed(text: str) -> bool:
    """Tell whether no bracket and no fence of code stays open; half-open intervals such as `[0, 1)` are closed."""
    bare = _FACE.sub("", _LABEL.sub("", text))
    opened, shut = (sum(bare.count(sign) for sign in signs) for signs in ("([{", ")]}"))
    return opened <= shut and text.count("```") % 2 == 0


def loops(text: str) -> bool:
    """Tell whether a phrase is said over and over without anything between; numbers and single letters may repeat."""
    if _RUN.search(text):
        return True
    said = words(text)
    return any(_repeats(said, length) for length in range(1, min(LONGEST_PHRASE, len(said) // 2) + 1))


def _repeats(said: list[str], length: int) -> bool:
    """Find a phrase of so many words said so often in a row that each word equals the one a phrase later."""
    needed = (WORD_TIMES if length == 1 else PHRASE_TIMES) * length - length
    run = 0
    for at, (word, later) in enumerate(zip(said, said[length:], strict=False)):
        run = run + 1 if word == later else 0
        if run >= needed and any(_is_word(one) for one in said[at - length + 1 : at + 1]):
            return True
    return False


def _is_word(text: str) -> bool:
    """Tell a word from a number and from a letter of a formula, a table or a scale."""
    return any(letter.isalpha() for letter in text) and (len(text) > 1 or not text.isascii())


MEASURES = ("grounding", "overlap", "length", "format")
"""In the order they are shown."""
BAND = (20, 2200)
"""Columns (UAX #11) of an answer of usual length. Least: ten Korean characters, the shortest row that the Korean
instruction-tuning survey (Lee et al.) keeps. Most: 99 of 100 answers that people wrote for the 252 instructions of
Self-Instruct's human evaluation (Wang et al. 2023) are shorter (2,131)."""


def heuristic_measures(text: str, *, asked: str, document: str, language: str) -> dict[str, float]:
    """Return the measures of an answer, each 0-1 and 1 the best; one that cannot be taken is left out.

    `grounding`: share of the answer's content words that the document says. `overlap`: share of the content words of
    what was asked that the answer takes up. `length`: 1 within BAND, else how much of the band's border is met.
    `format`: share of CHECKS that pass, 0 for an empty text. The first two need words on both sides, and are not taken
    where the other text is Korean and the answer asked for in another language, or the reverse: then a good answer
    shares no words either. `asked` is without the document, which is empty where there is none.
    """
    columns = sentences.width(text.strip())
    grounded = document.strip() and _comparable(document, language)
    taken = {
        "grounding": share_said(content_words(text), words_of(document)) if grounded else None,
        "overlap": share_said(content_words(asked), words_of(text)) if _comparable(asked, language) else None,
        "length": min(1.0, columns / BAND[0], BAND[1] / columns) if columns else 0.0,
        "format": 1 - len(format_faults(text, language)) / len(CHECKS) if text.strip() else 0.0,
    }
    return {name: value for name, value in taken.items() if value is not None}


def reference_overlap(text: str, reference: str, language: str) -> float | None:
    """Return the F1 (0-1) of the content words a text and a reference answer share; None where it cannot be taken.

    As token F1 (Rajpurkar et al. 2016, SQuAD, section 6.1), but over content words, in whatever form they are said.
    """
    wanted = content_words(reference)
    if not wanted or not _comparable(reference, language):
        return None
    said = content_words(text)
    precision, recall = share_said(said, words_of(reference)), share_said(wanted, words_of(text))
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def _comparable(text: str, language: str) -> bool:
    """Tell whether a text is in the script an answer in this language is written in."""
    korean = (
        bool(sentences.SYLLABLE.search(text)) and sentences.hangul_share(text) >= sentences.KOREAN_SHARE / 2
    )
    return korean == (language == "ko") or not any(letter.isalpha() for letter in text)
