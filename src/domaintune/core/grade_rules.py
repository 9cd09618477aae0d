"""What `mixture.rows` and `mixture.grades` of an arm may say together, told before anything is spent."""

from collections.abc import Iterator, Mapping
from typing import Any

PLACE = "{band}"
"""Where a band's name goes in `control_prefix`."""
GOES_WITH: Mapping[str, tuple[str, ...]] = {
    "at_least": ("filter",),
    "top": ("filter",),
    "random_draw": ("filter",),
    "bands": ("condition", "weight"),
    "control_prefix": ("condition",),
    "times": ("weight",),
}
"""Field of `grades` → the values of `use` it belongs to."""
SIZES = ("caps", "weights", "languages")


def mixture_faults(mixture: Mapping[str, Any]) -> Iterator[str]:
    """Yield each contradiction of a mixture whose types are right, with the place in the mixture before it."""
    rows, grades = mixture["rows"], mixture["grades"]
    if grades is None:
        if rows != "all":
            yield f"rows: {rows} needs grades.grading and grades.by, which say which rows are graded"
        return
    use = grades["use"]
    if rows == "ungraded" and use != "ignore":
        yield f"rows: ungraded rows have no grade to {use} by; use ignore"
    for field, uses in GOES_WITH.items():
        if grades[field] not in (None, {}) and use not in uses:
            yield f"grades.{field}: goes with use {' or '.join(uses)}, not with {use}; leave it out"
    given = [field for field in ("at_least", "top") if grades[field] is not None]
    if use == "filter" and len(given) != 1:
        yield f"grades: use filter needs one of at_least and top, got {'both' if given else 'neither'}"
    if use == "filter" and grades["random_draw"] and (named := [field for field in SIZES if mixture[field]]):
        yield (
            f"grades.random_draw: promises as many tokens as the filter's, which {' and '.join(named)} would change; "
            "leave them out of this arm, and of the arms it is compared with"
        )
    if use in ("condition", "weight"):
        yield from _band_faults(grades)


def _band_faults(grades: Mapping[str, Any]) -> Iterator[str]:
    use, bands, line = grades["use"], grades["bands"], grades["control_prefix"]
    if not bands:
        yield f"grades.bands: use {use} needs each band's name with its lower border"
        return
    if len(set(bands.values())) < len(bands):
        yield f"grades.bands: two bands begin at the same border: {dict(bands)}"
    if use == "condition" and not (line and line.count(PLACE) == 1 and len(line.splitlines()) == 1):
        yield f"grades.control_prefix: use condition needs one line of text that holds {PLACE} once, got {line!r}"
    if use == "weight" and set(grades["times"]) != set(bands):
        yield f"grades.times: use weight needs one number for each of the bands {sorted(bands)}"
