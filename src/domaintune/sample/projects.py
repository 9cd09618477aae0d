"""Composing projects: facts that no other project has, and the sentences that state them."""

from collections.abc import Iterator
from itertools import count
from typing import Literal, NamedTuple

import numpy as np

from domaintune.core.seeds import derive, unit_interval
from domaintune.sample.phrases import Facts, draw_facts, pick

World = Literal["records", "pretraining"]
RECORDS_FRACTION = 0.2
"""Share of all possible titles that belong to the raw records; pre-training text is about the others."""
MOST_REPEATS = 8
"""Titles drawn in a row that were all there before, by which they run out: then a series tells projects apart."""


class Project(NamedTuple):
    """A project as a record holds it."""

    facts: Facts
    abstract: str
    nasa_applications: str
    non_nasa_applications: str
    keywords: tuple[str, ...]


def compose_projects(seed: int, corpus: str, world: World) -> Iterator[Project]:
    """Yield projects without end, no title twice; project n is the same however many are taken."""
    seen: set[str] = set()
    repeats, running_out = 0, False
    for number in count():
        rng = derive(seed, "sample", corpus, "project", str(number))
        facts = draw_facts(rng)
        if world_of(facts.title) != world:
            continue
        repeats = repeats + 1 if facts.title in seen else 0
        running_out = running_out or repeats == MOST_REPEATS
        if repeats and not running_out:
            continue
        series = (facts._replace(series=n) for n in count(1))
        facts = next(f for f in series if f.title not in seen and world_of(f.title) == world)
        seen.add(facts.title)
        yield write_project(facts, rng)


def world_of(title: str) -> World:
    """Say which corpora may hold this title, so that pre-training has never seen a project of the records."""
    return "records" if unit_interval(0, "world", title) < RECORDS_FRACTION else "pretraining"


def with_article(words: str) -> str:
    """Put a or an before the words."""
    return f"{'an' if words[0].lower() in 'aeiou' else 'a'} {words}"


def short_firm(firm: str) -> str:
    """Leave the legal form out: sentences name firms without it."""
    return firm.partition(",")[0]


def write_project(facts: Facts, rng: np.random.Generator) -> Project:
    """Put the facts into sentences, with a wording drawn for each."""
    return Project(
        facts=facts,
        abstract=" ".join(pick(rng, wordings) for wordings in _abstract(facts)),
        nasa_applications=pick(rng, _nasa_applications(facts)),
        non_nasa_applications=pick(rng, _non_nasa_applications(facts)),
        keywords=(facts.device, facts.material, facts.method, facts.platform),
    )


def _abstract(f: Facts) -> list[tuple[str, ...]]:
    """Return the wordings of each sentence: aim, problem, method, size, range, work and test, result."""
    thing = with_article(f"{f.adjective.lower()} {f.device}")
    work = "design and test a small model" if f.phase == "Phase I" else "build and qualify a full prototype"
    return [
        (
            f"{short_firm(f.firm)} will develop {thing} made of {f.material} for {f.mission}.",
            f"This project develops {thing} made of {f.material} for {f.mission}.",
        ),
        (
            f"Current {f.device} designs for {f.platform} {f.problem}.",
            f"On {f.platform}, current {f.device} designs {f.problem}.",
        ),
        (
            f"The team will use {f.method} to {f.purpose}.",
            f"The key innovation is {f.method}, which helps to {f.purpose}.",
        ),
        (
            f"The {f.device} has a mass of {f.mass_kg} kg and needs {f.power_w} W of power.",
            f"With a mass of {f.mass_kg} kg, the {f.device} needs {f.power_w} W of power.",
        ),
        (
            f"It works from {f.low_k} K to {f.high_k} K and lasts {f.hours} hours.",
            f"It lasts {f.hours} hours at temperatures from {f.low_k} K to {f.high_k} K.",
        ),
        (
            f"In {f.phase}, the team will {work} {f.facility} in {f.place}.",
            f"The {f.phase} team will {work}. Tests take place {f.facility} in {f.place}.",
        ),
        (f"The result will {f.benefit} by {f.percent}%.", f"This will {f.benefit} by {f.percent}%."),
    ]


def _nasa_applications(f: Facts) -> tuple[str, ...]:
    first, second = f.nasa_uses
    return (
        f"NASA can use the {f.device} for {first} and for {second}. The first user is {f.mission}.",
        f"The {f.device} supports {f.mission}. Other NASA uses are {first} and {second}.",
    )


def _non_nasa_applications(f: Facts) -> tuple[str, ...]:
    first, second = f.commercial_uses
    return (
        f"Outside NASA, the {f.device} helps in {first} and {second}. "
        f"It will be sold to the {f.market} industry.",
        f"The {f.market} industry can use the {f.device} for {first}. Another market is {second}.",
    )
