"""Keywords of a text without a model: substances, and terms that it comes back to."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from domaintune.core.teacher.protocol import Failure
from domaintune.generate.offline.plain_words import PLAIN
from domaintune.science.chemical_names import normalise_name
from domaintune.science.compounds import find_compounds

ENOUGH = 3
MOST = 8
LONGEST = 4
"""Words of a term."""

_TOKEN = re.compile(r"[^\W_](?:[\w’'-]*[^\W_])?")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*[a-z]")


def keywords(material: Mapping[str, Any]) -> dict[str, Any] | Failure:
    """Return terms that stand in the title and the text, or in the text at least twice, and substances likewise.

    What a text comes back to is what it is about; of nested terms the longest stays.
    """
    text = f"{material['title']}\n\n{material['text']}"
    counts = _terms(text)
    counts.update({name: text.count(name) for name in find_compounds(text) if text.count(name) > 1})
    repeated = [name for name, times in counts.items() if times > 1 and _is_specific(name)]
    # Longer terms first, as they say more; then frequent ones; then those that come first.
    ranked = sorted(
        repeated, key=lambda name: (-len(name.split()), -counts[name], text.casefold().find(name.casefold()))
    )
    chosen: list[str] = []
    for name in ranked:
        if not any(_within(name, longer) for longer in chosen):
            chosen.append(name)
    found = [name for name in chosen if name in material["sent"]][:MOST]
    if len(found) < ENOUGH:
        return Failure("needs_model", f"only {len(found)} terms stand in the text more than once")
    return {"keywords": found}


def _terms(text: str) -> Counter[str]:
    """Count runs of words that are no PLAIN words, as they are first written."""
    counts: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for stretch in re.split(r"[^\w\s’'-]|\n\n", text):
        run: list[str] = []
        for token in [*_TOKEN.findall(stretch), "the"]:
            if token.casefold() not in PLAIN and not token.isdecimal():
                run.append(token)
                continue
            for size in range(1, LONGEST + 1):
                for at in range(len(run) - size + 1):
                    name = " ".join(run[at : at + size])
                    counts[spelling.setdefault(normalise_name(name).casefold(), name)] += 1
            run = []
    return counts


def _is_specific(name: str) -> bool:
    """Tell a term from a loose word: several words that end in a noun, or one that is no common English form."""
    words = name.split()
    if len(words) == 1:
        return len(name) >= 6 and not name.casefold().endswith(
            ("ing", "ed", "ly", "ive", "able", "al", "ous", "ic")
        )
    return not words[-1].casefold().endswith(("ed", "ly", "ous", "able")) and not words[
        0
    ].casefold().endswith(("ly", "ing"))


def _within(name: str, longer: str) -> bool:
    return f" {name.casefold()} " in f" {longer.casefold()} "
