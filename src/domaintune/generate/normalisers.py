"""Normalisers: the shape of a teacher's reply, checked and written as the answer of a training row."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Loss
from domaintune.generate.grounding import clean, is_absent
from domaintune.generate.params import TaskSpec, Variant
from domaintune.generate.prompts import PromptItem
from domaintune.science.chemistry.chemical_names import display_name, normalise_name
from domaintune.science.chemistry.quantities import Quantity, parse_quantities, same_quantity, to_base
from domaintune.science.chemistry.units import normalise_unit
from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.choice_text import LABELS

ABSENT = "N/A"
NO_READING = "-"
SEPARATOR = "; "  # a comma stands inside names: 2,3-butanediol


class CleanAnswer(NamedTuple):
    """A reply in its clean form. `reply` is what limits and grounding look at, `output` what is trained."""

    reply: dict[str, Any]
    output: str


def record(reply: Mapping[str, Any], _item: PromptItem, spec: TaskSpec) -> CleanAnswer | Loss:
    """Return the answers as JSON in the order of the schema; an empty one is a loss unless it is optional."""
    cleaned = {field: clean(reply.get(field, "")) for field in spec.reply_fields}
    for field, text in cleaned.items():
        if not text and field not in (spec.optional or ()):
            return Loss("empty_answer", f"{field} is empty")
    return _as_json({field: text for field, text in cleaned.items() if text})


def record_or_absent(reply: Mapping[str, Any], _item: PromptItem, spec: TaskSpec) -> CleanAnswer | Loss:
    """Return the answers as JSON; every way to say that there is none becomes N/A (the chemistry study, Table 3)."""
    cleaned = {field: clean(reply.get(field, "")) for field in spec.reply_fields}
    return _as_json({field: ABSENT if is_absent(text) else text for field, text in cleaned.items()})


def plain(reply: Mapping[str, Any], _item: PromptItem, spec: TaskSpec) -> CleanAnswer | Loss:
    """Return the text of a reply with one field as it stands."""
    (field,) = spec.reply_fields
    text = clean(reply[field])
    return CleanAnswer({field: text}, text) if text else Loss("empty_answer", f"{field} is empty")


def summary_compounds(reply: Mapping[str, Any], _item: PromptItem, _spec: TaskSpec) -> CleanAnswer | Loss:
    """Return `Summary: …` and the numbered `Chemnames: {0: "…", 1: "…"}` (the chemistry study, Table 1)."""
    summary = " ".join(clean(reply["summary"]).split())
    if not summary:
        return Loss("empty_answer", "summary is empty")
    compounds = distinct(reply["compounds"])
    numbered = ", ".join(f"{at}: {json.dumps(name, ensure_ascii=False)}" for at, name in enumerate(compounds))
    output = f"Summary: {summary}\nChemnames: {{{numbered}}}"
    return CleanAnswer({"summary": summary, "compounds": compounds}, output)


def keywords(reply: Mapping[str, Any], _item: PromptItem, _spec: TaskSpec) -> CleanAnswer | Loss:
    """Return keywords on one line."""
    found = distinct(word.strip(" .;,") for word in reply["keywords"])
    output = SEPARATOR.join(found)
    return CleanAnswer({"keywords": found}, output) if found else Loss("empty_answer", "no keyword")


def distinct(names: Iterable[str]) -> list[str]:
    """Return names cleaned for display, each once whatever its spelling, in order; those that say nothing go."""
    found: dict[str, str] = {}
    for name in names:
        shown = display_name(clean(name))
        if shown and not is_absent(shown):
            found.setdefault(normalise_name(shown), shown)
    return list(found.values())


def property_table(reply: Mapping[str, Any], item: PromptItem, _spec: TaskSpec) -> CleanAnswer | Loss:
    """Return one property as {family: {material: {symbol: value}}}, `-` for none (the chemistry study, Table 4)."""
    variant = item.variant
    assert variant is not None
    readings: list[dict[str, str]] = []
    found: dict[str, tuple[str, list[str]]] = {}
    for reading in reply["readings"]:
        value, material = clean(reading["value"]), display_name(clean(reading["material"]))
        if is_absent(value):
            continue
        if loss := _unit_problem(value, variant):
            return loss
        material = NO_READING if is_absent(material) else material
        readings.append({"material": material, "value": value})
        # one material, whatever its spelling, and a value told twice stand once
        _, told = found.setdefault(normalise_name(material), (material, []))
        if not any(value == one or same_quantity(value, one) for one in told):
            told.append(value)
    table = {name: {variant.symbol: SEPARATOR.join(told)} for name, told in found.values()}
    whole = {variant.family: table or {NO_READING: {variant.symbol: NO_READING}}}
    return CleanAnswer({"readings": readings}, json.dumps(whole, ensure_ascii=False))


def _unit_problem(value: str, variant: Variant) -> Loss | None:
    """Refuse a value in none of a property's units, nor of their dimension: S/m where mS/cm is given is fine."""
    quantities = parse_quantities(value)
    if not quantities:
        return Loss("no_quantity", f"{value!r} holds no number with a unit")
    units = {normalise_unit(unit) for unit in variant.units}
    # ratios have no dimension to compare: g/g is neither % nor mol %
    dimensions = {_dimension(Quantity(1.0, None, unit, "")) for unit in units} - {None, "1"}
    if any(one.unit in units or _dimension(one) in dimensions for one in quantities):
        return None
    shown = ", ".join(variant.units)
    return Loss("wrong_unit", f"{value!r} is in none of the units of {variant.name}: {shown}")


def _dimension(quantity: Quantity) -> str | None:
    try:
        return to_base(quantity)[1]
    except ValueError:
        return None


def exam_answer(reply: Mapping[str, Any], item: PromptItem, spec: TaskSpec) -> CleanAnswer | Loss:
    """Return {'Answer': ② 0.01, 'Explanation': …}, if the answer is the key (the chemistry study, Table 5)."""
    question = item.record
    assert isinstance(question, Question)
    options = question.options
    if not question.right:
        return Loss("no_options", f"{len(options)} options with the answer {question.answer!r}")
    told = read_answer(clean(reply["Answer"]), len(options), options)
    if told is None:
        return Loss("unreadable_answer", f"{reply['Answer']!r} names no option")
    if told not in question.right:  # its explanation would teach the mistake
        return Loss("wrong_answer", f"{reply['Answer']!r} is option {told}, the key is {question.answer}")
    row = {"Answer": shown_option(options[told - 1], told)}
    if explanation := clean(reply.get("Explanation", "")):
        row["Explanation"] = explanation
    elif "Explanation" not in (spec.optional or ()):
        return Loss("empty_answer", "Explanation is empty")
    return _as_json(row)


def own_answer(reply: Mapping[str, Any], _item: PromptItem, _spec: TaskSpec) -> CleanAnswer | Loss:
    """Return a question's own answer as it stands."""
    answer = clean(reply["answer"])
    return CleanAnswer({"answer": answer}, answer) if answer else Loss("empty_answer", "the answer is empty")


def shown_option(text: str, at: int) -> str:
    """Return an option behind its label, `② 0.01` for the second."""
    return f"{LABELS[at - 1]} {clean(text)}"


def _as_json(row: dict[str, Any]) -> CleanAnswer:
    return CleanAnswer(row, json.dumps(row, ensure_ascii=False))


NORMALISERS: dict[str, Callable[[Mapping[str, Any], PromptItem, TaskSpec], CleanAnswer | Loss]] = {
    "exam_answer": exam_answer,
    "keywords": keywords,
    "own_answer": own_answer,
    "plain": plain,
    "property_table": property_table,
    "record": record,
    "record_or_absent": record_or_absent,
    "summary_compounds": summary_compounds,
}

FIELDS = {
    "exam_answer": {"Answer", "Explanation"},
    "keywords": {"keywords"},
    "property_table": {"readings"},
    "summary_compounds": {"summary", "compounds"},
}
"""Reply fields that a normaliser needs to find in the schema, where it needs any."""
