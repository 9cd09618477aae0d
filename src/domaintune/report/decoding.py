"""How answers were decoded, for the page: values that had no effect are shown as such."""

from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.sections.arms import Arm


def decoding(arms: Mapping[str, Arm], described: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one entry for all arms that were answered here, and one for each that a server answered."""
    here = [arm for arm in sorted(arms) if arms[arm].endpoint is None]
    there = [arm for arm in sorted(arms) if arms[arm].endpoint is not None]
    groups = [(f"Decoding of {', '.join(here)}", here[0])] if here else []
    groups += [(f"Asked of the server of {arm}", arm) for arm in there]
    return [{"title": title, "rows": _rows(described[arm])} for title, arm in groups]


def _rows(described: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    used = [(name, str(value)) for name, value in sorted(described["used"].items())]
    unused = described["no_effect"].items()
    return [*used, *((name, f"{one['value']}: no effect ({one['reason']})") for name, one in sorted(unused))]
