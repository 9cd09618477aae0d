"""Arms × subsets as the study prints them; published figures stand beside ours, or below where that is too wide."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.benchmarks.chosen import mark
from domaintune.compare.benchmarks.layout import Column, Group, fits, panels

NONE = "–"
AVERAGE, ALL = "average", "all"


def score_table(one: Mapping[str, Any], scored: Mapping[str, Any], alpha: float) -> str:
    """Lay out the scores of one method, and what guessing and the best constant answer would score."""
    arms, published = scored["arms"], one["published"]
    titles = [*scored["subsets"], AVERAGE, ALL]
    ours = {title: _ours(scored, title, one["shown"], alpha) for title in titles}
    without = ["guessing", f"constant {mark(scored['constant']['option'])}"]
    labels = Column("arm", [*arms, *without])
    if not published:
        return panels(labels, [Group(title, ours[title]) for title in titles])
    theirs = {title: [_published(published, arm, title) for arm in arms] for title in titles[:-1]}
    beside = [
        Group(title, ours[title] + ([Column("publ.", [*theirs[title], "", ""])] if title in theirs else []))
        for title in titles
    ]
    if fits(labels, beside):
        return panels(labels, beside)
    below = [Group(title, _mixed(ours[title], theirs.get(title, [""] * len(arms)))) for title in titles]
    return panels(Column("arm", [*(row for arm in arms for row in (arm, "  published")), *without]), below)


def cell_of(scores: Mapping[str, Any], title: str) -> Mapping[str, Any]:
    """Return an arm's scores on a subset, on average or on all questions."""
    found: Mapping[str, Any] = (
        scores["average"]
        if title == AVERAGE
        else scores["pooled"]
        if title == ALL
        else scores["subsets"][title]
    )
    return found


def _ours(scored: Mapping[str, Any], title: str, shown: str, alpha: float) -> list[Column]:
    cells = [cell_of(scored["scores"][arm], title) for arm in scored["arms"]]
    without = cells[0]["chance"], cell_of(scored["constant"], title)[shown]
    columns = [Column("ours", [f"{value:.4f}" for value in (*(cell[shown] for cell in cells), *without)])]
    if title == AVERAGE and shown in {"accuracy", "micro_f1"}:
        between = [f"{cell['ci_low']:.3f}–{cell['ci_high']:.3f}" for cell in cells]
        columns.append(Column(f"{100 * (1 - alpha):g} %", [*between, "", ""]))
    counts = {
        "unread": [cell["unparsed"] + cell["refused"] for cell in cells],
        "cut": [cell["truncated"] for cell in cells],
    }
    if title == ALL:
        columns += [Column(name, [*map(str, own), "", ""]) for name, own in counts.items() if any(own)]
    return columns


def _mixed(columns: list[Column], theirs: list[str]) -> list[Column]:
    """Put a row of published figures under each arm's own."""
    mixed = []
    for column, below in zip(columns, [theirs, *[[""] * len(theirs)] * (len(columns) - 1)], strict=True):
        *ours, guess, constant = column.cells
        rows = [cell for two in zip(ours, below, strict=True) for cell in two]
        mixed.append(Column(column.head, [*rows, guess, constant]))
    return mixed


def _published(published: Mapping[str, Any], arm: str, title: str) -> str:
    value = published["rows"].get(arm, {}).get(title)
    if value is None:
        return NONE
    return f"{value:.4f}" + ("†" if title == AVERAGE and arm in published["odd"] else "")
