"""A chemistry paper: composed once from its facts, in English and, where wanted, in Korean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from domaintune.core.seeds import derive, unit_interval

Use = Literal["abstracts", "korean", "documents", "long", "pretraining"]
SHARES: Mapping[Use, float] = {
    "abstracts": 0.3,
    "korean": 0.15,
    "documents": 0.1,
    "long": 0.15,
    "pretraining": 0.3,
}
"""Which share of all possible titles each file may use, so that no paper is in two of them."""
Choice = TypeVar("Choice")


class Paper(NamedTuple):
    """One paper. The Korean sentences say what the English ones say."""

    title: str
    abstract: str
    keywords: tuple[str, ...]
    fields: tuple[str, ...]
    details: tuple[str, ...]
    """Further sentences, for documents that are longer than an abstract."""
    title_ko: str
    summary_ko: tuple[str, str, str]
    purpose_ko: str
    result_ko: str


Composer = Callable[[np.random.Generator], Paper]


def choose(rng: np.random.Generator, choices: Sequence[Choice]) -> Choice:
    """Return one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def say(rng: np.random.Generator, wordings: Sequence[Sequence[str]]) -> str:
    """Join one wording of each sentence."""
    return " ".join(choose(rng, each) for each in wordings)


def use_of(title: str) -> Use:
    """Say which file may hold this title, the same for every seed."""
    place = unit_interval(0, "chemistry", title)
    for use, share in SHARES.items():
        if place < share:
            return use
        place -= share
    return "pretraining"


def compose_papers(
    seed: int, corpus: str, use: Use, composers: Sequence[Composer], name: str = ""
) -> Iterator[Paper]:
    """Yield papers of this use without end, no title twice, the composers in turn."""
    seen: set[str] = set()
    for turn in count():
        composer = composers[turn % len(composers)]
        for attempt in count():
            rng = derive(seed, "sample", corpus, "paper", use, name, str(turn), str(attempt))
            paper = composer(rng)
            if paper.title not in seen and use_of(paper.title) == use:
                break
        seen.add(paper.title)
        yield paper
