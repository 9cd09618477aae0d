"""Reading which option an answer chose, without guessing: what can be read in two ways is not read."""

import html
import re
import unicodedata
from collections.abc import Sequence

from domaintune.science.matching import normalise

_CIRCLED = str.maketrans("❶❷❸❹❺➀➁➂➃➄➊➋➌➍➎⑴⑵⑶⑷⑸㉮㉯㉰㉱㉲", "①②③④⑤" * 4 + "가나다라마")
_ROUND = str.maketrans("ⒶⒷⒸⒹⒺⓐⓑⓒⓓⓔ", "ABCDEabcde")  # only alone: inside options they are names of statements
_BRACKETED = {ord("①") + i: f"({i + 1})" for i in range(20)}
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0xA0: " ", 0x3000: " "}
_MARKS = ("①②③④⑤⑥⑦⑧⑨", "123456789", "ABCDEFGHI", "abcdefghi", "가나다라마바사아자")
_INDEX = {mark: i for marks in _MARKS for i, mark in enumerate(marks, 1)}

_COPULA = "(?:입니다|이다|이에요|예요|임)"
_PLAIN = "[1-9A-Ia-i가나다라마바사]"
_STRONG = re.compile(  # a label whatever follows it
    r"\s*(?:(?P<circled>[①-⑨])|[(\[](?P<bracket>[1-9A-Ia-i가나다라마바사])[)\]]|(?P<numbered>[1-9])\s*번(?:\s*보기)?"
    r"|(?P<marked>[1-9A-I가나다라마바사])(?:\)|[.:](?!\d)))"
    r"(?:\s*[.:)\]](?!\d))?"
)
_WEAK = re.compile(
    rf"\s*(?P<label>{_PLAIN})(?!(?!{_COPULA})[^\W_]|\.\d|[-+'’^_/%])"
)  # a label if what follows says so
_ALONE = re.compile(r"\s*(?P<label>[1-9A-Ia-i가나다라마바사])(?:\.0+)?\s*[.)]?\s*")
_VERDICT = re.compile(
    r"\s*(?:[.,;)\]]|$|(?:is|was)\s+(?:the\s+)?(?:correct|right|best|answer)|(?:because|since)\b|(?:이|가)?\s*(?:정답|맞|옳)|입니다|이다|이에요|예요|임)"
)
_CUE = re.compile(
    r"(?:\b(?:answer|choice|option)\b|정\s*답|(?<![가-힣])답안?)"
    r"[\"'‘’“”*\])>]*(?:\s*번호)?\s*"
    r"(?:[:=]|\bis\b|\bwould be\b|(?:은|는|이)(?![가-힣])|→)\s*(?:option\b|choice\b|보기\b|:)?\s*",
    re.IGNORECASE,
)
_BARE_CUE = re.compile(
    r"(?:\b(?:answer|choice|option)\b|정답|보기)\s*(?=[①-⑨(\[]|(?-i:[1-9A-I가나다라마])(?![^\W_]))",
    re.IGNORECASE,
)
_BOXED = re.compile(r"\\boxed\{\s*(?:\\text\{)?([^{}]*)\}")
_MORE = re.compile(r"\s*(?:[,/&·]|or\b|and\b|또는|이나|나|와|과|및)\s*\(?(?:[①-⑨]|[1-9A-I](?![^\W_]|\.\d))")
_DENIED = re.compile(
    r"\s*번?[은는이가]?\s*(?:정?답[이은]\s*)?(?:is\s+)?(?:not\b|isn't|아니|틀|오답|wrong|incorrect)",
    re.IGNORECASE,
)
_NEXT_KEY = re.compile(r"[,}]\s*[\"'‘’“”]\s*[\w ]{1,20}[\"'‘’“”]\s*:|\}\s*$|\n")
_NEGATED = re.compile(
    r"\b(?:not|isn't|wrong|incorrect|except|false|neither|nor|unlike)\b|아니|않|틀[리린]|오답|제외",
    re.IGNORECASE,
)
_EDGES = " \t\n\"'‘’“”`*_[]{}"


def read_answer(text: str, n: int, options: Sequence[str]) -> int | None:
    """Return the 1-based option an exam sheet's cell or a model's answer chose; None if none or not clear.

    A number or letter that stands alone is a label even where an option has that very text, as exam sheets mean it so.
    A letter before words is a label only where it is marked as one or the words are that option: `A` is an article
    and `C` is carbon. Several different choices, or none of the first n, are no choice.

    Args:
        text: the cell or the answer.
        n: how many options there are.
        options: their texts, without labels; may be empty where only labels can be meant.
    """
    text = html.unescape(unicodedata.normalize("NFC", text.removeprefix("\ufeff"))).replace("\r\n", "\n")
    text = text.translate(_CIRCLED).translate(_WIDE).strip().strip("*`").strip()
    wanted = [_plain(option.translate(_CIRCLED)) for option in options[:n]]
    if match := _ALONE.fullmatch(text.translate(_ROUND).strip(_EDGES)):
        index = _INDEX[match["label"]]
        return index if index <= n else _same(text, wanted)
    if (same := _same(text, wanted) or _labelled(text, wanted)) is not None:
        return same
    if cued := {c for value in _values(text) if (c := _choice(value, n, wanted, cued=True)) is not None}:
        return cued.pop() if len(cued) == 1 else None
    first, _, rest = text.partition("\n")
    choice = _choice(first, n, wanted, cued=False)
    others = {
        _INDEX[m["label"]]
        for m in re.finditer(r"^\s*\(?(?P<label>[①-⑨1-9A-I])(?=[).]|\b)", rest, re.MULTILINE)
    }
    if choice is not None:
        return choice if others <= {choice} else None
    return None if _STRONG.match(first) else _only_label(text, n)


def _values(text: str) -> list[str]:
    """Return what stands behind `Answer:`, `정답은`, a JSON key or in a box, up to where the value ends."""
    starts = [m.end() for pattern in (_CUE, _BARE_CUE) for m in pattern.finditer(text)]
    values = [match[1] for match in _BOXED.finditer(text)]
    for start in sorted(set(starts)):
        value = text[start:].lstrip().lstrip("*[{")
        quote = value[:1]
        closing = {"‘": "’", "“": "”"}.get(quote, quote)
        if quote in tuple("\"'‘“’”") and (end := value.find(closing, 1)) > 0:
            values.append(value[1:end])
        else:
            values.append(_NEXT_KEY.split(value, maxsplit=1)[0])
    return values


def _choice(value: str, n: int, wanted: Sequence[str], *, cued: bool) -> int | None:
    """Return the choice a value starts with."""
    value = value.strip(_EDGES)
    if (same := _same(value, wanted)) is not None and not _ALONE.fullmatch(value):
        return same
    if labelled := _labelled(value, wanted):
        return labelled
    if match := _STRONG.match(value):
        label = next(mark for mark in match.groups() if mark)
        index, rest = _INDEX[label], value[match.end() :]
        return _agreed(index, rest, n, wanted)
    if match := _WEAK.match(value):
        index, rest = _INDEX[match["label"]], value[match.end() :]
        if (cued or match["label"].isupper()) and _VERDICT.match(rest) and (cued or rest.strip()):
            return _agreed(index, rest, n, wanted) if not _NEGATED.search(rest) else None
    return _opening(value, wanted) if cued else None


def _agreed(index: int, rest: str, n: int, wanted: Sequence[str]) -> int | None:
    """Return the label's index unless another label follows it, or the text of another option."""
    said = _same(rest, wanted)
    if index > n or (said is not None and said != index):
        return None
    if said is None and (_labels(rest) - {index} or _MORE.match(rest) or _DENIED.match(rest)):
        return None
    return index


def _labels(text: str) -> set[int]:
    """Return the labels a text names beyond doubt."""
    found = re.finditer(
        r"([①-⑨])|(?<![\w.])([1-9])번|(?<!\w)\(([A-I])\)|\b(?:option|choice) ([A-I1-9])\b",
        text,
        re.IGNORECASE,
    )
    return {_INDEX[next(mark for mark in match.groups() if mark).upper()] for match in found}


def _only_label(text: str, n: int) -> int | None:
    """Return the only label a sentence names, unless it says that something is not so."""
    labels = _labels(text)
    if len(labels) != 1 or _NEGATED.search(text):
        return None
    index = labels.pop()
    return index if index <= n else None


def _labelled(text: str, wanted: Sequence[str]) -> int | None:
    """Return the option that the whole text is, label and all; both may have several lines."""
    match = _STRONG.match(text) or _WEAK.match(text)
    if not match:
        return None
    index = _INDEX[next(mark for mark in match.groups() if mark)]
    rest = _plain(text[match.end() :])
    return index if index <= len(wanted) and wanted[index - 1] == rest != "" else None


def _same(text: str, wanted: Sequence[str]) -> int | None:
    """Return the only option with this text."""
    plain = _plain(text)
    found = [i for i, option in enumerate(wanted, 1) if plain and option == plain]
    return found[0] if len(found) == 1 else None


def _opening(text: str, wanted: Sequence[str]) -> int | None:
    """Return the option a text starts with; of options that start alike the longest."""
    if (same := _same(re.sub(_COPULA + r"\W*$", "", text), wanted)) is not None:
        return same
    words = normalise(text).split()
    found: list[tuple[int, int]] = []
    for size in range(1, len(words) + 1):
        index = _same(" ".join(words[:size]), wanted)
        if index is not None and re.search(r"[^\W\d_]{2}", wanted[index - 1]):  # 10 is not 10 g
            found.append((size, index))
    return max(found)[1] if found else None


def _plain(text: str) -> str:
    """Return a text as options are compared: no space or case, no quotes or stops around it; signs stay."""
    return "".join(normalise(text.translate(_BRACKETED)).split()).strip("\"'‘’“”`*.,;:!?[]{}")
