"""Means and gains by category and by turn, for a terminal: arms side by side, seen categories marked, pooled below."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domaintune.compare.params import SEEN_MINUS_UNSEEN
from domaintune.science.comparison.answers import AnyArm, PublishedCategories, by_turn, category_names
from domaintune.science.comparison.judged import Gain, Gains, Mean, Means, PairedTest
from domaintune.science.evidence.statistics_text import EXPLORATORY, NONE
from domaintune.science.evidence.terminal import Column, Group, panels, paragraph

SEEN = "*"
CLUSTERS = "In round brackets: clusters, where questions in one are not independent."
POOLED = {"seen": "seen", "unseen": "unseen", SEEN_MINUS_UNSEEN: "seen − unseen"}
Arms = Mapping[str, AnyArm]


class Row(NamedTuple):
    """A line of the table: a category, or means over the questions of several."""

    label: str
    means: dict[str, Means]
    """By arm; of an arm without any nothing."""
    seen: frozenset[str] = frozenset()
    """Arms with rows of the category."""
    pooled: bool = False


def mean_tables(
    arms: Arms, shown: Mapping[str, str], published: PublishedCategories | None = None
) -> list[str]:
    """Return means by category and, where something was asked in several, by turn: a column an arm, by criterion.

    Args:
        arms: arm → means.
        shown: criterion → title, in the order of the table; published numbers go beside the last one.
        published: a card's numbers by category, shown as published.
    """
    turns = by_turn(arms)
    tables = [_mean_table(arms, shown, published, "category"), _mean_table(turns, shown, None, "turn")]
    return [table for table in tables if table]


def gain_tables(paired: Mapping[str, PairedTest], against: str) -> list[str]:
    """Return an arm's differences to its baseline by category and, where something was asked in several, by turn."""
    tables = [
        _gain_table(
            {name: own for name, one in paired.items() if (own := one.categories)}, against, "category"
        ),
        _gain_table({name: own for name, one in paired.items() if (own := one.turns)}, against, "turn"),
    ]
    return [table for table in tables if table]


def size(n: int, clusters: int) -> str:
    """Return the number of questions, and of clusters where they are fewer."""
    return f"{n:,}" if clusters == n else f"{n:,} ({clusters:,})"


def short_p(p: float | None) -> str:
    """Return a p-value for a cell."""
    return NONE if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def with_interval(mean: Mean | Gain, form: str) -> str:
    """Return a mean with its interval in square brackets."""
    if mean.ci_low is None or mean.ci_high is None:
        return format(mean.mean, form)
    return f"{mean.mean:{form}} [{mean.ci_low:{form}}, {mean.ci_high:{form}}]"


def _mean_table(
    arms: Arms, shown: Mapping[str, str], published: PublishedCategories | None, label: str
) -> str:
    names = category_names(arms, published)
    if not names:
        return ""
    pooled = any(one.seen is not None for one in arms.values())
    rows = []
    for name in names:
        means = {arm: own for arm, one in arms.items() if (own := one.categories.get(name))}
        seen = frozenset(arm for arm, one in arms.items() if name in (one.seen_categories or ()))
        rows.append(Row(name, means, seen))
    for side in ("seen", "unseen") if pooled else ():
        means = {arm: own for arm, one in arms.items() if (own := one.seen if side == "seen" else one.unseen)}
        rows.append(Row(side, means, pooled=True))
    rows.append(Row("all", {arm: one.criteria for arm, one in arms.items() if one.criteria}))
    groups = [Group("", [Column("questions", [_count(row) for row in rows])])]
    groups += [
        Group(title, [Column(arm, [_cell(row, arm, name) for row in rows]) for arm in arms])
        for name, title in shown.items()
    ]
    if published:
        groups.append(_published(published, names, len(rows)))
    table = panels(Column(label, [row.label for row in rows]), groups)
    return "\n\n".join([table, *_notes(arms, pooled, published)])


def _gain_table(gains: Mapping[str, Gains], against: str, label: str) -> str:
    """Return one table: a row a category, a group of columns a criterion."""
    if not gains:
        return ""
    names = sorted({name for own in gains.values() for name in own.categories})
    sides = [side for side in POOLED if any(getattr(own, side) for own in gains.values())]
    groups, sizes = [], []
    for criterion, own in gains.items():
        found: list[Gain | None] = [own.categories.get(name) for name in names]
        found += [getattr(own, side) for side in sides]
        questions = [NONE if one is None else size(one.n, one.clusters) for one in found]
        sizes += questions
        groups.append(Group(criterion, [
            Column("questions", questions),
            Column("difference", [NONE if one is None else with_interval(one, "+.2f") for one in found]),
            Column("p", [short_p(one and one.p) for one in found]),
            Column("Holm", [short_p(one and one.p_holm) for one in found]),
        ]))  # fmt: skip
    told = [
        row.in_words for own in gains.values() if (row := own.seen_minus_unseen) and row.in_words is not None
    ]
    note = (
        f"{against} on the same questions, with the interval, and {EXPLORATORY} where nothing else is said. Holm: "
        f"corrected for the rows of one criterion.{f' {CLUSTERS}' if any('(' in one for one in sizes) else ''}"
    )
    table = panels(Column(label, [*names, *(POOLED[side] for side in sides)]), groups)
    return "\n\n".join([table, *map(paragraph, [*told, note])])


def _published(published: PublishedCategories, names: Sequence[str], rows: int) -> Group:
    columns = []
    for head in published.heads:
        cells = [published.rows.get(name, {}).get(head) for name in names] + [None] * (rows - len(names))
        columns.append(Column(head, [NONE if cell is None else f"{cell:.3f}" for cell in cells]))
    return Group("published", columns)


def _cell(row: Row, arm: str, criterion: str) -> str:
    """Return an arm's mean; in a pooled row its number of questions, too, where the arms' differ."""
    mean = row.means.get(arm, {}).get(criterion)
    if mean is None:
        return NONE
    counts = {own[criterion].n for own in row.means.values() if criterion in own}
    number = f" n={mean.n:,}" if row.pooled and len(counts) > 1 else ""
    return f"{with_interval(mean, '.2f')}{number}{SEEN if arm in row.seen else ' '}"


def _count(row: Row) -> str:
    """Return how many questions the arms have values for, from the fewest to the most."""
    sizes = {max((one.n, size(one.n, one.clusters)) for one in own.values()) for own in row.means.values()}
    return " to ".join(dict.fromkeys(told for _, told in (min(sizes), max(sizes)))) if sizes else NONE


def _notes(arms: Arms, pooled: bool, published: PublishedCategories | None) -> list[str]:
    together = any(mean.clusters < mean.n for one in arms.values() for mean in one.criteria.values())
    told = ["In square brackets: the interval.", *([CLUSTERS] if together else [])]
    if pooled:
        told.append(
            f"{SEEN}: a category of the rows the arm was trained on; seen, unseen: means over the questions of such "
            "categories and of the others."
        )
        if any(one.seen_categories == [] and one.seen for one in arms.values()):
            told.append(
                "An untrained arm has seen none; it is pooled by all that the trained arms have seen."
            )
    if unknown := [arm for arm, one in arms.items() if one.seen_categories is None]:
        told.append(f"Of {', '.join(unknown)} it is not known what was seen.")
    notes = [paragraph(" ".join(told))]
    if published:
        notes.append(
            paragraph(
                f"published: {published.source}; {published.scale}; judged by {published.judge}; asked: "
                f"{published.questions}. Not measured here. {' '.join(published.notes)}"
            )
        )
    return notes
