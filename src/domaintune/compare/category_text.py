"""Means by category of the question for a terminal: arms side by side, seen categories marked, pooled below."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domaintune.compare.benchmarks.layout import Column, Group, panels, paragraph
from domaintune.compare.params import SEEN_MINUS_UNSEEN
from domaintune.science.evidence.statistics_text import EXPLORATORY, NONE

SEEN = "*"
CLUSTERS = "In round brackets: clusters, where questions in one are not independent."


POOLED = {"seen": "seen", "unseen": "unseen", SEEN_MINUS_UNSEEN: "seen − unseen"}


class Row(NamedTuple):
    """A line of the table: a category, or means over the questions of several."""

    of: Literal["category", "pooled", "all"]
    name: str


def turn_tables(arms: Mapping[str, Any], shown: Mapping[str, str]) -> str:
    """Return means by turn, as those by category; nothing where all questions are first turns."""
    turns: dict[str, Any] = {"seen": None, "seen_categories": []}
    own = {arm: one | turns | {"categories": one.get("turns", {})} for arm, one in arms.items()}
    return category_tables(own, shown, label="turn")


def category_tables(
    arms: Mapping[str, Any],
    shown: Mapping[str, str],
    published: Mapping[str, Any] | None = None,
    label: str = "category",
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
    labels = Column(label, [row.name for row in rows])
    groups = [Group("", [Column("questions", [_count(arms, row) for row in rows])])]
    groups += [
        Group(title, [Column(arm, [_cell(arms, arm, row, name) for row in rows]) for arm in arms])
        for name, title in shown.items()
    ]
    if published:
        groups.append(_published(published["rows"], published["heads"], rows))
    return "\n\n".join([panels(labels, groups), *_notes(arms, pooled, published)])


def gain_tables(paired: Mapping[str, Any], against: str) -> str:
    """Return an arm's differences to its baseline by category and, where something was asked in several, by turn."""
    tables = [
        _gain_table({name: own for name, one in paired.items() if (own := one.get(of))}, against, label)
        for of, label in (("categories", "category"), ("turns", "turn"))
    ]
    return "\n\n".join(table for table in tables if table)


def _gain_table(gains: Mapping[str, Any], against: str, label: str) -> str:
    """Return one table: a row a category, a group of columns a criterion.

    Args:
        gains: criterion → differences by category as compare/gains.py gives them.
        against: the arm − its baseline, in words.
    """
    if not gains:
        return ""
    rows = [
        Row("category", name)
        for name in sorted({name for own in gains.values() for name in own["categories"]})
    ]
    rows += [Row("pooled", side) for side in POOLED if any(own[side] for own in gains.values())]
    groups = [
        Group(name, [
            Column("questions", [_size(_gain(own, row)) for row in rows]),
            Column("difference", [_signed(_gain(own, row)) for row in rows]),
            Column("p", [_p(_gain(own, row), "p") for row in rows]),
            Column("Holm", [_p(_gain(own, row), "p_holm") for row in rows]),
        ])
        for name, own in gains.items()
    ]  # fmt: skip
    told = [
        row["in_words"] for own in gains.values() if (row := own[SEEN_MINUS_UNSEEN]) and "in_words" in row
    ]
    note = (
        f"{against} on the same questions, with the interval, and {EXPLORATORY} where nothing else is said. Holm: "
        "corrected for the rows of one criterion."
    )
    if any("(" in cell for group in groups for cell in group.columns[0].cells):
        note += f" {CLUSTERS}"
    labels = Column(
        label, [POOLED.get(row.name, row.name) if row.of == "pooled" else row.name for row in rows]
    )
    return "\n\n".join([panels(labels, groups), *(paragraph(text) for text in [*told, note])])


def _gain(own: Mapping[str, Any], row: Row) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = own[row.name] if row.of == "pooled" else own["categories"].get(row.name)
    return found


def _size(one: Mapping[str, Any] | None) -> str:
    """Return the number of questions, and of clusters where they are fewer."""
    if one is None:
        return NONE
    return f"{one['n']:,}" if one["clusters"] == one["n"] else f"{one['n']:,} ({one['clusters']:,})"


def _signed(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return NONE
    return _with_interval(one, "+.2f")


def _with_interval(one: Mapping[str, Any], form: str) -> str:
    interval = "" if one["ci_low"] is None else f" [{one['ci_low']:{form}}, {one['ci_high']:{form}}]"
    return f"{one['mean']:{form}}{interval}"


def _p(one: Mapping[str, Any] | None, name: str) -> str:
    return NONE if one is None or one[name] is None else "<0.001" if one[name] < 0.001 else f"{one[name]:.3f}"


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
    mark = SEEN if row.of == "category" and row.name in (one["seen_categories"] or ()) else " "
    counts = {other[criterion]["n"] for other in _all_means(arms, row) if criterion in other}
    number = f" n={mean['n']:,}" if row.of == "pooled" and len(counts) > 1 else ""
    return f"{_with_interval(mean, '.2f')}{number}{mark}"


def _count(arms: Mapping[str, Any], row: Row) -> str:
    """Return how many questions the arms have values for, from the fewest to the most."""
    sizes = {max((mean["n"], _size(mean)) for mean in found.values()) for found in _all_means(arms, row)}
    return " to ".join(dict.fromkeys(size for _, size in (min(sizes), max(sizes)))) if sizes else NONE


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
    sizes = [_size(mean) for one in arms.values() for mean in one["criteria"].values()]
    told = ["In square brackets: the interval.", *([CLUSTERS] if any("(" in size for size in sizes) else [])]
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
