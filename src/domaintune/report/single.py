"""Rubrics that score each answer by itself, for the page: every arm's means, and those published beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.report.categories import category_views, gain_views
from domaintune.report.words import lost_in_words, test_figures

LANGUAGES = {"en": "English", "ko": "Korean"}


def single_rubrics(comparison: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a view of each rubric, sorted by name; none where params.yaml names none."""
    found: Mapping[str, Any] = comparison.get("single", {})
    level = _level(comparison)
    return [{"name": name, "level": level, **_rubric(one)} for name, one in sorted(found.items())]


def text_measures(comparison: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a view of what was counted in the answers; None where it was not."""
    found = comparison.get("text_measures")
    if not found or not found["measures"]:
        return None
    names = [one["name"] for one in found["measures"]]
    cells = {arm: [own["criteria"].get(name) for name in names] for arm, own in found["arms"].items()}
    return {
        "level": _level(comparison),
        "measures": found["measures"],
        "arms": [
            {"arm": arm, "cells": [None if cell is None else {**cell, "seen": False} for cell in own]}
            for arm, own in cells.items()
        ],
        "categories": category_views(found["arms"], {name: name for name in names}),
    }


def _level(comparison: Mapping[str, Any]) -> str:
    return f"{1 - comparison['alpha']:.0%}".replace("%", " %")


def _rubric(one: Mapping[str, Any]) -> dict[str, Any]:
    names = [criterion["name"] for criterion in one["criteria"]]
    return {
        "description": one["description"],
        "source": one["source"],
        "language": LANGUAGES.get(one["language"], one["language"]),
        "criteria": [
            {
                "title": _title(criterion["title"]),
                "lowest": criterion["lowest"],
                "highest": criterion["highest"],
            }
            for criterion in one["criteria"]
        ],
        "judge_in_words": one["judge_in_words"],
        "judgments": sum(own["judgments"] for own in one["arms"].values()),
        "scored": any(own["criteria"] for own in one["arms"].values()),
        "declined": sum(own["outcomes"].get("needs_model", 0) for own in one["arms"].values()),
        "arms": [{"arm": arm, "cells": _cells(own["criteria"], names)} for arm, own in one["arms"].items()],
        "read": [_read(arm, own) for arm, own in one["arms"].items()],
        "against": [
            {
                "arm": arm,
                "baseline": found["baseline"],
                "rows": _differences(found["paired"], one["criteria"]),
                "worst": any(paired["worst_case"] for paired in found["paired"].values()),
                "gains": gain_views(found["paired"], _main_first(one)),
            }
            for arm, found in one["against_baseline"].items()
            if found["paired"]
        ],
        "categories": category_views(one["arms"], _main_first(one), one["published_categories"]),
        "published": one["published"],
        "published_rows": [
            {"model": model, "means": [means.get(name) for name in names]}
            for model, means in (one["published"] or {"rows": {}})["rows"].items()
        ],
    }


def _title(titles: Mapping[str, str]) -> str:
    """Return the criterion's name in the page's language, else in the one that it has."""
    return titles.get("en") or titles[min(titles)]


def _cells(scored: Mapping[str, Any], names: Sequence[str]) -> list[Mapping[str, Any] | None]:
    return [scored.get(name) for name in names]


def _read(arm: str, own: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arm": arm,
        "judgments": own["judgments"],
        "parse_rate": own["parse_rate"],
        "repaired": own["outcomes"].get("repaired", 0),
        "unscored": lost_in_words(own["questions_unscored"]),
    }


def _differences(paired: Mapping[str, Any], criteria: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "title": _title(criterion["title"]),
            **test_figures(found),
        }
        for criterion in criteria
        if (found := paired.get(criterion["name"]))
    ]


def _main_first(one: Mapping[str, Any]) -> dict[str, str]:
    """Return the criteria's titles with the headline first; of a rubric without any score, the headline alone."""
    titles = {criterion["name"]: _title(criterion["title"]) for criterion in one["criteria"]}
    first = {one["headline"]: titles[one["headline"]]}
    return first | titles if any(own["criteria"] for own in one["arms"].values()) else first
