"""Reading which option an answer chose, without guessing: what can be read in two ways is not read."""

import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from domaintune.science.choices.choice_text import plain_marks, spoken, with_labels
from domaintune.science.choices.value_text import (
    ALONE,
    DENIED,
    EDGES,
    INDEX,
    MORE,
    NEGATED,
    RIGHT,
    SENTENCE,
    STRONG,
    WEAK,
    bare,
    choice_in,
    labelled,
    labels_in,
    plain,
    same,
)

# only alone: inside options they are names of statements
_ROUND = {0x24B6 + i: mark for i, mark in enumerate(ascii_uppercase + ascii_lowercase)}
_PICKED = re.compile(
    r"(?<![\w.\-+'’/])(?:(?:option|choice|answer|보기)\s*)?"
    r"(?:(?P<a>[①-⑳㉑-㉖])|[(\[](?P<b>[1-9A-Z])[)\]]|(?P<c>[1-9])(?=번)|(?P<d>[A-Z])(?![A-Za-z0-9]))"
    rf"(?:\s*번)?(?:\s*보기)?\s*{RIGHT}(?!\s*(?:[이은는]?\s*아니|될|not\b))",
    re.IGNORECASE,
)
_HEDGE = r"(?:(?:probably|most likely|likely|clearly|definitely|therefore|simply|thus|also)\s+)?"
_CUE = re.compile(
    r"(?:\b(?:answer|(?:correct|right|best|my|final)\s+(?:choice|option))\b|정\s*답|(?<![가-힣])답[안변]?)"
    r"[\"'‘’“”*\])>]*(?:\s*번호)?\s*(?:to (?:this|the) question\s*)?"
    rf"(?:[:=]|\bis\b|\bwould be\b|\bmust be\b|(?:은|는|이)(?![가-힣])|→)\s*{_HEDGE}"
    r"(?:the\s+)?(?:option\b|choice\b|보기\b|:)?\s*:?\s*"
    r"|\bI(?:'ll|'d| will| would)?\s+(?:choose|pick|select|go with|chose|picked|selected)\s+"
    r"(?:the\s+)?(?:option\b|choice\b|answer\b)?\s*"
    r"|[\[<(【]\s*(?:정\s*답|답[안변]?|answer)\s*[\]>)】]\s*:?\s*"
    r"|(?:\b(?:answer|choice)\b|정답)\s*(?=[①-⑳㉑-㉖(\[]|(?-i:[1-9A-Z가나다라마])(?![^\W_]))"
    r"|^\s*(?:option|choice|보기)\s*(?=[①-⑳㉑-㉖(\[]|(?-i:[1-9A-Z])(?![^\W_])(?!\s*\w))",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_THE = re.compile(  # stands before a cue that names what is not the answer, or may be it
    r"\b(?:wrong|incorrect|false|other|another|isn't the"
    r"|not(?:\s+(?:the|an?|my))?(?:\s+(?:correct|right|best|final))?)\s*$|(?:틀린|잘못된|아닌|다른|그럴듯한|오)\s*$"
    r"|\b(?:if|suppose|assum\w+|unless|whether|would)\b[^.!?\n]*$|(?:만약|만일)[^.!?\n]*$"
    r"|\b(?:some|others|many|people|students?)\s+(?:\w+\s+)?(?:say|think|claim|argue|believe)s?\b[^.!?,\n]*$"
    r"|(?:일부는|어떤 사람은|어떤 이는)[^.!?,\n]*$",
    re.IGNORECASE,
)
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{([^{}]*)\}")
_NEXT_KEY = re.compile(r"[,}]\s*[\"'‘’“”]\s*[\w ]{1,20}[\"'‘’“”]\s*:|\}\s*$|\n")
_LISTED = re.compile(r"^\s*\(?(?P<label>[①-⑳㉑-㉖]|[1-9A-Z](?=[).:번]|\s+[-–—]\s|\s*$))", re.MULTILINE)
_TURNED = re.compile(
    r"\b(?:wait|actually|correction|on second thought|I mean|let me (?:re|correct)\w*|scratch that)\b"
    r"|(?:^|[\s.])아니[,.]|다시 (?:보니|생각|계산)|정정",
    re.IGNORECASE,
)


def read_answer(text: str, n: int, options: Sequence[str]) -> int | None:
    """Return the 1-based option an exam sheet's cell or a model's answer chose; None if none or not clear.

    A number or letter that stands alone is a label even where an option has that very text, as exam sheets mean it so.
    A letter before words is a label only where it is marked as one or the words are that option: `A` is an article
    and `C` is carbon. What is said to be the answer counts up to the end of its sentence; an explanation may name
    other options. Several different choices, or none of the first n, are no choice; nor are thoughts without an end.
    The options' texts are without labels, and may be empty where only labels can be meant.
    """
    said = spoken(text)
    if said is None:
        return None
    wanted = [plain(plain_marks(option)) for option in options[:n]]
    text = with_labels(plain_marks(said), n, wanted)
    if match := ALONE.fullmatch(text.translate(_ROUND).strip(EDGES)):
        index = INDEX[match["label"]]
        return index if index <= n else same(text, wanted)
    if (whole := same(text, wanted) or labelled(text, wanted) or same(bare(text), wanted)) is not None:
        return whole
    first = _first_line(text, n, wanted)
    found = _cued(text, n, wanted) | ({first} if first is not None else set())
    if not found:
        found = _last_line(text)
    if len(found) != 1 or (_TURNED.search(text) and len(labels_in(text) | found) > 1):
        return None
    index = found.pop()
    return index if 0 < index <= n else None


def _cued(text: str, n: int, wanted: Sequence[str]) -> set[int]:
    """Return what is said to be the answer anywhere; 0 stands for several at once."""
    found = set()
    for value in _values(text):
        choice = choice_in(value, n, wanted, cued=True)
        if choice is not None:
            found.add(choice)
        elif _several(value):
            found.add(0)
    for match in _PICKED.finditer(text):
        before, rest = text[: match.start()], text[match.end() :]
        label = next(mark for mark in match.groups() if mark)
        if label == label.upper() and not _NOT_THE.search(before) and not DENIED.match(rest):
            joined = re.search(r"(?:과|와|및|and|or|또는|이나|[,/&])\s*$", before) and labels_in(before[-12:])
            if not NEGATED.search(SENTENCE.split(rest, maxsplit=1)[0][:12]):
                found.add(0 if joined else INDEX[label])
    return found


def _several(value: str) -> bool:
    """Say whether a value that is not a choice names two labels at once, as `B and C`."""
    clause = SENTENCE.split(value.strip(EDGES), maxsplit=1)[0]
    match = STRONG.match(clause) or WEAK.match(clause)
    joined = match is not None and bool(MORE.match(clause, match.end()))
    both = re.match(r"both\b|either\b|neither\b|모두|둘 다", clause, re.IGNORECASE) is not None
    return joined or both or len(labels_in(clause)) > 1


def _first_line(text: str, n: int, wanted: Sequence[str]) -> int | None:
    """Return the choice the first line makes, unless lines below are labelled as it is: then they are a list."""
    first, _, rest = text.partition("\n")
    alone = _lone(first)
    lines = rest.splitlines()
    if alone is not None:
        return alone if not {_lone(line) for line in lines} - {alone, None} else None
    choice = choice_in(first, n, wanted, cued=False)
    others = {INDEX[match["label"]] for match in _LISTED.finditer(rest)}
    return choice if {index for index in others if index <= n} <= {choice} else None


def _last_line(text: str) -> set[int]:
    """Return the label that is a reply's last line, where it is the only line of that kind; digits may be results."""
    alone = [(line.strip(EDGES), index) for line in text.splitlines() if (index := _lone(line)) is not None]
    last = text.rstrip().rpartition("\n")[2].strip(EDGES)
    if not alone or alone[-1][0] != last or last[:1].isdigit():
        return set()
    return {index for _, index in alone}


def _lone(line: str) -> int | None:
    """Return the label a line consists of; lower case is too often a list's."""
    match = re.fullmatch(r"\(?([①-⑳㉑-㉖1-9A-Z])(?:\s*번)?[.)]?(?:\s*입니다\.?)?", line.strip(EDGES))
    return INDEX[match[1]] if match else None


def _values(text: str) -> list[str]:
    """Return what stands behind `Answer:`, `정답은`, a JSON key or in a box, up to where the value ends."""
    ends = [m.end() for m in _CUE.finditer(text) if not _NOT_THE.search(text[: m.start()])]
    values = [match[1] for match in _BOXED.finditer(text)]
    for start in ends:
        value = text[start:].lstrip().lstrip("*[{$")
        if value.startswith("\\"):  # a box is read as a box
            continue
        quote = value[:1]
        closing = {"‘": "’", "“": "”"}.get(quote, quote)
        if quote in tuple("\"'‘“’”") and (end := value.find(closing, 1)) > 0:
            values.append(value[1:end])
        else:
            values.append(_NEXT_KEY.split(value, maxsplit=1)[0])
    return values
