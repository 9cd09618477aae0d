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
    known = any(one["seen_categories"] is not None for one in arms.values())
    rows = [Row("category", name) for name in names]
    rows += [Row("pooled", side) for side in ("seen", "unseen") if known] + [Row("all", "all")]
    labels = Column("category", [row.name for row in rows])
    groups = [Group("", [Column("questions", [_count(arms, row) for row in rows])])]
    groups += [
        Group(title, [Column(arm, [_cell(one, row, name) for row in rows]) for arm, one in arms.items()])
        for name, title in shown.items()
    ]
    if published:
        groups.append(_published(published["rows"], published["heads"], rows))
    return "\n\n".join([panels(labels, groups), *_notes(arms, known, published)])


def _published(
    published: Mapping[str, Mapping[str, float]], heads: Sequence[str], rows: Sequence[Row]
) -> Group:
    columns = []
    for head in heads:
        cells = [published.get(row.name, {}).get(head) if row.of == "category" else None for row in rows]
        columns.append(Column(head, [NONE if cell is None else f"{cell:.3f}" for cell in cells]))
    return Group("published", columns)


def _cell(one: Mapping[str, Any], row: Row, criterion: str) -> str:
    found = _means(one, row)
    if not found or criterion not in found:
        return NONE
    mean = found[criterion]
    half = "" if mean["ci_low"] is None else f" ±{mean['ci_high'] - mean['mean']:.2f}"
    mark = SEEN if row.of == "category" and row.name in (one["seen_categories"] or ()) else " "
    return f"{mean['mean']:.2f}{half}{mark}"


def _count(arms: Mapping[str, Any], row: Row) -> str:
    """Return the most questions that an arm has a value for."""
    counts = [mean["n"] for one in arms.values() for mean in (_means(one, row) or {}).values()]
    return str(max(counts)) if counts else NONE


def _means(one: Mapping[str, Any], row: Row) -> Mapping[str, Any] | None:
    """Return the means of a row by criterion; None where it has none."""
    if row.of == "all":
        found: Mapping[str, Any] | None = one["criteria"]
    else:
        found = one[row.name] if row.of == "pooled" else one["categories"].get(row.name)
    return found


def _notes(arms: Mapping[str, Any], known: bool, published: Mapping[str, Any] | None) -> list[str]:
    notes = []
    if known:
        text = (
            f"{SEEN}: a category of the rows the arm was trained on; seen, unseen: means over the questions of such "
            "categories and of the others. ±: half of the interval."
        )
        unknown = [arm for arm, one in arms.items() if one["seen_categories"] is None]
        if unknown:
            text += f" Of {', '.join(unknown)} it is not known what was seen."
        notes.append(paragraph(text))
    if published:
        notes.append(
            paragraph(
                f"published: {published['source']}; {published['scale']}; judged by {published['judge']}; asked: "
                f"{published['questions']}. Not measured here. {' '.join(published['notes'])}"
            )
        )
    return notes
