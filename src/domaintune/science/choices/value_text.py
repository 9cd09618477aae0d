"""The choice a value makes that is said to be the answer: a label, an option's text, or both if they agree."""

import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from domaintune.science.choices.choice_text import LABELS
from domaintune.science.matching import normalise

_BRACKETED = {ord(label): f"({at})" for at, label in enumerate(LABELS, 1)}
_MARKS = (LABELS, "123456789", ascii_uppercase, ascii_lowercase, "가나다라마바사아자")
INDEX = {mark: i for marks in _MARKS for i, mark in enumerate(marks, 1)}

_COPULA = "(?:입니다|이다|이에요|예요|임)"
_PLAIN = "[1-9A-Za-z가나다라마바사]"
STRONG = re.compile(  # a label whatever follows it
    r"\s*(?:(?P<circled>[①-⑳㉑-㉖])|[(\[](?P<bracket>[1-9A-Za-z가나다라마바사])[)\]]|(?P<numbered>[1-9])\s*번(?!\s*문)(?:\s*보기)?"
    r"|(?P<marked>[1-9A-Z가나다라마바사])(?:\)|[.:](?!\d)))"
    r"(?:\s*번(?![가-힣]*문))?(?:\s*[.:)\]](?!\d))?"
)
WEAK = re.compile(
    rf"\s*(?P<label>{_PLAIN})(?!(?!{_COPULA})[^\W_]|\.\d|[-+'’^_/%])"
)  # a label if what follows says so
ALONE = re.compile(r"\s*(?P<label>[1-9A-Za-z가나다라마바사])(?:\.0+)?\s*[.)]?\s*")
RIGHT = (
    r"(?:(?:is|was)\s+(?:indeed\s+)?(?:(?:the\s+)?(?:(?:most\s+)?(?:correct|right|best|appropriate|accurate)\s+)?"
    r"(?:answer|choice|option)\b|(?:correct|right)(?=\s*(?:[.,;!)]|$|because\b|since\b|as\b)))"
    r"|(?:이|가|은|는|도)\s*(?:정답|(?:맞는|옳은|올바른)\s*답)|(?:이|가|도)\s*(?:답(?:이|입|으)|맞(?:다|습|음|아)|옳(?:다|습|음|아))"
    r"|(?:을|를|으로|로)\s*(?:선택|고르|고릅|고른|택(?:하|합)))"
)
_FOLLOWED = re.compile(
    rf"\s*(?:[.,;:!)\]]|[-–—]\s|\(|$|\n|{RIGHT}|because\b|since\b|as\b|정답|{_COPULA}|이(?:고|며)|번)"
)
MORE = re.compile(
    r"\s*(?:[,/&·~]|or\b|and\b|또는|혹은|이나|나\b|와|과|및|번?\s*(?:와|과|또는|이나|및))\s*(?:possibly|also|maybe|perhaps)?\s*"
    r"(?:option\s*)?\(?(?:[①-⑳㉑-㉖]|[1-9A-Z](?![^\W_]|\.\d))"
)
DENIED = re.compile(
    r"\s*(?:번?[은는이가도]?\s*(?:정?답[이은도]?\s*)?(?:is\s+)?(?:not\b|isn't|아니|아닙|틀|오답|wrong|incorrect"
    r"|될 수 없)|(?:인가|일까|인지|일 수|가 맞는지)|\?)",
    re.IGNORECASE,
)
SENTENCE = re.compile(  # where what is said of one option ends
    r"[.!?。](?=\s|$)|[;\n]|(?:^|\s)[/|]\s|\b(?:because|unlike|whereas|rather than|as opposed to)\b"
    r"|(?:이고|이며|지만|인데|므로|니까|때문)(?=[,\s])|,\s*(?=whereas|while|but|although|though)"
)
NEGATED = re.compile(
    r"\b(?:not|isn't|wrong|incorrect|except|false|neither|nor|unlike|cannot|can't|doesn't)\b|아니|아닙|않|틀[리린렸려]|오답|제외|없",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\s*(?:번)?\s*(?:은|는|이|가|도|의|에|을|를|처럼)(?=\s)|\s+(?:is|was|are|has|have|would|could|may|might|can|cannot|does|doesn't|"
    r"isn't|looks|seems|says|states|describes|refers|and|or|vs)\b",
    re.IGNORECASE,
)
_NEXT_LABEL = re.compile(r"\s\(?(?:[A-Z]|[1-9])(?:\)|[.:](?=\s))")
_BESIDES = re.compile(r"\(?\b(?:not|other than)\s+\(?[A-Z1-9]\)?")
EDGES = " \t\n\"'‘’“”`*_[]{}$"


def choice_in(value: str, n: int, wanted: Sequence[str], *, cued: bool) -> int | None:
    """Return the choice a value starts with."""
    value = value.strip(EDGES)
    if (text := same(value, wanted)) is not None and not ALONE.fullmatch(value):
        return text
    if whole := labelled(value, wanted):
        return whole
    if match := STRONG.match(value):
        return _marked(match, value[match.end() :], n, wanted, cued=cued)
    if match := WEAK.match(value):
        index, rest = INDEX[match["label"]], value[match.end() :]
        if (cued or (match["label"].isupper() and not _SUBJECT.match(rest))) and (
            (_FOLLOWED.match(rest) and (cued or rest.strip())) or _opening(rest, wanted) == index
        ):
            other = _other_number(match["label"], wanted)
            return None if other else _agreed(index, rest, n, wanted, stopped=rest[:1] in ".!;")
    return _opening(value, wanted) if cued else None


def _marked(match: re.Match[str], rest: str, n: int, wanted: Sequence[str], *, cued: bool) -> int | None:
    """Return the choice of a label that is marked as one; uncued it may be what a sentence is about, or head a list."""
    label = next(mark for mark in match.groups() if mark)
    if match["marked"] and not rest.strip() and _other_number(label, wanted):
        return None
    if not cued and (_SUBJECT.match(rest) or _listed(match, rest, wanted)):
        return None
    return _agreed(INDEX[label], rest, n, wanted, stopped=match[0].endswith("."))


def _listed(match: re.Match[str], rest: str, wanted: Sequence[str]) -> bool:
    """Say whether a label only heads a list: more labels follow, or a number counts the steps of a solution."""
    if _NEXT_LABEL.search(rest):
        return True
    step = match["marked"] and match["marked"].isdigit() and rest.strip() and wanted
    sentence = SENTENCE.split(rest.strip(), maxsplit=1)[0]
    return bool(step) and _opening(rest, wanted) is None and same(sentence, wanted) is None


def _other_number(label: str, wanted: Sequence[str]) -> bool:
    """Say whether a bare number is as well the number that another option's text begins with."""
    others = [text for i, text in enumerate(wanted, 1) if i != INDEX[label]]
    return label.isdigit() and any(re.match(rf"{label}(?![\d.])", text) for text in others)


def _agreed(index: int, rest: str, n: int, wanted: Sequence[str], *, stopped: bool) -> int | None:
    """Return the label's index unless its sentence, which may have `stopped` behind it, denies it or names another."""
    if (said := same(rest, wanted)) is None:
        if MORE.match(rest) or DENIED.match(rest):
            return None
        clause = SENTENCE.split(rest.lstrip(".:) "), maxsplit=1)[0]
        bracket = re.match(r"\s*\(([^()]*)\)", rest)
        said = same(bare(clause), wanted) or (same(bracket[1], wanted) if bracket else None)
        if not stopped:
            said = said or _opening(clause, wanted)
            if said is None and labels_in(_BESIDES.sub("", clause)) - {index}:
                return None
    return index if index <= n and said in (None, index) else None


def labels_in(text: str) -> set[int]:
    """Return the labels a text names beyond doubt."""
    found = re.finditer(
        r"([①-⑳㉑-㉖])|(?<![\w.])([1-9])번|(?<!\w)\(?([A-Z1-9])\)(?!\w)"
        r"|\b(?:option|choice|answer(?: is|:)?) ([A-Z1-9])\b|(?:^|(?<=[\s,]))([A-Z])(?=[.:]\s)",
        text,
        re.IGNORECASE,
    )
    return {INDEX[next(mark for mark in match.groups() if mark).upper()] for match in found}


def labelled(text: str, wanted: Sequence[str]) -> int | None:
    """Return the option that the whole text is, label and all; both may have several lines."""
    match = STRONG.match(text) or WEAK.match(text)
    if not match:
        return None
    index = INDEX[next(mark for mark in match.groups() if mark)]
    rest = plain(text[match.end() :])
    return index if index <= len(wanted) and wanted[index - 1] == rest != "" else None


def same(text: str, wanted: Sequence[str]) -> int | None:
    """Return the only option with this text."""
    said = plain(text)
    found = [i for i, option in enumerate(wanted, 1) if said and option == said]
    return found[0] if len(found) == 1 else None


def _opening(text: str, wanted: Sequence[str]) -> int | None:
    """Return the option a text starts with; of options that start alike the longest, of two joined ones none."""
    text = bare(SENTENCE.split(text.strip(), maxsplit=1)[0])
    if (whole := same(text, wanted)) is not None:
        return whole
    words = normalise(text).split()
    found: list[tuple[int, int]] = []
    for size in range(1, len(words) + 1):
        index = same(" ".join(words[:size]), wanted)
        if index is not None and re.search(r"[^\W\d_]{2}", wanted[index - 1]):  # 10 is not 10 g
            found.append((size, index))
    if not found:
        return None
    size, index = max(found)
    joined = {"or", "and", "또는", "혹은", "및", "not"}.intersection(words[size : size + 1])
    return None if joined else index


def bare(text: str) -> str:
    """Return a text without `입니다` at its end."""
    return re.sub(rf"{_COPULA}\W*$", "", text)


def plain(text: str) -> str:
    """Return a text as options are compared: no space or case, no quotes or stops around it; signs stay."""
    return "".join(normalise(text.translate(_BRACKETED)).split()).strip("\"'‘’“”`*.,;:!?[]{}")
