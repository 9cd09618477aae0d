"""Questions asked in every cyclic order of their options: does an arm keep its option where the place changes?"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from domaintune.compare.benchmarks.chosen import mark
from domaintune.compare.benchmarks.layout import Column, Group, panels, paragraph
from domaintune.core.records.answer import BenchmarkItem

SAID = (
    "Each question was asked in every cyclic order of its options. right: mean over orders; same: share of questions "
    "whose option is the same in all orders; circular: share that is right in all orders (CircularEval, MMBench); "
    "place: where the chosen option stood most often, whatever it said."
)


def over_orders(items: Mapping[str, Sequence[BenchmarkItem]]) -> dict[str, dict[str, Any]]:
    """Return an arm's figures over the orders; empty where each question was asked once."""
    if not any(row.rotation for rows in items.values() for row in rows):
        return {}
    return {arm: _arm(rows) for arm, rows in items.items()}


def _arm(items: Sequence[BenchmarkItem]) -> dict[str, Any]:
    """Return the shares of questions; an order whose answer cannot be read keeps no option.

    Source: Liu et al. 2023, MMBench, arXiv:2307.06281, CircularEval.
    """
    by_question: defaultdict[str, list[BenchmarkItem]] = defaultdict(list)
    for row in items:
        by_question[row.question_id].append(row)
    asked = list(by_question.values())
    places = Counter((int(row.choice) - 1 - row.rotation) % row.options + 1 for row in items if row.choice)
    place, times = min(places.items(), key=lambda found: (-found[1], found[0]), default=(None, 0))
    return {
        "questions": len(asked),
        "orders": len(items),
        "accuracy": fmean(fmean(row.outcome == "correct" for row in rows) for rows in asked),
        "consistency": fmean(
            len({row.choice for row in rows}) == 1 and rows[0].choice != "" for rows in asked
        ),
        "circular": fmean(all(row.outcome == "correct" for row in rows) for rows in asked),
        "place": None if place is None else mark(str(place)),
        "place_share": times / len(items),
    }


def orders_table(scored: Mapping[str, Any]) -> str:
    """Lay out the figures over the orders, a row an arm; empty where each question was asked once."""
    if not scored["orders"]:
        return ""
    found = [scored["orders"][arm] for arm in scored["arms"]]
    columns = [
        Column(title, [f"{one[key]:.4f}" for one in found])
        for title, key in (("right", "accuracy"), ("same", "consistency"), ("circular", "circular"))
    ]
    favourite = Column("place", [f"{one['place'] or '–'} {100 * one['place_share']:.1f} %" for one in found])
    table = panels(Column("arm", list(scored["arms"])), [Group("over orders", [*columns, favourite])])
    return f"{paragraph(SAID)}\n\n{table}"
