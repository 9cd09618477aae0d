"""Limits a task sets on its answers: words, sentences, columns, and how much of it is Korean."""

import re
import unicodedata

from domaintune.science.sentences import split_sentences

_ITEM = re.compile(r"^[ \t]*(?:[-*•·]|\(?\d{1,2}[.)]|[①-⑳])[ \t]*(?=\D)", re.MULTILINE)
_KOREAN_LINE_END = re.compile(r"(?<=[다요죠까함음임됨])[ \t]*\n")
_NEWLINE = re.compile("\r\n?")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uffa0-\uffdc]")
"""Syllables; conjoining jamo, those of the keyboard, of two extensions and of half width."""


def count_words(text: str) -> int:
    """Return the number of words between spaces; in Korean these are eojeol, particles included.

    What has neither letter nor digit (a dash, a bullet) is no word.
    """
    return sum(any(c.isalnum() for c in word) for word in text.split())


def count_sentences(text: str) -> int:
    """Return the number of sentences in a Korean or English text.

    The mark of a list item (`1.`, `-`, `①`) is no sentence but starts one, and a line that ends as Korean sentences
    do ends one without a full stop, too: answers in note style leave it out.
    """
    text = _NEWLINE.sub("\n", unicodedata.normalize("NFC", text))
    text = _KOREAN_LINE_END.sub("\n\n", _ITEM.sub("\n\n", text))
    return sum(any(c.isalnum() for c in sentence) for sentence in split_sentences(text))


def width(text: str) -> int:
    """Return the columns of a text: wide and full-width characters are two. Source: UAX #11."""
    composed = unicodedata.normalize("NFC", text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in composed)


def hangul_share(text: str) -> float:
    """Return the share of Hangul among the letters, 0–1; 0 for a text without letters.

    Syllables are counted composed, so a decomposed text gives the same share. Digits and signs are no letters.
    """
    letters = "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text)))
    return len(_HANGUL.findall(letters)) / len(letters) if letters else 0.0
