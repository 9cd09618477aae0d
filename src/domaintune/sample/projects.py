"""Composing one project: its facts first, then the sentences that state them."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Literal, NamedTuple

import numpy as np

from domaintune.core.seeds import derive, unit_interval
from domaintune.sample import phrases

World = Literal["records", "pretraining"]
RECORDS_FRACTION = 0.2
"""Share of all possible titles that belong to the raw records; pre-training text is about the others."""
MOST_REPEATS = 8
"""Titles drawn in a row that were all there before, by which they run out: then a series tells projects apart."""


class Facts(NamedTuple):
    """What is true of a project. Its sentences say nothing else."""

    adjective: str
    material: str
    device: str
    platform: str
    mission: str
    problem: str
    method: str
    purpose: str
    mass_kg: int
    power_w: int
    low_k: int
    high_k: int
    hours: int
    facility: str
    place: str
    benefit: str
    percent: int
    nasa_uses: tuple[str, str]
    commercial_uses: tuple[str, str]
    market: str
    firm: str
    phase: Literal["Phase I", "Phase II"]
    program: Literal["SBIR", "STTR"]
    year: int
    amount: int
    series: int = 1
    """From 2 on, it is in the title: another project on the same device."""

    @property
    def title(self) -> str:
        """Name adjective, material, device and platform; unique within a corpus."""
        words = f"{self.adjective} {self.material} {self.device}".split()
        series = f", Series {self.series}" if self.series > 1 else ""
        return " ".join(word[0].upper() + word[1:] for word in words) + f" for {self.platform}{series}"


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


def pick(rng: np.random.Generator, choices: Sequence[str]) -> str:
    """Return one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def _pick_two(rng: np.random.Generator, choices: Sequence[str]) -> tuple[str, str]:
    first, second = rng.choice(len(choices), size=2, replace=False)
    return choices[int(first)], choices[int(second)]


def _firm(rng: np.random.Generator) -> str:
    stem, trade = pick(rng, phrases.FIRM_STEMS), pick(rng, phrases.FIRM_TRADES)
    return f"{stem} {trade}, {pick(rng, phrases.FIRM_FORMS)}"


def draw_facts(rng: np.random.Generator) -> Facts:
    """Draw a project's facts; numbers are round, so that a small model can read them."""
    second_phase = bool(rng.random() < 0.4)
    low = int(rng.integers(4, 28)) * 10
    return Facts(
        adjective=pick(rng, phrases.ADJECTIVES),
        material=pick(rng, phrases.MATERIALS),
        device=pick(rng, phrases.DEVICES),
        platform=pick(rng, phrases.PLATFORMS),
        mission=f"the {pick(rng, phrases.MISSIONS)} mission {pick(rng, phrases.DESTINATIONS)}",
        problem=pick(rng, phrases.PROBLEMS),
        method=pick(rng, phrases.METHODS),
        purpose=pick(rng, phrases.PURPOSES),
        mass_kg=int(rng.integers(2, 100)),
        power_w=int(rng.integers(1, 61)) * 5,
        low_k=low,
        high_k=low + int(rng.integers(5, 40)) * 10,
        hours=int(rng.integers(2, 100)) * 100,
        facility=pick(rng, phrases.FACILITIES),
        place=pick(rng, phrases.PLACES),
        benefit=pick(rng, phrases.BENEFITS),
        percent=int(rng.integers(1, 19)) * 5,
        nasa_uses=_pick_two(rng, phrases.NASA_USES),
        commercial_uses=_pick_two(rng, phrases.COMMERCIAL_USES),
        market=pick(rng, phrases.MARKETS),
        firm=_firm(rng),
        phase="Phase II" if second_phase else "Phase I",
        program="STTR" if rng.random() < 0.15 else "SBIR",
        year=int(rng.integers(2004, 2024)),
        amount=int(rng.integers(500, 800) if second_phase else rng.integers(70, 150)) * 1000
        + int(rng.integers(1000)),
    )


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
