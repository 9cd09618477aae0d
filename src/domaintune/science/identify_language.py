"""In which language a text is written, if it can be told.

Source: Compact Language Detector 2 (github.com/CLD2Owners/cld2) through pycld2, chosen by the measurement in
docs/language-identification.md.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import pycld2

NO_PROSE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+\.\w+", re.DOTALL)
"""Code, addresses: they are in no language."""
HANGUL = re.compile("[가-힣]")
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

    Only Korean is written in Hangul, so its share decides, and the detector tells all other languages apart.
    """
    text = NO_PROSE.sub(" ", unicodedata.normalize("NFC", text))  # syllables are counted, not jamo
    prose = "".join(letter if letter.isprintable() else " " for letter in text)
    hangul = len(HANGUL.findall(prose)) * LETTERS_A_SYLLABLE
    others = sum(letter.isalpha() for letter in prose) - hangul / LETTERS_A_SYLLABLE
    if hangul and hangul >= KOREAN_SHARE * (hangul + others):
        return "ko"
    if prose.isascii() and (others < FEWEST_LETTERS or len(prose.split()) < FEWEST_WORDS):
        return None
    _, _, details = pycld2.detect(prose, bestEffort=True)
    code = str(details[0][1]).split("-")[0]
    code = RENAMED.get(code, code)
    return code if code in BELIEVED else None
