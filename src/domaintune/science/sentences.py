"""Sentences, words, columns, the share of Hangul, the language: what a text is cut into, and what limits count."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import pycld2

ABBREVIATIONS = frozenset({
    "approx", "cf", "co", "corp", "dept", "dr", "e.g", "eq", "etc", "fig", "figs", "i.e", "inc", "jr", "ltd",
    "mr", "mrs", "ms", "no", "nos", "prof", "ref", "refs", "sr", "u.s", "vol", "vs",
})  # fmt: skip
"""Words, in lower case, whose full stop ends no sentence."""

END = re.compile(
    r"[.!?]+[\"'”’)\]]*(?=\s|$)"  # Latin script: a space must follow, so 3.5 and nasa.gov stay whole
    r"|(?<=[다요죠까])\.(?=[가-힣])"  # Korean texts sometimes leave that space out
    r"|[。！？]+"
    r"|\n\s*\n"
)


def split_sentences(text: str) -> list[str]:
    """Return the sentences as they stand in the text, without outer space; a blank line ends one, an initial no one."""
    sentences: list[str] = []
    start = 0
    for match in END.finditer(text):
        after = text[match.end() : match.end() + 2]
        if match.group() == "." and _goes_on(text[start : match.start()], after):
            continue
        sentences.append(text[start : match.end()].strip())
        start = match.end()
    sentences.append(text[start:].strip())
    return list(filter(None, sentences))


def _goes_on(before: str, after: str) -> bool:
    """Tell a stop inside a sentence from one at its end."""
    words = before.split()
    if not words:
        return False
    word = words[-1].lstrip("(\"'“‘[")
    # I is left out for "Phase I."; a letter after a number is a unit: "at 90 K."
    numbered = len(words) > 1 and words[-2][-1].isdigit()
    initial = len(word) == 1 and word.isupper() and word != "I" and not numbered
    return word.lower() in ABBREVIATIONS or initial or after[1:].islower()


_ITEM = re.compile(r"^[ \t]*(?:[-*•·]|\(?\d{1,2}[.)]|[①-⑳])[ \t]*(?=\D)", re.MULTILINE)
_KOREAN_LINE_END = re.compile(r"(?<=[다요죠까함음임됨])[ \t]*\n")
_NEWLINE = re.compile("\r\n?")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uffa0-\uffdc]")
"""Syllables; conjoining jamo, those of the keyboard, of two extensions and of half width."""


def count_words(text: str) -> int:
    """Return the number of words between spaces (Korean: eojeol, with particles) that have a letter or digit."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def count_sentences(text: str) -> int:
    """Return the number of sentences in a Korean or English text.

    A list item's mark (`1.`, `-`, `①`) starts one, and a line that ends as Korean sentences do ends one without a stop.
    """
    text = _NEWLINE.sub("\n", unicodedata.normalize("NFC", text))
    text = _KOREAN_LINE_END.sub("\n\n", _ITEM.sub("\n\n", text))
    return sum(any(c.isalnum() for c in sentence) for sentence in split_sentences(text))


def width(text: str) -> int:
    """Return the columns of a text: wide and full-width characters are two. Source: UAX #11."""
    composed = unicodedata.normalize("NFC", text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in composed)


def hangul_share(text: str) -> float:
    """Return the share of Hangul among the letters (no digits), 0–1, composed or not; 0 for a text without letters."""
    letters = "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text)))
    return len(_HANGUL.findall(letters)) / len(letters) if letters else 0.0


NO_PROSE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+\.\w+", re.DOTALL)
"""Code, addresses: they are in no language."""
SYLLABLE = re.compile("[가-힣]")
LETTERS_A_SYLLABLE = 2.5
"""A Hangul syllable stands for two or three Latin letters."""
KOREAN_SHARE = 0.3
"""Share of Hangul from which a text is Korean: its nouns may all be English, its particles and verbs are not."""
FEWEST_LETTERS, FEWEST_WORDS = 4, 3
"""Shorter texts without accents are symbols and answers as often as words of a language, and words are shared:
the detector takes `Rewrite` for Danish."""
RENAMED = {"iw": "he", "sco": "en"}
"""Codes of the detector and ours: Hebrew's old one, and Scots, which it takes short English texts for."""
BELIEVED = {
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "ms",
    "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
}  # fmt: skip
"""Languages with much text on the web. What is told to be in a rarer one is nearly always names, code or a list."""


def languages_in(texts: Iterable[str]) -> list[str]:
    """Return the languages of texts that one in ten or more of them are in, the most frequent first."""
    told = Counter(filter(None, map(identify_language, texts)))
    return [code for code, count in told.most_common() if count * 10 >= told.total()]


def identify_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language most of a text is in; None where that cannot be told.

    Only Korean is written in Hangul, so its share decides. All others are told apart by Compact Language Detector 2
    (github.com/CLD2Owners/cld2), chosen by the measurement in docs/language-identification.md.
    """
    text = NO_PROSE.sub(" ", unicodedata.normalize("NFC", text))  # syllables are counted, not jamo
    prose = "".join(letter if letter.isprintable() else " " for letter in text)
    hangul = len(SYLLABLE.findall(prose)) * LETTERS_A_SYLLABLE
    others = sum(letter.isalpha() for letter in prose) - hangul / LETTERS_A_SYLLABLE
    if hangul and hangul >= KOREAN_SHARE * (hangul + others):
        return "ko"
    if prose.isascii() and (others < FEWEST_LETTERS or len(prose.split()) < FEWEST_WORDS):
        return None
    _, _, details = pycld2.detect(prose, bestEffort=True)
    code = str(details[0][1]).split("-")[0]
    code = RENAMED.get(code, code)
    return code if code in BELIEVED else None
