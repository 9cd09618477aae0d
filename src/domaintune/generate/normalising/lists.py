"""Replies with a list of names: a summary with its compounds, and keywords."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from domaintune.generate.card import TaskCard
from domaintune.generate.cleaning import clean
from domaintune.generate.faults import Fault
from domaintune.generate.normalising.answer import Answer
from domaintune.generate.normalising.record import is_absent
from domaintune.generate.units import Unit
from domaintune.science.chemistry.chemical_names import display_name, normalise_name

SEPARATOR = "; "  # a comma stands inside names: 2,3-butanediol


def summary_compounds(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return a summary and its numbered compounds in the study's form.

    Source: the chemistry study, Table 1: `Summary: …` and `Chemnames: {0: "…", 1: "…"}`.
    """
    del unit, card
    summary = " ".join(clean(reply["summary"]).split())
    if not summary:
        return Fault("empty_answer", "summary is empty")
    compounds = distinct(reply["compounds"])
    numbered = ", ".join(f"{at}: {json.dumps(name, ensure_ascii=False)}" for at, name in enumerate(compounds))
    output = f"Summary: {summary}\nChemnames: {{{numbered}}}"
    return Answer({"summary": summary, "compounds": compounds}, output)


def keywords(reply: Mapping[str, Any], unit: Unit, card: TaskCard) -> Answer | Fault:
    """Return keywords on one line."""
    del unit, card
    found = distinct(word.strip(" .;,") for word in reply["keywords"])
    return (
        Answer({"keywords": found}, SEPARATOR.join(found)) if found else Fault("empty_answer", "no keyword")
    )


def distinct(names: Iterable[str]) -> list[str]:
    """Return names cleaned for display, each once whatever its spelling, in order; those that say nothing go."""
    found: dict[str, str] = {}
    for name in names:
        shown = display_name(clean(name))
        if shown and not is_absent(shown):
            found.setdefault(normalise_name(shown), shown)
    return list(found.values())
