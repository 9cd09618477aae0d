"""Composed projects: facts that no other project has, drawn from grammar.yaml, and the texts that state them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from domaintune.core.seeds import derive
from domaintune.core.stage.params import read_yaml

GRAMMAR = read_yaml(Path(__file__).with_name("grammar.yaml"))
Project = Mapping[str, Any]
"""A project's facts by name, its sentences, and what the templates of grammar.yaml derive from them."""
MOST_REPEATS = 8
"""Titles drawn in a row that were all there before, by which they run out: then a series tells projects apart."""


def compose_projects(seed: int, corpus: str) -> Iterator[Project]:
    """Yield projects without end, no title twice; project n is the same however many are taken."""
    seen: set[str] = set()
    repeats, running_out = 0, False
    for number in count():
        rng = derive(seed, "sample", corpus, "project", str(number))
        facts = draw_facts(rng)
        title = title_of(facts)
        repeats = repeats + 1 if title in seen else 0
        running_out = running_out or repeats == MOST_REPEATS
        if repeats and not running_out:
            continue
        titles = (title if series == 1 else f"{title}, Series {series}" for series in count(1))
        title = next(one for one in titles if one not in seen)
        seen.add(title)
        yield write_project({**facts, "title": title}, rng)


def pick(rng: np.random.Generator, choices: Sequence[Any]) -> Any:
    """Return one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def draw(rng: np.random.Generator, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a value for each name, in order; grammar.yaml says which shapes of choices there are."""
    return {name: _draw(rng, one) for name, one in choices.items()}


def _draw(rng: np.random.Generator, choices: Any) -> Any:
    if isinstance(choices, list):
        return pick(rng, choices)
    if "two_of" in choices:
        two = choices["two_of"]
        return [two[int(at)] for at in rng.choice(len(two), size=2, replace=False)]
    if "first_with" in choices:
        return choices["of"][0 if rng.random() < choices["first_with"] else 1]
    return int(rng.integers(choices["low"], choices["below"])) * choices["times"]


def draw_facts(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a project's facts; numbers are round, so that a small model can read them."""
    facts = draw(rng, GRAMMAR["facts"])
    facts["high_k"] = facts["low_k"] + facts["range_k"]
    facts["mission"] = "the {mission_name} mission {destination}".format_map(facts)
    # without its legal form, as sentences have it
    facts["short_firm"] = "{firm_stem} {firm_trade}".format_map(facts)
    facts["firm"] = "{short_firm}, {firm_form}".format_map(facts)
    facts["amount"] = _draw(rng, GRAMMAR["amount"][facts["phase"]]) + int(rng.integers(1000))
    article = "an" if facts["adjective"][0].lower() in "aeiou" else "a"
    facts["thing"] = f"{article} {facts['adjective'].lower()} {facts['device']}"
    return facts | {"work": GRAMMAR["work"][facts["phase"]]}


def title_of(facts: Project) -> str:
    """Name adjective, material, device and platform."""
    words = "{adjective} {material} {device}".format_map(facts).split()
    return " ".join(word[0].upper() + word[1:] for word in words) + f" for {facts['platform']}"


def write_project(facts: Project, rng: np.random.Generator) -> Project:
    """Put the facts into sentences, with a phrasing drawn for each."""
    written = {
        "abstract": " ".join(pick(rng, phrasings) for phrasings in GRAMMAR["abstract"]),
        "nasa_applications": pick(rng, GRAMMAR["nasa_applications"]),
        "non_nasa_applications": pick(rng, GRAMMAR["non_nasa_applications"]),
        "keywords": "{device}, {material}, {method}, {platform}",
        "joined_keywords": "{device}; {material}; {method}; {platform}",
    }
    return {**facts, **{name: text.format_map(facts) for name, text in written.items()}}
