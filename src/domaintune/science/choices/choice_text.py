"""Multiple choice in text: options cut out of a question and shown, and what of a reply is its answer."""

import html
import re
import unicodedata
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

LABELS = "".join(map(chr, [*range(0x2460, 0x2474), *range(0x3251, 0x3257)]))
"""① to ㉖, the labels of up to 26 options."""
CIRCLED = {
    **{first + i: LABELS[i] for first in (0x2776, 0x2780, 0x278A) for i in range(10)},  # ❶ ➀ ➊
    **{0x2474 + i: LABELS[i] for i in range(20)},  # ⑴
    **{0x326E + i: "가나다라마바사"[i] for i in range(7)},  # ㉮
}
"""Other marks of a label to the usual one, and wide characters to narrow ones: each is one character for one."""
WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0xA0: " ", 0x3000: " "}
_THOUGHT = r"think|thinking|thought|thoughts|reasoning|reflection|scratchpad"
_THOUGHTS = re.compile(rf"<({_THOUGHT})>.*?</\1>|\[THINK\].*?\[/THINK\]", re.DOTALL | re.IGNORECASE)
_OPENED = re.compile(rf"<(?:{_THOUGHT})>|\[THINK\]", re.IGNORECASE)
_CLOSED = re.compile(rf"</(?:{_THOUGHT})>|\[/THINK\]", re.IGNORECASE)
# gpt-oss writes channels; where special tokens were dropped, their names are left
_FINAL = re.compile(
    r"<\|channel\|>\s*final\s*(?:<\|[^|]*\|>[^<]*?)*?<\|message\|>|^analysis.*?assistantfinal", re.DOTALL
)
_CHANNEL = re.compile(r"<\|channel\|>|^analysis(?=[A-Z가-힣<])")
_SPECIAL = re.compile(r"<\|[^|<>\s]{1,30}\|>|</?s>")
_FENCE = re.compile(r"^\s*```\w*\s*$", re.MULTILINE)
_HEADED = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)", re.MULTILINE)
_EMPHASIS = [
    re.compile(
        rf"(?<![A-Za-z0-9{mark}]){mark}{{1,3}}(?=[^\s{mark}])([^\n{mark}]*[^\s{mark}]){mark}{{1,3}}(?![A-Za-z0-9{mark}])"
    )
    for mark in ("`", r"\*", "_")
]
_TEX = re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|mathsf|bold|emph)\s*\{([^{}]*)\}")
_DOLLARS = re.compile(r"\$\s*(\(?(?:[A-Z①-⑳㉑-㉖]|\d\d?)\)?)\s*\$")
_ALWAYS = 9
"""Labels that are looked for whatever the number of options: an answer that names a sixth of five is not a choice."""
_LETTER = re.compile(r"(?<![A-Za-z0-9'’])[J-Zj-z](?![A-Za-z0-9])")
_NUMBER = re.compile(  # not 12 g, 12.5 or H12
    r"(?<![\w.,+-])(?:\((1\d|2[0-6])\)|(1\d|2[0-6])(?=\s*번|\s+(?:or|and|또는)\b|(?!\w|%|[.,]\d|\s+\w)))"
)
_TAG = re.compile(r"</?(?:b|strong|i|em|u|mark|p|br)\s*/?>", re.IGNORECASE)


def spoken(text: str) -> str | None:
    """Return a reply without its thoughts; None where it never came to its end, so that nothing was answered."""
    if final := list(_FINAL.finditer(text)):
        text = text[final[-1].end() :]
    elif _CHANNEL.search(text):
        return None
    text = _THOUGHTS.sub("", text)
    text = _CLOSED.split(text)[-1]  # a chat template may have opened the thoughts in the prompt
    return None if _OPENED.search(text) else _SPECIAL.sub("", text)


def plain_marks(text: str) -> str:
    """Return a text in NFC, with one form for each label, and without marks of emphasis."""
    text = html.unescape(unicodedata.normalize("NFC", text.removeprefix("\ufeff"))).replace("\r\n", "\n")
    text = _HEADED.sub("", _FENCE.sub("", _TAG.sub("", text.translate(CIRCLED).translate(WIDE))))
    for pattern in (_TEX, _DOLLARS, *_EMPHASIS):
        text = pattern.sub(r"\1", text)
    return text.strip().strip("*`").strip()


def with_labels(text: str, n: int, options: Sequence[str]) -> str:
    """Return a text in which only what may name one of n options reads as a label.

    A letter behind the last option's (K is potassium) is written wide, which compares as before. Of more than nine
    options 12 is written ⑫, and is kept behind it where it may as well be the text of one.
    """
    last = max(n, _ALWAYS)

    def letter(match: re.Match[str]) -> str:
        own = match.group()
        return own if ord(own.upper()) - ord("A") < last else chr(ord(own) + 0xFEE0)

    def number(match: re.Match[str]) -> str:
        own = match[1] or match[2]
        for label, option in zip(LABELS, options, strict=False):
            begin = text.rfind(label, 0, match.start())
            said = "".join(text[begin + 1 : match.end()].split()).casefold()
            if begin >= 0 and re.match(rf"{re.escape(said)}(?![\d.])", option):
                return match[0]  # in the text of the option whose label stands before it
        begun = any(re.match(rf"{own}(?![\d.])", option) for option in options)
        taken = begun and match[0] != text.strip()
        return match[0] if int(own) > n else LABELS[int(own) - 1] + (own if taken else "")

    text = _LETTER.sub(letter, text)
    text = text.translate({ord(label): f"({at})" for at, label in enumerate(LABELS, 1) if at > last})
    return _NUMBER.sub(number, text) if n > _ALWAYS else text


FEWEST = 4

_START = r"(?:^|(?<=[\s,;|:：?？.]))"
_MARKS = {
    "123456789": r"\.(?!\d)",
    ascii_uppercase: r"[.:](?!\w)",
    ascii_lowercase: "",
    "가나다라마바사": r"\.",
}
"""Labels in order, and what may follow one in the place of brackets."""
_FORMS = [(marks, end) for marks, dot in _MARKS.items() for end in (r"\)", dot) if end]
_PATTERNS = [
    (LABELS, r"(?P<label>[①-⑳㉑-㉖])(?!\s*\))(?:\.(?=\s))?"),
    *((marks, rf"{_START}\((?P<label>[{marks}])\)") for marks in _MARKS),
    *((marks, rf"{_START}(?P<label>[{marks}]){end}") for marks, end in _FORMS),
]
_COMPILED = [(marks, re.compile(pattern, re.MULTILINE)) for marks, pattern in _PATTERNS]
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
    """Return the options on one line behind ①, ②, …, as the chemistry study shows them."""
    return " ".join(LABELS[at] + option for at, option in enumerate(options))


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
