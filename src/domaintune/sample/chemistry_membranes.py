"""Anion-exchange-membrane papers: three properties under many names and units, among look-alikes."""

from typing import NamedTuple

import numpy as np

from domaintune.sample import chemistry_terms as terms
from domaintune.sample.chemistry_papers import Paper, choose, say
from domaintune.sample.korean_particles import with_particles
from domaintune.sample.projects import with_article

CONDUCTIVITY_UNITS = ("mS/cm", "mS cm\u22121", "mS cm-1", "mS cm⁻¹", "mS·cm⁻¹")
CAPACITY_UNITS = ("mmol/g", "mmol g-1", "mmol g\u22121", "meq/g", "meq g⁻¹")
UPTAKE_UNITS = ("%", " %", " wt%", "wt%")
CONDUCTIVITY_NAMES = (
    "ion conductivity",
    "ionic conductivity",
    "hydroxide conductivity",
    "OH\u2212 conductivity",
)
CAPACITY_NAMES = ("ion exchange capacity (IEC)", "ion-exchange capacity", "IEC")
UPTAKE_NAMES = ("water uptake (WU)", "water uptake", "WU", "water absorption", "water affinity")
NAMED = 0.75
"""Chance that a paper states a property, for each of the three."""


class Measured(NamedTuple):
    """A property: its sentences in English and its clause in Korean."""

    english: tuple[str, str]
    korean: str


def compose_membrane(rng: np.random.Generator) -> Paper:
    """Compose a paper that states some of the three properties, mostly all."""
    return _compose(rng, stated=True)


def compose_plain_membrane(rng: np.random.Generator) -> Paper:
    """Compose a paper that states none of them, only look-alikes."""
    return _compose(rng, stated=False)


def _compose(rng: np.random.Generator, *, stated: bool) -> Paper:
    code = f"{choose(rng, terms.CODES)}-{int(rng.integers(10, 100))}"
    backbone, cation = choose(rng, terms.BACKBONES), choose(rng, terms.CATIONS)
    casting, use = choose(rng, terms.CASTINGS), choose(rng, terms.MEMBRANE_USES)
    benefit, hours, kept = (
        choose(rng, terms.BENEFITS),
        int(rng.integers(2, 21)) * 50,
        int(rng.integers(70, 98)),
    )
    measured = _measured(rng, code) if stated else []
    looks = _look_alikes(rng, 2 if len(measured) > 1 else 4)
    sentences = [
        (
            f"Stable anion exchange membranes are needed for {use.en}.",
            f"For {use.en}, anion exchange membranes must be stable.",
        ),
        (
            f"Here the membrane {code} was made from {backbone.en} with {cation.en} groups by {casting.en}.",
            f"We prepared {code}, a {backbone.en} membrane that carries {cation.en} groups, by {casting.en}.",
        ),
        (f"The film is {int(rng.integers(20, 90))} µm thick.", f"{code} is a clear film and easy to handle."),
        *(each.english for each in measured),
        *((look,) for look in looks),
        (f"After {hours} hours in 1 M KOH, {code} kept {kept}% of its weight.",),
        (
            f"The {cation.en} groups {benefit.en}.",
            f"These results show that {cation.en} groups {benefit.en}.",
        ),
    ]
    result = measured[0].korean if measured else f"{hours}시간 뒤에도 무게의 {kept}%를 유지하였다"
    return Paper(
        title=f"A {backbone.en} membrane {code} with {cation.en} groups for {use.en}",
        abstract=say(rng, sentences),
        keywords=("anion exchange membrane", backbone.en, cation.en, casting.en, use.en),
        fields=("Materials Science", "Electrochemistry"),
        details=_details(rng, code, backbone.en, casting.en),
        title_ko=f"{use.ko}용 {backbone.ko} 막 {code}",
        summary_ko=(
            with_particles(f"{use.ko}에 쓸 음이온 교환막 {code}을(를) 만들었다."),
            with_particles(f"{backbone.ko}에 {cation.ko}을(를) 붙이고 {casting.ko}으로(로) 막을 얻었다."),
            f"{code}의 {result}." if measured else f"{code} 막은 {result}.",
        ),
        purpose_ko=f"{use.ko}에 쓸 안정한 음이온 교환막을 만드는 것이다.",
        result_ko=f"{code}의 {result}." if measured else f"{code} 막은 {result}.",
    )


def _measured(rng: np.random.Generator, code: str) -> list[Measured]:
    """Draw one to three properties; at least one is stated."""
    everything = [_conductivity(rng, code), _capacity(rng, code), _uptake(rng, code)]
    stated = [each for each in everything if rng.random() < NAMED]
    return stated or [everything[int(rng.integers(3))]]


def _conductivity(rng: np.random.Generator, code: str) -> Measured:
    value, heat = int(rng.integers(20, 161)), int(choose(rng, (30, 60, 80)))
    name, unit = choose(rng, CONDUCTIVITY_NAMES), choose(rng, CONDUCTIVITY_UNITS)
    stated = f"{value} {unit}"
    spelling = float(rng.random())
    if spelling < 0.12:
        stated = f"{value / 1000:.3f} S{unit[2:]}"
    elif spelling < 0.24:
        stated = f"{value} ± {int(rng.integers(1, 5))} {unit}"
    return Measured(
        (
            f"The {name} of {code} is {stated} at {heat} °C.",
            f"At {heat} °C, {code} has {with_article(name)} of {stated}.",
        ),
        f"이온 전도도는 {heat} °C에서 {value} mS/cm이다",
    )


def _capacity(rng: np.random.Generator, code: str) -> Measured:
    value = int(rng.integers(80, 301)) / 100
    name, unit = choose(rng, CAPACITY_NAMES), choose(rng, CAPACITY_UNITS)
    return Measured(
        (f"The {name} of {code} is {value:.2f} {unit}.", f"{code} has an {name} of {value:.2f} {unit}."),
        f"이온 교환 용량은 {value:.2f} mmol/g이다",
    )


def _uptake(rng: np.random.Generator, code: str) -> Measured:
    value, name, unit = int(rng.integers(8, 91)), choose(rng, UPTAKE_NAMES), choose(rng, UPTAKE_UNITS)
    return Measured(
        (f"The {name} of {code} is {value}{unit}.", f"{code} shows a {name} of {value}{unit}."),
        f"함수율은 {value}%이다",
    )


def _look_alikes(rng: np.random.Generator, count: int) -> list[str]:
    values = {
        "a": int(rng.integers(85, 100)),
        "b": int(rng.integers(10, 90)) * 10,
        "c": int(rng.integers(60, 85)),
        "d": int(rng.integers(12, 60)),
    }
    chosen = rng.choice(len(terms.LOOK_ALIKES), size=count, replace=False)
    return [terms.LOOK_ALIKES[int(i)].format(**values) for i in chosen]


def _details(rng: np.random.Generator, code: str, backbone: str, casting: str) -> tuple[str, ...]:
    return (
        f"The {backbone} was dried for {int(rng.integers(4, 25))} hours before use.",
        f"After {casting}, the film was kept in 1 M KOH and washed with water.",
        f"Pieces of {code} of {int(rng.integers(2, 9))} cm length were cut for all tests.",
        f"Each test was repeated {int(rng.integers(3, 7))} times and the mean is given.",
        f"The surface of {code} was smooth in the electron microscope.",
    )
