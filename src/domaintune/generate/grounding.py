"""A reply's values: cleaned, told from ways to say nothing, and looked up in the text they were taken from."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from domaintune.core.stage.accounting import Loss
from domaintune.science.chemistry.chemical_names import normalise_name, occurs_in
from domaintune.science.chemistry.quantities import parse_quantities, same_quantity

_ABSENT = re.compile(
    r"(?:(?-i:(?!Na\b))n\s*[/.]?\s*a|none|null|nil|[-–—]+|no mention|없음|언급\s*없음|해당\s*없음"
    r"|(?:is |are )?not (?:mentioned|applicable|available|stated|specified|reported|given|described))?[\s.]*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[,;]\s|\band\b)\s*")
"""Between names in one text; a comma inside a name (2,3-butanediol) has no space after it."""
_ENCLOSED = re.compile(r"[\w-]+\([^()]*\)")
"""A part of a name, such as that of poly(arylene ether), is no term."""

SHORTEST = 4
"""Letters of a word whose capitals and plural say nothing."""


def clean(text: str) -> str:
    """Return NFC text without outer space and without control characters, line breaks and tabs excepted."""
    kept = (c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(kept).strip()


def is_absent(text: str) -> bool:
    """Tell whether a text says that there is nothing to say; Na is sodium."""
    return _ABSENT.fullmatch(text.strip().strip("'\"")) is not None


def names(value: Any, text: str) -> Loss | None:
    """Find a name that does not occur: an item of a list, or one of several in a text."""
    items = value if isinstance(value, list) else [value]
    for item in items:
        if is_absent(item) or occurs_in(item, text):
            continue
        parts = [] if isinstance(value, list) else [part for part in _BETWEEN.split(item) if part]
        missing = [part for part in parts if not occurs_in(part, text)]
        if missing or len(parts) < 2:
            return _ungrounded((missing or [item])[0])
    return None


def terms(value: Any, text: str) -> Loss | None:
    """Find a term of ordinary words that does not occur, number and capitals of its words aside."""
    return next((_ungrounded(item) for item in value if not occurs_as_term(item, text)), None)


def occurs_as_term(term: str, text: str) -> bool:
    """Tell whether a term occurs: as a name does, or word for word with another number, hyphen or capital."""
    if occurs_in(term, text):
        return True
    wanted, within = _stems(term), _stems(_ENCLOSED.sub(" ; ", text))
    # Short words and words with digits may be formulas and locants, whose spelling counts.
    if not wanted or not all(word.isalpha() and len(word) >= SHORTEST for word in wanted):
        return False
    return f" {' '.join(wanted)} " in f" {' '.join(within)} "


def quantities(value: Any, text: str) -> Loss | None:
    """Find a number with its unit that does not occur, in whatever spelling of the unit."""
    told = parse_quantities("\n".join(map(str, value)) if isinstance(value, list) else str(value))
    known = parse_quantities(text) if told else []
    for one in told:
        if one.text not in text and not any(same_quantity(one.text, other.text) for other in known):
            return _ungrounded(one.text)
    return None


def readings(value: Any, text: str) -> Loss | None:
    """Find a material or a value that does not occur."""
    found = (names([reading["material"]], text) or quantities(reading["value"], text) for reading in value)
    return next(filter(None, found), None)


def _ungrounded(item: str) -> Loss:
    return Loss("ungrounded", f"{item[:200]!r} does not occur in the text")


def _stems(text: str) -> list[str]:
    return [
        word.casefold().removesuffix("s") if len(word) > SHORTEST else word
        for word in re.findall(r"[^\W_]+", normalise_name(text))
    ]


GROUNDED: dict[str, Callable[[Any, str], Loss | None]] = {
    "names": names,
    "quantities": quantities,
    "readings": readings,
    "terms": terms,
}
"""What a task spec may say of `grounded`."""
