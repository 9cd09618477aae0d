"""Measures of a text that need no judge: what can be counted, under its own name, and nothing more.

They tell a text that is empty, cut off, off the subject or in another language from one that is not. Whether an answer
helps or is true they cannot tell, so they are never shown as a criterion that a judge scores.
"""

from domaintune.science.content_words import content_words, share_said, words_of
from domaintune.science.languages.identify import HANGUL, KOREAN_SHARE
from domaintune.science.limits import hangul_share, width
from domaintune.science.text_format import CHECKS, format_faults

MEASURES = ("grounding", "overlap", "length", "format")
"""In the order they are shown."""
BAND = (20, 2200)
"""Columns (UAX #11) of an answer of usual length. Least: ten Korean characters, the shortest row that the Korean
instruction-tuning survey (Lee et al.) keeps. Most: 99 of 100 answers that people wrote for the 252 instructions of
Self-Instruct's human evaluation (Wang et al. 2023) are shorter (2,131)."""


def surface_measures(text: str, *, asked: str, document: str, language: str) -> dict[str, float]:
    """Return the measures of an answer, each 0-1 and 1 the best; one that cannot be taken is left out.

    `grounding`: share of the answer's content words that the document says. `overlap`: share of the content words of
    what was asked that the answer takes up. `length`: 1 within BAND, else how much of the band's border is met.
    `format`: share of CHECKS that pass, 0 for an empty text.

    Grounding needs a document and a word in the answer, overlap a word in what was asked; neither is taken where that
    other text is Korean and the answer is asked for in another language, or the reverse: then a good answer shares no
    words either.

    Args:
        text: the answer.
        asked: what was asked, without the document.
        document: the text the answer must stand on; empty where there is none.
        language: ISO 639-1 code of the language the answer is asked for.
    """
    taken = {
        "grounding": grounding(text, document, language),
        "overlap": overlap(text, asked, language),
        "length": length(text),
        "format": 1 - len(format_faults(text, language)) / len(CHECKS) if text.strip() else 0.0,
    }
    return {name: value for name, value in taken.items() if value is not None}


def grounding(text: str, document: str, language: str) -> float | None:
    """Return the share (0-1) of the text's content words that the document says; None where it cannot be taken."""
    if not document.strip() or not _comparable(document, language):
        return None
    return share_said(content_words(text), words_of(document))


def overlap(text: str, other: str, language: str) -> float | None:
    """Return the share (0-1) of another text's content words that the text says; None where it cannot be taken."""
    return share_said(content_words(other), words_of(text)) if _comparable(other, language) else None


def reference_overlap(text: str, reference: str, language: str) -> float | None:
    """Return the F1 (0-1) of the content words a text and a reference answer share; None where it cannot be taken.

    As token F1 (Rajpurkar et al. 2016, SQuAD, section 6.1), but over content words, each of which counts as shared
    where the other text says it in any form: Korean particles and endings make no two words of one.
    """
    wanted = content_words(reference)
    if not wanted or not _comparable(reference, language):
        return None
    said = content_words(text)
    precision, recall = share_said(said, words_of(reference)), share_said(wanted, words_of(text))
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def length(text: str) -> float:
    """Return 1 for a text within BAND, less the further it is outside, 0 for an empty one."""
    least, most = BAND
    columns = width(text.strip())
    return min(1.0, columns / least, most / columns if columns else 0.0)


def _comparable(text: str, language: str) -> bool:
    """Tell whether a text is in the script an answer in this language is written in."""
    return not any(letter.isalpha() for letter in text) or _is_korean(text) == (language == "ko")


def _is_korean(text: str) -> bool:
    return bool(HANGUL.search(text)) and hangul_share(text) >= KOREAN_SHARE / 2
