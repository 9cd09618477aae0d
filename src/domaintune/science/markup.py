"""HTML and Markdown in text: tags are removed, and fences of code and tables found that keep their lines."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

BLOCKS = (
    "address|article|aside|blockquote|body|center|dd|details|dir|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|frameset|h[1-6]|head|header|hgroup|hr|html|legend|li|main|menu|nav|noscript|ol|p|pre|section|table|tbody|tfoot"
    "|thead|title|tr|ul|jats:(?:p|sec|title|list|list-item)"
)
"""Elements that begin and end a paragraph."""
INLINE = (
    "a|abbr|acronym|applet|area|audio|b|base|basefont|bdi|bdo|big|blink|br|button|canvas|caption|cite|code|col|colgroup"
    "|del|dfn|em|embed|font|frame|i|iframe|img|input|ins|kbd|label|link|marquee|mark|meta|nobr|object|optgroup|option"
    "|param|q|rb|rp|rt|ruby|s|samp|select|small|span|strike|strong|sub|summary|sup|svg|td|textarea|th|tt|u|var|video"
    "|wbr|(?:o|w|st1|v|jats|mml):[\\w-]+"
)
"""Other elements of HTML, now and formerly, of Office's pages, and of JATS and MathML in a publisher's."""
_QUOTED = r"""=\s*"[^"<\n]*+"(?=[\s/>])|=\s*'[^'<\n]*+'(?=[\s/>])"""
_ATTRIBUTES = rf"(?:\s+[\w:-]+\s*(?==)(?:{_QUOTED}|[^<>])*+|\s+(?:nowrap|noshade|border|checked))?\s*/?"
TAG = re.compile(rf"</?(?P<name>(?P<known>{BLOCKS}|{INLINE})|[a-z][\w:-]*){_ATTRIBUTES}>", re.IGNORECASE)
CLOSING = re.compile(r"</(?P<name>[a-z][\w:-]*)\s*>", re.IGNORECASE)
SURE = re.compile(
    rf"</(?:{BLOCKS}|{INLINE})\s*>|<(?:br|hr|div|span|font|strong|em|sub|sup|li|ul|ol|img|jats:\w+)\b"
    r"|(?:\A\s*+|\n[ \t]*+)<p>(?:\w|\s+(?-i:[A-Z가-힣]))(?=.*<p>(?:\w|\s+(?-i:[A-Z가-힣])))",
    re.IGNORECASE | re.DOTALL,
)
"""What only HTML has: of old pages without closing tags, two paragraphs, the first at the beginning of a line. A lone
`<p>` or `<i>` can be a mean in angle brackets, and stays."""
UNSEEN = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<!DOCTYPE[^<>]*>|<\?xml[^<>]*>"
    r"|<(?P<hidden>script|style|xml)\b[^<>]*>(?:(?!<(?P=hidden)\b).)*?</(?P=hidden)\s*>",
    re.IGNORECASE | re.DOTALL,
)
"""What a browser does not show."""
BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLOCK = re.compile(BLOCKS, re.IGNORECASE)
_SUP = r"(?:jats:)?sup\b"
_RAISED = re.compile(
    rf"<{_SUP}[^<>]*>(?P<text>(?:(?!</?{_SUP}).){{0,40}}?)</{_SUP}\s*>", re.IGNORECASE | re.DOTALL
)
_SIGNS = {"TM": "™", "tm": "™", "REG": "®", "R": "®"} | dict(zip("oO®™°º", "°°®™°°", strict=True))
_PLAIN = {"st", "nd", "rd", "th", ""}
_HIGH = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")


def strip_tags(text: str) -> str:
    """Return the text without tags of HTML or closed ones; blocks become paragraphs, list items begin with a hyphen."""
    if "<" not in text:
        return text
    shown = _RAISED.sub(_raised, UNSEEN.sub(" ", text))
    closed = {name.lower() for name in CLOSING.findall(shown)}
    sure = SURE.search(shown) is not None

    def gone(tag: re.Match[str]) -> bool:
        return tag["name"].lower() in closed or (sure and tag["known"] is not None)

    return TAG.sub(lambda tag: _space_of(tag) if gone(tag) else tag.group(), shown)


def _raised(found: re.Match[str]) -> str:
    """Return a superscript that stays one: 10<sup>6</sup> is not 106."""
    text = TAG.sub("", found["text"]).strip()
    if text in _SIGNS or text in _PLAIN:
        return _SIGNS.get(text, text)
    high = text.translate(_HIGH)
    return high if not set(high) & set(text) else f"^{text}"


def _space_of(tag: re.Match[str]) -> str:
    """Return what stands for a tag: H<sub>2</sub>O is one word, two cells of a table are two."""
    name = tag["name"].lower().removeprefix("jats:")
    if name in {"li", "list-item"}:
        return "\n\n" if tag.group().startswith("</") else "\n\n- "
    if name == "br":
        return "\n"
    if _BLOCK.fullmatch(tag["name"]):
        return "\n\n"
    return " " if name in {"td", "th", "caption", "option"} else ""


BLOCK = re.compile(
    r"(?<=\n\n)(?P<indented>(?:(?:[ ]{4}|[ ]{0,3}\t)[ \t]*[^\s\-*+•][^\n]*(?:\n|\Z))+)(?=\n|\Z)"
    r"|^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n`]*\n(?:.*?\n)??[ ]{0,3}(?P=fence)[`~]*[ \t]*$"
    r"|^[ ]{0,3}(?P<open>`{3,})[^\n`]*\n.*\Z"
    r"|^(?=[^\n]*\|)[^\n]*\n(?=[^\n]*\|)[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$"
    r"(?:\n(?=[^\n]*\|)[^\n]*)*",
    re.MULTILINE | re.DOTALL,
)
"""Indented lines between blank ones; a closed fence, or one of backticks that is open to the end (a line of tildes
underlines headings, too); or a row of cells, the line of hyphens below it, and all rows that follow.

Source: GitHub Flavored Markdown 0.29, sections 4.4, 4.5 and 4.10.
"""
CODE_LINE = re.compile(
    r"(?!.*(?:[^\W\d_]{2,},? ){5})"
    r"(?:.*[={}]|.*;$|.*\w[(\[]|\s*(?:#|//|\$ |>>> |import |from |def |class |return\b|for |if |else))"
)
"""A line of a program, without five words in a row: prose is indented, too."""

INLINE_CODE = re.compile(r"(?<![`\\])(?P<ticks>`{1,2})(?!`)[^`\n]+(?<!`)(?P=ticks)(?!`)")
"""Code between backticks, on one line."""
HIDDEN = "\ufdd0"
"""Unicode keeps this for no character: it stands for code while the text around it is worked on."""


def outside_code(step: Callable[[str], str]) -> Callable[[str], str]:
    """Return the step as it is done to a text but not to the code between backticks within its lines."""

    def stepped(text: str) -> str:
        kept: list[str] = []

        def hide(found: re.Match[str]) -> str:
            kept.append(found.group())
            return f"{HIDDEN}{len(kept) - 1}{HIDDEN}"

        if "`" not in text or HIDDEN in text:
            return step(text)
        done = step(INLINE_CODE.sub(hide, text))
        return re.sub(f"{HIDDEN}([0-9]+){HIDDEN}", lambda found: kept[int(found[1])], done)

    return stepped


class Piece(NamedTuple):
    """`text[start:end]`, which is a block or what stands between two."""

    start: int
    end: int
    text: str
    block: bool
    code: bool = False
    """A fence: whoever indents lines may have meant an HTML page's source."""


def split_blocks(text: str) -> Iterator[Piece]:
    """Yield a text in pieces, of which none is empty; together they are the text."""
    position = 0
    for found in BLOCK.finditer(text):
        lines = found["indented"] or ""
        if 2 * sum(map(bool, map(CODE_LINE.match, lines.splitlines()))) < len(lines.splitlines()):
            continue
        if found.start() > position:
            yield Piece(position, found.start(), text[position : found.start()], block=False)
        yield Piece(*found.span(), found.group(), block=True, code=bool(found["fence"] or found["open"]))
        position = found.end()
    if position < len(text):
        yield Piece(position, len(text), text[position:], block=False)


def outside_fences(step: Callable[[str], str]) -> Callable[[str], str]:
    """Return the step as it is done to a text but not to code, be it in blocks or within a line."""
    return _outside(outside_code(step), lambda piece: piece.code, "".join)


def outside_blocks(step: Callable[[str], str]) -> Callable[[str], str]:
    """Return the step as it is done to a text but not to its fences of code and tables."""
    return _outside(
        step,
        lambda piece: piece.block,
        lambda done: "\n\n".join(piece.strip("\n").rstrip() for piece in done if piece.strip()),
    )


def _outside(
    step: Callable[[str], str], stays: Callable[[Piece], bool], joined: Callable[[list[str]], str]
) -> Callable[[str], str]:
    def stepped(text: str) -> str:
        if not any(mark in text for mark in ("```", "~~~", "|", "    ", "\t")):
            return step(text)
        pieces = list(split_blocks(BREAK.sub("\n", text)))
        if not any(map(stays, pieces)):
            return step(text)
        done = [piece.text if stays(piece) else step(piece.text) for piece in pieces]
        return text if done == [piece.text for piece in pieces] else joined(done)

    return stepped
