"""Values of a property, read by `science`."""

from collections.abc import Mapping
from typing import Any

from domaintune.core.paying.protocol import Failure
from domaintune.science.chemistry.properties import Property, find_property


def readings(material: Mapping[str, Any]) -> dict[str, Any] | Failure:
    """Return the values that a sentence states for the property, with the material it states."""
    given = material["variant"]
    wanted = Property(
        given["name"],
        given["symbol"],
        tuple(given["synonyms"]),
        tuple(given["units"]),
        tuple(given["stop"]),
    )
    found = find_property(material["sent"], wanted)
    return {"readings": [{"material": one.material or "-", "value": one.quantity} for one in found]}
