"""What of a model's reply is its answer: thoughts and marks of emphasis are no part of it."""

import html
import re
import unicodedata

_CIRCLED = str.maketrans("❶❷❸❹❺➀➁➂➃➄➊➋➌➍➎⑴⑵⑶⑷⑸㉮㉯㉰㉱㉲", "①②③④⑤" * 4 + "가나다라마")
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0xA0: " ", 0x3000: " "}
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
_DOLLARS = re.compile(r"\$\s*(\(?[A-I1-9①-⑨]\)?)\s*\$")
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
    text = _HEADED.sub("", _FENCE.sub("", _TAG.sub("", text.translate(_CIRCLED).translate(_WIDE))))
    for pattern in (_TEX, _DOLLARS, *_EMPHASIS):
        text = pattern.sub(r"\1", text)
    return text.strip().strip("*`").strip()
