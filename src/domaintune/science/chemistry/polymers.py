"""Names of polymers by the monomer they are made of, with all of their parentheses.

Source: IUPAC Compendium of Polymer Terminology and Nomenclature ("Purple Book"), 2nd edition 2008.
"""

import re

_POLY = re.compile(r"(?<![\w-])(?:[Cc]o)?[Pp]oly\((?=[^()]*[a-z]{3})")
_MORE = re.compile(r"(?:-(?:co|alt|block|b|ran|stat|graft|g|r)-(?:poly)?\([^()]*\)|-\d+)*")
_LONGEST = 200


def polymer_names(flat: str) -> list[tuple[int, int]]:
    """Return the places of `poly(2,6-dimethyl-1,4-phenylene oxide)` and its like, spaces inside included."""
    found: list[tuple[int, int]] = []
    for match in _POLY.finditer(flat):
        closed = _closing(flat, match.end() - 1)
        if closed and (not found or match.start() >= found[-1][1]):
            more = _MORE.match(flat, closed)
            found.append((match.start(), more.end() if more else closed))
    return found


def _closing(flat: str, start: int) -> int:
    """Return the place behind the partner of the parenthesis at the start, or 0."""
    depth = 0
    for place in range(start, min(len(flat), start + _LONGEST)):
        depth += (flat[place] in "([{") - (flat[place] in ")]}")
        if depth == 0:
            return place + 1
    return 0
