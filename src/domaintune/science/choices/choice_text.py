"""Multiple choice in text: cutting options out of a question, and showing them."""

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.spoken import CIRCLED, LABELS, WIDE

__all__ = ["LABELS", "read_answer", "render_options", "split_options"]

FEWEST = 4

_START = r"(?:^|(?<=[\s,;|:：?？.]))"
_FAMILIES: dict[str, tuple[str, str]] = {
    # a label's marks in order, and how one of them (?P<label>…) stands in the text
    "circled": (LABELS, r"(?P<label>[①-⑳㉑-㉖])(?!\s*\))(?:\.(?=\s))?"),
    "(1)": ("123456789", _START + r"\((?P<label>[1-9])\)"),
    "1)": ("123456789", _START + r"(?P<label>[1-9])\)"),
    "1.": ("123456789", _START + r"(?P<label>[1-9])\.(?!\d)"),
    "(A)": (ascii_uppercase, _START + r"\((?P<label>[A-Z])\)"),
    "A)": (ascii_uppercase, _START + r"(?P<label>[A-Z])\)"),
    "A.": (ascii_uppercase, _START + r"(?P<label>[A-Z])[.:](?!\w)"),
    "(a)": (ascii_lowercase, _START + r"\((?P<label>[a-z])\)"),
    "a)": (ascii_lowercase, _START + r"(?P<label>[a-z])\)"),
    "(가)": ("가나다라마바사", _START + r"\((?P<label>[가나다라마바사])\)"),
    "가)": ("가나다라마바사", _START + r"(?P<label>[가나다라마바사])\)"),
    "가.": ("가나다라마바사", _START + r"(?P<label>[가나다라마바사])\."),
}
_COMPILED = [(marks, re.compile(pattern, re.MULTILINE)) for marks, pattern in _FAMILIES.values()]
# one character for one, so that positions in the shadow are positions in the text
_SHADOW = CIRCLED | WIDE
_HEADING = re.compile(
    r"\s*[\[<(【]?\s*(?:보\s*기|선택지|options|choices|answer choices)\s*[\]>)】]?\s*[:：]?\s*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*[\[<(【]?\s*(?:정답|답안?|해설|answer|explanation)\s*[\]>)】]?\s*[:：].*\Z",
    re.IGNORECASE | re.DOTALL,
)


def split_options(text: str) -> tuple[str, list[str]] | None:
    """Return stem and options of a question with 4 or more labelled options, or None.

    The last run of labels that counts from the first without gap or repetition is taken, so that a stem may have a
    list of its own. A heading before the options and an answer after them are left out. Text comes back in NFC.
    """
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\r\n", "\n")
    shadow = text.translate(_SHADOW)
    runs = [run for marks, pattern in _COMPILED if (run := _last_run(list(pattern.finditer(shadow)), marks))]
    if not runs:
        return None
    run = max(runs, key=lambda found: found[0].start())
    ends = [match.start() for match in run[1:]] + [len(text)]
    options = [text[match.end() : end].strip() for match, end in zip(run, ends, strict=True)]
    options[-1] = _AFTER.sub("", options[-1])
    if any(_ends_in_label(shadow[: run[0].start()].rstrip(), marks, pattern) for marks, pattern in _COMPILED):
        return None  # a list inside the last option
    stem = _HEADING.sub("", text[: run[0].start()]).strip()
    options = _without_separators(options)
    return (stem, options) if stem and all(options) else None


def render_options(options: Sequence[str]) -> str:
    """Return the options on one line behind ①, ②, …, as the chemistry study shows them.

    Raises:
        ValueError: there are more options than labels, or none.
    """
    if not 0 < len(options) <= len(LABELS):
        raise ValueError(f"expected 1 to {len(LABELS)} options, got {len(options)}")
    return " ".join(label + option for label, option in zip(LABELS, options, strict=False))


def _last_run(found: list[re.Match[str]], marks: str) -> list[re.Match[str]] | None:
    """Return the labels after the last 1, if they count up to 4 or more to the end; those that start lines go first."""
    lines = [match for match in found if match.string[: match.start()].rpartition("\n")[2].strip() == ""]
    for candidates in (lines, found):
        labels = "".join(match["label"] for match in candidates)
        at = labels.rfind(marks[0])
        if at >= 0 and len(labels) - at >= FEWEST and marks.startswith(labels[at:]):
            return candidates[at:]
    return None


def _ends_in_label(stem: str, marks: str, pattern: re.Pattern[str]) -> bool:
    last = [match for match in pattern.finditer(stem, max(0, len(stem) - 5)) if match.end() == len(stem)]
    return bool(last) and last[-1]["label"] in marks[FEWEST - 1 : FEWEST + 1]


def _without_separators(options: list[str]) -> list[str]:
    """Drop a comma, semicolon or bar that ends every option but the last."""
    marks = {option[-1:] for option in options[:-1]}
    if len(marks) > 1 or not (mark := marks.pop()) or mark not in ",;|/" or options[-1].endswith(mark):
        return options
    return [option.removesuffix(mark).rstrip() for option in options]
