"""How far the judge is to be believed, for the page: its warnings, planted pairs by kind, and what verdicts show."""

from collections.abc import Mapping
from typing import Any


def judge_view(comparison: Mapping[str, Any]) -> dict[str, Any]:
    """Return the warnings for the top of the page, and a table and a sentence for each rubric that was judged."""
    found = comparison["judge"]
    judged = {name: one for name, one in sorted(found["rubrics"].items()) if one["in_words"]}
    return {
        "warnings": found["warnings"],
        "same_model": found["same_model"],
        "rubrics": [
            {"name": name, "in_words": one["in_words"], "planted": _planted(one["planted"])}
            for name, one in judged.items()
        ],
        "constancy": [
            {"rubric": name, "criterion": criterion, **figures}
            for name, one in judged.items()
            for criterion, figures in one["constancy"].items()
        ],
    }


def _planted(planted: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return a row a fault of the bad answer, then one a language."""
    if planted is None:
        return []
    return [
        {"by": by, "name": name, **one}
        for by in ("version", "language")
        for name, one in sorted(planted[by].items())
    ]
