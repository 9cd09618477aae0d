"""Means by category of the question for a terminal: arms side by side, seen categories marked, pooled below."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domaintune.compare.benchmarks.layout import Column, Group, panels, paragraph
from domaintune.science.evidence.statistics_text import NONE

SEEN = "*"


class Row(NamedTuple):
    """A line of the table: a category, or means over the questions of several."""

    of: Literal["category", "pooled", "all"]
    name: str


def category_tables(
    arms: Mapping[str, Any], shown: Mapping[str, str], published: Mapping[str, Any] | None = None
) -> str:
    """Return one table: a row a category, a group of columns a criterion, a column an arm.

    Args:
        arms: arm → means as compare/categories.py gives them.
        shown: criterion → title, in the order of the table; published numbers go beside the last one.
        published: a card's `published_categories`, shown as published.
    """
    own = {name for one in arms.values() for name in one["categories"]}
    names = sorted(own | set(published["rows"] if published else ()))
    if not names:
        return ""
    pooled = any(one["seen"] is not None for one in arms.values())
    rows = [Row("category", name) for name in names]
    rows += [Row("pooled", side) for side in ("seen", "unseen") if pooled] + [Row("all", "all")]
    labels = Column("category", [row.name for row in rows])
    groups = [Group("", [Column("questions", [_count(arms, row) for row in rows])])]
    groups += [
        Group(title, [Column(arm, [_cell(arms, arm, row, name) for row in rows]) for arm in arms])
        for name, title in shown.items()
    ]
    if published:
        groups.append(_published(published["rows"], published["heads"], rows))
    return "\n\n".join([panels(labels, groups), *_notes(arms, pooled, published)])


def _published(
    published: Mapping[str, Mapping[str, float]], heads: Sequence[str], rows: Sequence[Row]
) -> Group:
    columns = []
    for head in heads:
        cells = [published.get(row.name, {}).get(head) if row.of == "category" else None for row in rows]
        columns.append(Column(head, [NONE if cell is None else f"{cell:.3f}" for cell in cells]))
    return Group("published", columns)


def _cell(arms: Mapping[str, Any], arm: str, row: Row, criterion: str) -> str:
    """Return an arm's mean; in a pooled row its number of questions, too, where the arms' differ."""
    one = arms[arm]
    found = _means(one, row)
    if not found or criterion not in found:
        return NONE
    mean = found[criterion]
    half = "" if mean["ci_low"] is None else f" ±{mean['ci_high'] - mean['mean']:.2f}"
    mark = SEEN if row.of == "category" and row.name in (one["seen_categories"] or ()) else " "
    counts = {other[criterion]["n"] for other in _all_means(arms, row) if criterion in other}
    number = f" n={mean['n']:,}" if row.of == "pooled" and len(counts) > 1 else ""
    return f"{mean['mean']:.2f}{half}{number}{mark}"


def _count(arms: Mapping[str, Any], row: Row) -> str:
    """Return how many questions the arms have values for, from the fewest to the most."""
    counts = {max(mean["n"] for mean in found.values()) for found in _all_means(arms, row)}
    return " to ".join(str(n) for n in sorted({min(counts), max(counts)})) if counts else NONE


def _all_means(arms: Mapping[str, Any], row: Row) -> list[Mapping[str, Any]]:
    """Return the means of a row of the arms that have some."""
    return [found for one in arms.values() if (found := _means(one, row))]


def _means(one: Mapping[str, Any], row: Row) -> Mapping[str, Any] | None:
    """Return the means of a row by criterion; None where it has none."""
    if row.of == "all":
        found: Mapping[str, Any] | None = one["criteria"]
    else:
        found = one[row.name] if row.of == "pooled" else one["categories"].get(row.name)
    return found


def _notes(arms: Mapping[str, Any], pooled: bool, published: Mapping[str, Any] | None) -> list[str]:
    told = ["±: half of the interval."]
    if pooled:
        told.append(
            f"{SEEN}: a category of the rows the arm was trained on; seen, unseen: means over the questions of such "
            "categories and of the others."
        )
        if any(one["seen_categories"] == [] and one["seen"] for one in arms.values()):
            told.append(
                "An untrained arm has seen none; it is pooled by all that the trained arms have seen."
            )
    if unknown := [arm for arm, one in arms.items() if one["seen_categories"] is None]:
        told.append(f"Of {', '.join(unknown)} it is not known what was seen.")
    notes = [paragraph(" ".join(told))]
    if published:
        notes.append(
            paragraph(
                f"published: {published['source']}; {published['scale']}; judged by {published['judge']}; asked: "
                f"{published['questions']}. Not measured here. {' '.join(published['notes'])}"
            )
        )
    return notes
