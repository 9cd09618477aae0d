"""Means by category of the question, for the page: one table a criterion, a column an arm, seen categories marked."""

from collections.abc import Mapping, Sequence
from typing import Any

POOLED = {
    "seen": "all seen categories",
    "unseen": "all other categories",
}
GAINS = {**POOLED, "seen_minus_unseen": "seen less unseen"}


def category_views(
    arms: Mapping[str, Any], shown: Mapping[str, str], published: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the tables by category, and those by turn of a conversation; arguments as below."""
    turns = {
        arm: one | {"categories": one.get("turns", {}), "seen": None, "seen_categories": []}
        for arm, one in arms.items()
    }
    found = [("category", category_view(arms, shown, published)), ("turn", category_view(turns, shown))]
    return [{"by": by, **view} for by, view in found if view]


def category_view(
    arms: Mapping[str, Any], shown: Mapping[str, str], published: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Return the tables, or None where no question carries a category and nothing was published by category.

    Args:
        arms: arm → means, as compare/categories.py gives them.
        shown: criterion → title; published numbers stand beside the first.
        published: a card's `published_categories`.
    """
    rows = published["rows"] if published else {}
    names = sorted({name for one in arms.values() for name in one["categories"]} | set(rows))
    if not names:
        return None
    heads = published["heads"] if published else []
    pooled = any(one["seen"] is not None for one in arms.values())
    return {
        "arms": list(arms),
        "pooled": pooled,
        "untrained": [arm for arm, one in arms.items() if one["seen_categories"] == [] and one["seen"]],
        "unknown": [arm for arm, one in arms.items() if one["seen_categories"] is None],
        "published": published,
        "tables": [
            {
                "title": title,
                "heads": heads if at == 0 else [],
                "rows": _rows(arms, name, names, rows if at == 0 else {}, heads)
                + _pooled(arms, name, pooled),
            }
            for at, (name, title) in enumerate(shown.items())
        ],
    }


def gain_views(paired: Mapping[str, Any], shown: Mapping[str, str]) -> list[list[dict[str, Any]]]:
    """Return an arm's differences to its baseline, by category and by turn: of each a table a criterion."""
    return [
        [{"by": by, **table} for table in tables]
        for by, of in (("category", "categories"), ("turn", "turns"))
        if (tables := gain_view({name: one.get(of) for name, one in paired.items()}, shown))
    ]


def gain_view(gains: Mapping[str, Any], shown: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a table a criterion; `shown` as above."""
    return [
        {
            "title": title,
            "rows": [
                {"name": name, "of": "category", "gain": gain} for name, gain in own["categories"].items()
            ]
            + [
                {"name": name, "of": "pooled", "gain": gain}
                for side, name in GAINS.items()
                if (gain := own[side])
            ],
            "in_words": (own["seen_minus_unseen"] or {}).get("in_words", ""),
            "tests": own["tests"],
        }
        for criterion, title in shown.items()
        if (own := gains.get(criterion))
    ]


def _rows(
    arms: Mapping[str, Any],
    criterion: str,
    names: Sequence[str],
    published: Mapping[str, Mapping[str, float]],
    heads: Sequence[str],
) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "of": "category",
            "cells": [
                _cell(one["categories"].get(name), criterion, seen=name in (one["seen_categories"] or ()))
                for one in arms.values()
            ],
            "published": [published.get(name, {}).get(head) for head in heads] if published else [],
        }
        for name in names
    ]


def _pooled(arms: Mapping[str, Any], criterion: str, pooled: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": POOLED[side],
            "of": "pooled",
            "cells": [_cell(one[side], criterion, seen=False) for one in arms.values()],
            "published": [],
        }
        for side in POOLED
        if pooled
    ]


def _cell(means: Mapping[str, Any] | None, criterion: str, *, seen: bool) -> dict[str, Any] | None:
    found = (means or {}).get(criterion)
    return None if found is None else {**found, "seen": seen}
