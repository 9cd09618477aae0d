"""Short test reports with a result, and the sentence that sums each of them up, in both languages."""

from typing import NamedTuple

import numpy as np

from domaintune.sample.chemistry_facts import Term
from domaintune.sample.chemistry_terms import CATALYSTS, REACTIONS, SUPPORTS, TREATMENTS
from domaintune.sample.korean_particles import with_particles


class Passage(NamedTuple):
    """A report of a few sentences, and its summary."""

    text: str
    summary: str


TEXT = (
    "The team put {c} on {s} and tested it in {r}. Before that, the support went through {t}. At {k} K the catalyst "
    "converted {y}% of the feed. It ran for {h} hours, and the yield fell by {f}%.",
    "연구진은 {c}을(를) {s}에 올리고 {r}에서 시험하였다. 그 전에 지지체에 {t}을(를) 하였다. "
    "{k} K에서 촉매는 원료의 {y}%를 바꾸었다. {h}시간 동안 쓴 뒤 수율은 {f}% 줄었다.",
)
SUMMARY = (
    "{C} on {s} converted {y}% of the feed in {r} at {k} K and lost {f}% of its yield in {h} hours.",
    "{s}에 올린 {c}은(는) {r}에서 {k} K일 때 원료의 {y}%를 바꾸었고 {h}시간 뒤 수율이 {f}% 줄었다.",
)


def compose_passage(rng: np.random.Generator, *, korean: bool) -> Passage:
    """Return a report. The same things and numbers are drawn in both languages."""

    def pick(terms: tuple[Term, ...]) -> str:
        return terms[int(rng.integers(len(terms)))][korean]

    values = {"c": pick(CATALYSTS), "s": pick(SUPPORTS), "r": pick(REACTIONS), "t": pick(TREATMENTS)}
    numbers = {"k": (420, 990), "y": (31, 98), "h": (20, 900), "f": (1, 19)}
    values |= {name: str(int(rng.integers(*span))) for name, span in numbers.items()}
    values["C"] = values["c"][0].upper() + values["c"][1:]
    return Passage(
        with_particles(TEXT[korean].format(**values)), with_particles(SUMMARY[korean].format(**values))
    )
