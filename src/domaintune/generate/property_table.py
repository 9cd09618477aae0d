"""Values of one property: a strict dictionary {family: {material: {symbol: value}}}, `-` for what is absent."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.stage.accounting import Loss
from domaintune.generate.answers import CleanAnswer, clean, is_absent
from domaintune.generate.card import TaskCard, Variant
from domaintune.generate.prompt_items import PromptItem
from domaintune.science.chemistry.chemical_names import display_name, normalise_name
from domaintune.science.chemistry.quantities import (
    Quantity,
    normalise_unit,
    parse_quantities,
    same_quantity,
    to_base,
)

ABSENT = "-"
JOIN = "; "  # several values of one material, e.g. at two temperatures


def property_table(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return the dictionary the study asks for; a value without one of the property's units is a loss.

    Source: the chemistry study, Table 4.
    """
    del card
    assert unit.variant is not None
    readings: list[dict[str, str]] = []
    for item in reply["readings"]:
        value, material = clean(item["value"]), display_name(clean(item["material"]))
        if is_absent(value):
            continue
        if loss := _unit_fault(value, unit.variant):
            return loss
        readings.append({"material": ABSENT if is_absent(material) else material, "value": value})
    table = {unit.variant.family: _table(readings, unit.variant.symbol)}
    return CleanAnswer({"readings": readings}, json.dumps(table, ensure_ascii=False))


def _unit_fault(value: str, variant: Variant) -> Loss | None:
    quantities = parse_quantities(value)
    if not quantities:
        return Loss("no_quantity", f"{value!r} holds no number with a unit")
    if any(_fits(quantity, variant.units) for quantity in quantities):
        return None
    return Loss(
        "wrong_unit", f"{value!r} is in none of the units of {variant.name}: {', '.join(variant.units)}"
    )


def _fits(quantity: Quantity, units: Sequence[str]) -> bool:
    """Tell whether a unit is one of those allowed, or of the same dimension: S/m where mS/cm is given.

    Ratios have no dimension to compare: g/g is neither % nor mol %.
    """
    if quantity.unit in {normalise_unit(unit) for unit in units}:
        return True
    dimensions = {_dimension(Quantity(1.0, None, normalise_unit(unit), "")) for unit in units}
    return _dimension(quantity) in dimensions - {None, "1"}


def _dimension(quantity: Quantity) -> str | None:
    try:
        return to_base(quantity)[1]
    except ValueError:
        return None


def _table(readings: Sequence[Mapping[str, str]], symbol: str) -> dict[str, dict[str, str]]:
    """Group values by material, whatever its spelling; a value told twice stands once."""
    names: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for reading in readings:
        key = normalise_name(reading["material"])
        names.setdefault(key, reading["material"])
        told = values.setdefault(key, [])
        if not any(reading["value"] == one or same_quantity(reading["value"], one) for one in told):
            told.append(reading["value"])
    table = {names[key]: {symbol: JOIN.join(told)} for key, told in values.items()}
    return table or {ABSENT: {symbol: ABSENT}}
