"""Keywords of a text without a model: substances, and terms that it comes back to."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from domaintune.core.paying.protocol import Failure
from domaintune.generate.grounding import occurs_as_term, stems
from domaintune.generate.offline.plain_words import PLAIN
from domaintune.science.chemistry.chemical_names import normalise_name
from domaintune.science.chemistry.compounds import find_compounds

ENOUGH = 3
MOST = 8
LONGEST = 4
"""Words of a term."""

_TOKEN = re.compile(r"[^\W_](?:[\w’'-]*[^\W_])?")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*[a-z]")


def keywords(material: Mapping[str, Any]) -> dict[str, Any] | Failure:
    """Return terms that stand in the text at least twice, the title counted, and substances likewise.

    What a text comes back to is what it is about; a single word must stand in the title as well. Of overlapping
    terms the longest stays.
    """
    title, sent = str(material["title"]), str(material["sent"])
    text = f"{title}\n\n{sent}"
    substances = {name: times for name in find_compounds(text) if (times := text.count(name)) > 1}
    counts = _terms(text) | Counter(substances)
    repeated = [name for name, times in counts.items() if times > 1 and _is_specific(name, title)]
    named = [name for name in dict.fromkeys([*repeated, *substances]) if occurs_as_term(name, sent)]
    # Longer terms first, as they say more; then frequent ones; then those that come first.
    ranked = sorted(named, key=lambda name: (-len(name.split()), -counts[name], text.find(name), name))
    chosen: list[str] = []
    for name in ranked:
        if not any(_overlaps(name, other) for other in chosen):
            chosen.append(name)
    if len(chosen) < ENOUGH:
        return Failure("needs_model", f"only {len(chosen)} terms stand in the text more than once")
    return {"keywords": chosen[:MOST]}


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


def _is_specific(name: str, title: str) -> bool:
    """Tell a term from a loose word: several words that end in a noun, or a noun of the title."""
    words = name.casefold().split()
    if len(words) == 1:
        ending = ("ing", "ed", "ly", "ive", "able", "al", "ous", "ic", "ary", "ible", "ate", "ise", "ize")
        return len(name) >= 6 and not words[0].endswith(ending) and occurs_as_term(name, title)
    return not words[-1].endswith(("ed", "ly", "ous", "able")) and not words[0].endswith(("ly", "ing"))


def _overlaps(name: str, other: str) -> bool:
    """Tell whether all words of a term but one, or its only word, stand in another, plurals aside."""
    words = stems(name)
    return len(set(words) & set(stems(other))) >= max(1, len(words) - 1)
