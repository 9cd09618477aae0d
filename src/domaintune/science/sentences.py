"""Splitting text into sentences, for texts whose answers must be quoted exactly."""

import re

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
    """Return the sentences in order, each as it stands in the text, without outer space.

    A decimal point, an abbreviation, an initial and a stop before a small letter end no sentence; a blank
    line always does.
    """
    sentences: list[str] = []
    start = 0
    for match in END.finditer(text):
        if match.group() == "." and _goes_on(
            text[start : match.start()], text[match.end() : match.end() + 2]
        ):
            continue
        _add(sentences, text[start : match.end()])
        start = match.end()
    _add(sentences, text[start:])
    return sentences


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


def _add(sentences: list[str], sentence: str) -> None:
    if stripped := sentence.strip():
        sentences.append(stripped)
