"""Which option each arm chose how often, for the page: a favourite option is no knowledge."""

from collections.abc import Mapping, Sequence
from typing import Any

AVERAGE = "average"
UNREAD = ("unparsed", "refused")


def chosen(scored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options and a row an arm, with the right answers first; a cell is the count of questions."""
    right = scored["constant"]["right"]
    rows = [("right answers", [*right.values(), 0], None)]
    for arm in scored["arms"]:
        cell = scored["scores"][arm]["pooled"]
        counts = cell["choices"]
        unread = sum(counts[name] for name in UNREAD)
        rows.append((arm, [*(counts[option] for option in right), unread], cell["most_chosen_share"]))
    return {"options": list(scored["constant"]["marks"].values()), "rows": rows}


def constant(scored: Mapping[str, Any], shown: str, columns: Sequence[str]) -> dict[str, Any]:
    """Return the row of the best constant answer."""
    best = scored["constant"]
    return {
        "option": best["marks"][best["option"]],
        "cells": [cell_of(best, column)[shown] for column in columns],
    }


def cell_of(scores: Mapping[str, Any], column: str) -> Mapping[str, Any]:
    """Return the scores on a subset, on average or on all questions."""
    named = {AVERAGE: scores["average"], "all": scores["pooled"], **scores["subsets"]}
    found: Mapping[str, Any] = named[column]
    return found
