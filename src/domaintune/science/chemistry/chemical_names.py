"""Comparing chemical names without losing what tells two substances apart.

Locants, enclosing marks, stereo descriptors, charges and the capitals of element symbols carry meaning and
stay; only ways of typing the same sign become one.

Sources: IUPAC Recommendations 2013 ("Blue Book"), P-14 (locants), P-16 (punctuation, enclosing marks, italics,
primes) and P-91 (stereo descriptors); Unicode Standard Annex 15 (normalisation forms).
"""

import re
import unicodedata

SAME_SIGN = {
    "-": "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u207b\u208b\ufe58\ufe63\uff0d",
    "'": "\u2018\u2019\u201b\u2032\u02b9\u02bc\u00b4\uff07",
    '"': "\u201c\u201d\u201f\u301e",
    "·": "\u2022\u2219\u22c5\u2027\u30fb\u0387",
    "μ": "\u00b5",
    " ": "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000\t\n\r",
}
"""Signs that are typed in several ways; the soft hyphen is here because PDF fonts use it for the hyphen."""
HANGUL = r"\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
_SCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁽⁾⁼ⁿⁱ₀₁₂₃₄₅₆₇₈₉₊₍₎₌ₐₑₒₓₕₖₗₘₙₚₛₜ"
_FLAT = {sign: kept for kept, signs in SAME_SIGN.items() for sign in signs}
_FLAT |= {sign: unicodedata.normalize("NFKC", sign) for sign in _SCRIPTS}
_FLAT |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _FLAT}
_FLAT |= {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D7CC)}
FLAT = str.maketrans({sign: kept for sign, kept in _FLAT.items() if len(kept) == 1})
"""One character for one, so that places in a flattened text are places in the text."""
_WIDE = [*range(0xFB00, 0xFB07), *range(0x2160, 0x217C)]  # ligatures of PDF fonts, Roman numeral signs
WIDE = str.maketrans({chr(code): unicodedata.normalize("NFKC", chr(code)) for code in _WIDE} | {"″": "''"})
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_TAG = re.compile(r"</?(?:jats:)?su[bp]>", re.IGNORECASE)
_TEX = re.compile(r"(?<=[A-Za-z)\]])\$?[_^](?:\{([\d+.xyδ-]{1,6})\}|(\d))\$?")
_OXIDATION = re.compile(r"(?<=[A-Za-z]) +(?=\((?:0|[IV]{1,4})\))")
_TITLE_CASE = re.compile(r"(?<![^\W\d_])[A-Z][a-z]{2,}(?![^\W\d_])")
_PARTICLE = (
    r"(?:으로서|으로써|에서는|이라는|이라고|에서|에게|부터|까지|으로|처럼|보다|이나|이란|이며|이고|이다|에는|과의|와의|로서|로써"
    r"|라는|라고|은|는|이|가|을|를|의|에|와|과|로|도|만|나|란|며|고|인|및|등)"
)
_ADJECTIVE = r"[a-z]*(?:ed|ing|ive|able|ible|ally|free|rich|like|type|poor|lean|soluble|bound|grown|water|air|ion|to)\b"
_FREE_BEFORE = re.compile(r"(?:^|\W)(?:non|anti|pre|post|high|low|nano|bio|bare|pure|as|to|and|in|of)-$")
_FORMULA_AFTER = re.compile(r"-(?:[A-Z][a-z]?\d*)+(?![\w-])")
_FORMULA_BEFORE = re.compile(r"(?<![\w-])(?:[A-Z][a-z]?\d*)+-$")


def normalise_name(text: str) -> str:
    """Return the form in which two spellings of one name are equal; for matching, not for display.

    `H₂SO₄` meets `H2SO4`, `α–Fe₂O₃` meets `α-Fe2O3`, `copper (II)` meets `copper(II)`. Capitals become small only
    in a word of a capital and two or more small letters: no formula looks so, hence `Co`/`CO`, `No`/`NO`, `N-`,
    `D-` and `(2R,3S)-` keep theirs. All-capital words keep them too: TEMPO is no tempo.

    Source: IUPAC Red Book 2005, IR-3.1 (symbols), IR-4 (formulae), IR-5.4 (oxidation and charge numbers are
    set without a space); UAX 15 (canonical equivalence, `<sub>`, `<super>`, `<wide>` mappings).
    """
    while True:
        new = plain_markup(unicodedata.normalize("NFC", text)).translate(WIDE).translate(FLAT)
        new = re.sub(r" *· *", "·", " ".join(_INVISIBLE.sub("", new).split()))
        new = _TITLE_CASE.sub(lambda match: match.group().lower(), _OXIDATION.sub("", new))
        if new == text:
            return text
        text = new


def display_name(text: str) -> str:
    """Return the name as people should see it: composed, on one line, without invisible characters."""
    while True:
        new = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\u00ad", "-").split())
        if new == text:
            return text
        text = new


def plain_markup(text: str) -> str:
    """Drop the tags and signs that set a digit below or above the line: `H<sub>2</sub>O`, `H_{2}O`, `H$_2$O`."""
    if "<" not in text and "_" not in text and "^" not in text:
        return text
    return _TEX.sub(lambda match: match[1] or match[2], _TAG.sub("", text))


def occurs_in(name: str, text: str) -> bool:
    """Tell whether the name stands in the text as a whole, not as a part of a longer name.

    `methane` is not in dichloromethane, `Co` not in CO2, `ethylene` not in poly(ethylene), `황산` not in 황산나트륨;
    but `CO2` is in CO2-derived and in CO2를. An empty name occurs nowhere.
    """
    wanted, within = normalise_name(name), normalise_name(text)
    start = within.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        if _starts(wanted, within[:start]) and _ends(wanted, within[end:]):
            return True
        start = within.find(wanted, start + 1)
    return False


def _starts(wanted: str, before: str) -> bool:
    if not before or before[-1].isspace():
        return True
    last, rest = before[-1], before[:-1]
    if _is_hangul(last):
        return not _is_hangul(wanted[0])
    if last == "-":
        linked = _FREE_BEFORE.search(before[-12:]) or _FORMULA_BEFORE.search(before[-24:])
        return bool(linked) or rest[-1:] in ("", " ")
    if last in "([{,'+":
        return not rest or not rest[-1].isalnum() or _is_hangul(rest[-1])
    return not (last.isalnum() or last in "·)]}")


def _ends(wanted: str, after: str) -> bool:
    if not after or after[0].isspace():
        return True
    first, second = after[0], after[1:2]
    if _is_hangul(first):
        return not _is_hangul(wanted[-1]) or bool(re.match(rf"{_PARTICLE}(?![{HANGUL}])", after))
    if first == "-":
        word = "|[a-z]{3,}(?![\\w-])" if re.search(r"[\d)]", wanted) and wanted[0].isupper() else ""
        free = re.match(rf"-(?:$|[\s{HANGUL}]|{_ADJECTIVE}{word})", after)
        return bool(free or (wanted[0].isupper() and _FORMULA_AFTER.match(after)))
    if first in "([{":
        return _is_hangul(wanted[-1]) or after.startswith(("(s)", "(l)", "(g)", "(aq)"))
    if first in ")]},'.":
        return _is_hangul(second) or not (second.isalnum() or second in ("-", "'")) or not second
    return not (first.isalnum() or first in "·+")


def _is_hangul(character: str) -> bool:
    return bool(re.match(f"[{HANGUL}]", character))
