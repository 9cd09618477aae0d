"""In which language a text is written, if it can be told.

Source: Compact Language Detector 2 (github.com/CLD2Owners/cld2) through pycld2, chosen by the measurement in
docs/language-identification.md.
"""

import re

import pycld2

NO_PROSE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+\.\w+", re.DOTALL)
"""Code, addresses: they are in no language."""
HANGUL = re.compile("[가-힣]")
LETTERS_A_SYLLABLE = 2.5
"""A Hangul syllable stands for two or three Latin letters."""
KOREAN_SHARE = 0.3
"""Share of Hangul from which a text is Korean: its nouns may all be English, its particles and verbs are not."""
FEWEST_LETTERS = 4
"""Shorter texts are symbols and answers such as A or No as often as words of a language."""
RENAMED = {"iw": "he", "sco": "en"}
"""Codes of the detector and ours: Hebrew's old one, and Scots, which it takes short English texts for."""


def identify_language(text: str) -> str | None:
    """Return the ISO 639 code of the language most of a text is in; None where that cannot be told.

    Only Korean is written in Hangul, so its share decides, and the detector tells all other languages apart.
    """
    prose = "".join(letter if letter.isprintable() else " " for letter in NO_PROSE.sub(" ", text))
    hangul = len(HANGUL.findall(prose)) * LETTERS_A_SYLLABLE
    others = sum(letter.isalpha() for letter in prose) - hangul / LETTERS_A_SYLLABLE
    if hangul and hangul >= KOREAN_SHARE * (hangul + others):
        return "ko"
    if others < FEWEST_LETTERS and prose.isascii():
        return None
    _, _, details = pycld2.detect(prose, bestEffort=True)
    code = str(details[0][1]).split("-")[0]
    return None if code == "un" else RENAMED.get(code, code)
