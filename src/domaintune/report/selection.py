"""Selected rows against rows drawn by chance, for the page."""

from collections.abc import Mapping
from typing import Any


def selection(comparison: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a view of the comparison with the draws; None where none was asked for."""
    found = comparison.get("selection")
    if not found:
        return None
    told = [one for one in found["measured"] if one["verdict"] is not None]
    return {
        **found,
        "measured": told,
        "missing": [one["title"] for one in found["measured"] if one["verdict"] is None],
        "alpha": f"{100 * comparison['alpha']:g} %",
        "power": f"{100 * comparison['power']:g} %",
    }
