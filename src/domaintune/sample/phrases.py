"""The phrase tables, and a project's facts drawn from them: a few hundred words and numbers make all starter text."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

ADJECTIVES = (
    "Compact", "Robust", "Modular", "Flexible", "Efficient", "Reliable", "Lightweight", "Autonomous",
    "Miniature", "Reusable", "Adaptive", "Wireless", "Quiet", "Precise", "Durable", "Smart",
)  # fmt: skip
MATERIALS = (
    "titanium", "aluminum", "carbon fiber", "silicon carbide", "graphene", "copper", "ceramic foam",
    "boron nitride", "polymer film", "stainless steel", "diamond", "quartz glass", "nickel alloy",
    "zinc oxide", "aerogel", "sapphire", "magnesium", "tungsten", "silica", "basalt fiber", "gold foil",
    "beryllium", "bronze", "silicone rubber",
)  # fmt: skip
DEVICES = (
    "pump", "antenna", "battery", "radiator", "valve", "laser", "camera", "thermal sensor", "solar panel",
    "robot arm", "wheel", "drill", "heat shield", "gyroscope", "air filter", "fuel cell", "thruster",
    "telescope mirror", "heat pipe", "radio receiver", "water recycler", "oxygen generator", "dust cover",
    "pressure sensor", "spectrometer", "cryocooler", "parachute", "landing leg", "electric motor",
    "data recorder",
)  # fmt: skip
PLATFORMS = (
    "lunar landers", "Mars rovers", "small satellites", "space stations", "deep space probes",
    "sounding rockets", "research aircraft", "crew habitats", "space suits", "launch vehicles",
    "weather balloons", "cargo capsules", "asteroid probes", "lunar bases", "ocean satellites",
    "rescue drones",
)  # fmt: skip
MISSIONS = (
    "Boreal", "Cygnet", "Daybreak", "Ember", "Fathom", "Glacier", "Halcyon", "Islander", "Juniper",
    "Kestrel", "Lantern", "Meridian", "Nightjar", "Osprey", "Pilgrim", "Quarry", "Riverbend", "Sandpiper",
    "Tempest", "Umbra", "Vesper", "Windrose", "Yarrow", "Zephyr",
)  # fmt: skip
DESTINATIONS = (
    "to the Moon", "to Mars", "to Europa", "to Titan", "to Venus", "to Ceres", "in Earth orbit",
    "to an asteroid",
)  # fmt: skip
PROBLEMS = (
    "are too heavy", "wear out too early", "leak at low temperature", "use too much power",
    "cost too much", "fail in strong radiation", "lose accuracy over time", "clog with fine dust",
    "break during launch", "need frequent repair", "overheat in sunlight", "drift in the cold",
)  # fmt: skip
METHODS = (
    "3D printing", "laser welding", "machine learning", "vacuum casting", "computer simulation",
    "plasma coating", "chemical etching", "cold spraying", "ultrasonic bonding", "ion implantation",
    "electron beam melting", "neural networks", "freeze drying", "fiber weaving", "spin coating",
    "heat treatment", "fluid modeling", "optical tracking",
)  # fmt: skip
PURPOSES = (
    "reduce leaks", "stop cracks", "remove heat faster", "lower the noise", "save fuel", "block radiation",
    "resist dust", "detect faults early", "store more energy", "improve the signal", "cut the weight",
    "survive launch loads",
)  # fmt: skip
FACILITIES = (
    "in a vacuum chamber", "in a wind tunnel", "in a clean room", "on a shake table", "in a thermal chamber",
    "in a drop tower", "in a dust chamber", "in a radiation lab", "in a flight simulator", "in a water tank",
)  # fmt: skip
PLACES = (
    "Austin", "Denver", "Boston", "Tucson", "Seattle", "Houston", "Madison", "Dayton", "Huntsville",
    "Boulder", "Pasadena", "Cleveland", "Hampton", "Albany", "Reno", "Tulsa",
)  # fmt: skip
BENEFITS = (
    "cut NASA's cost", "raise the payload", "extend the mission life", "improve crew safety",
    "shorten the repair time", "reduce R&D risk", "increase the data rate", "lower the fuel demand",
    "improve the accuracy", "reduce the volume",
)  # fmt: skip
NASA_USES = (
    "cooling the cabin of crew vehicles", "sampling ice on the Moon", "tracking debris in orbit",
    "mapping the soil of Mars", "powering science probes", "storing cold fuel in space",
    "docking two spacecraft", "measuring clouds from orbit", "testing new aircraft wings",
    "recycling water for the crew", "sending images to Earth", "protecting astronauts from radiation",
    "landing cargo on rough ground", "watching solar storms", "growing plants in orbit",
    "steering small satellites", "repairing tools in space", "finding gas leaks in habitats",
    "drilling into asteroids", "studying the outer planets",
)  # fmt: skip
COMMERCIAL_USES = (
    "inspecting oil pipelines", "cleaning water in hospitals", "testing car engines",
    "cooling data centers", "monitoring farm soil", "guiding delivery drones", "sorting waste",
    "charging electric buses", "scanning bridges for cracks", "tracking ships at sea",
    "sealing food packages", "mining rare metals", "forecasting local weather", "checking blood samples",
    "heating family homes", "controlling factory robots", "storing wind energy", "fighting forest fires",
    "building mobile phones", "mapping the sea floor",
)  # fmt: skip
MARKETS = (
    "medical", "automobile", "energy", "shipping", "farming", "mining", "telephone", "aviation",
    "construction", "food", "chemical", "software",
)  # fmt: skip
FIRM_STEMS = (
    "Northwind", "Bluestone", "Red Mesa", "Silver Lake", "Granite Peak", "Clearwater", "Oak Ridge Road",
    "Starling", "Ironwood", "Highland", "Maple Street", "Coral Bay", "Summit", "Prairie", "Lighthouse",
    "Copper Canyon", "Evergreen", "Falcon Hill", "Golden Valley", "Harbor", "Sunrise", "Twin Rivers",
    "White Oak", "Yellowtail",
)  # fmt: skip
FIRM_TRADES = (
    "Research",
    "Systems",
    "Technologies",
    "Dynamics",
    "Instruments",
    "Materials",
    "Robotics",
    "Sciences",
)
FIRM_FORMS = ("Inc.", "LLC", "Corporation", "Ltd.")
OTHER_AGENCIES = ("Department of Energy", "Department of Defense", "National Science Foundation")
NASA = "National Aeronautics and Space Administration"


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


def pick(rng: np.random.Generator, choices: Sequence[str]) -> str:
    """Return one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def _pick_two(rng: np.random.Generator, choices: Sequence[str]) -> tuple[str, str]:
    first, second = rng.choice(len(choices), size=2, replace=False)
    return choices[int(first)], choices[int(second)]


def _firm(rng: np.random.Generator) -> str:
    stem, trade = pick(rng, FIRM_STEMS), pick(rng, FIRM_TRADES)
    return f"{stem} {trade}, {pick(rng, FIRM_FORMS)}"


def draw_facts(rng: np.random.Generator) -> Facts:
    """Draw a project's facts; numbers are round, so that a small model can read them."""
    second_phase = bool(rng.random() < 0.4)
    low = int(rng.integers(4, 28)) * 10
    return Facts(
        adjective=pick(rng, ADJECTIVES),
        material=pick(rng, MATERIALS),
        device=pick(rng, DEVICES),
        platform=pick(rng, PLATFORMS),
        mission=f"the {pick(rng, MISSIONS)} mission {pick(rng, DESTINATIONS)}",
        problem=pick(rng, PROBLEMS),
        method=pick(rng, METHODS),
        purpose=pick(rng, PURPOSES),
        mass_kg=int(rng.integers(2, 100)),
        power_w=int(rng.integers(1, 61)) * 5,
        low_k=low,
        high_k=low + int(rng.integers(5, 40)) * 10,
        hours=int(rng.integers(2, 100)) * 100,
        facility=pick(rng, FACILITIES),
        place=pick(rng, PLACES),
        benefit=pick(rng, BENEFITS),
        percent=int(rng.integers(1, 19)) * 5,
        nasa_uses=_pick_two(rng, NASA_USES),
        commercial_uses=_pick_two(rng, COMMERCIAL_USES),
        market=pick(rng, MARKETS),
        firm=_firm(rng),
        phase="Phase II" if second_phase else "Phase I",
        program="STTR" if rng.random() < 0.15 else "SBIR",
        year=int(rng.integers(2004, 2024)),
        amount=int(rng.integers(500, 800) if second_phase else rng.integers(70, 150)) * 1000
        + int(rng.integers(1000)),
    )
