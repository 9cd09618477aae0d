"""Whether what a reply names stands in the text it was taken from."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from domaintune.core.stage.accounting import Loss
from domaintune.generate.answers import is_absent
from domaintune.science.chemistry.chemical_names import normalise_name, occurs_in
from domaintune.science.chemistry.quantities import Quantity, parse_quantities, same_quantity

_BETWEEN = re.compile(r"\s*(?:[,;]\s|\band\b)\s*")
"""Between names in one text; a comma inside a name (2,3-butanediol) has no space after it."""
_ENCLOSED = re.compile(r"[\w-]+\([^()]*\)")
"""A part of a name, such as that of poly(arylene ether), is no term."""

SHORTEST = 4
"""Letters of a word whose capitals and plural say nothing."""


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
    wanted, within = stems(term), stems(_ENCLOSED.sub(" ; ", text))
    # Short words and words with digits may be formulas and locants, whose spelling counts.
    if not wanted or not all(word.isalpha() and len(word) >= SHORTEST for word in wanted):
        return False
    return f" {' '.join(wanted)} " in f" {' '.join(within)} "


def quantities(value: Any, text: str) -> Loss | None:
    """Find a number with its unit that does not occur, in whatever spelling of the unit."""
    told = parse_quantities(_as_written(value))
    known = parse_quantities(text) if told else []
    return next((_ungrounded(one.text) for one in told if not _occurs(one, known, text)), None)


def readings(value: Any, text: str) -> Loss | None:
    """Find a material or a value that does not occur."""
    return next(_of_readings(value, text), None)


def _of_readings(value: Any, text: str) -> Iterator[Loss]:
    for reading in value:
        for loss in (names([reading["material"]], text), quantities(reading["value"], text)):
            if loss is not None:
                yield loss


def _occurs(quantity: Quantity, known: list[Quantity], text: str) -> bool:
    return quantity.text in text or any(same_quantity(quantity.text, one.text) for one in known)


def _ungrounded(item: str) -> Loss:
    return Loss("ungrounded", f"{item[:200]!r} does not occur in the text")


def stems(text: str) -> list[str]:
    """Return the words of a text in small letters and without the s of a plural; short words as they stand."""
    return [
        word.casefold().removesuffix("s") if len(word) > SHORTEST else word
        for word in re.findall(r"[^\W_]+", normalise_name(text))
    ]


def _as_written(value: object) -> str:
    """Return a reply's value as one text: a list's items one a line."""
    return "\n".join(map(_as_written, value)) if isinstance(value, list | tuple) else str(value)


GROUNDED: dict[str, Callable[[Any, str], Loss | None]] = {
    "names": names,
    "quantities": quantities,
    "readings": readings,
    "terms": terms,
}
"""What a card may say of `grounded`."""
