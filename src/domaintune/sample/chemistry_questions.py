"""Drawing multiple-choice questions: which facts, in which wordings, with which wrong options."""

from collections.abc import Mapping, Sequence
from math import gcd
from typing import NamedTuple

import numpy as np

from domaintune.sample.chemistry_facts import Fact, Kind, rivals
from domaintune.sample.chemistry_wordings import stem_of

Wordings = Mapping[Kind, tuple[str, ...]]


class Question(NamedTuple):
    """A question as an exam shows it."""

    fact: Fact
    stem: str
    options: tuple[str, ...]
    position: int
    """Place of the right option, from 0."""


def draw_stems(
    rng: np.random.Generator,
    facts: Sequence[Fact],
    wordings: Wordings,
    frames: Sequence[str],
    count: int,
    *,
    korean: bool,
) -> list[tuple[Fact, str]]:
    """Return facts and stems, no stem twice: every fact once before one comes again, in another wording.

    Wording and frame both move on at each turn. As their numbers have no factor in common, a pair comes back
    only after all pairs were used.

    Raises:
        ValueError: more are asked for than the wordings can make.
    """
    first = {
        fact: (int(rng.integers(len(wordings[fact.kind]))), int(rng.integers(len(frames)))) for fact in facts
    }
    stems: list[tuple[Fact, str]] = []
    turn = 0
    while len(stems) < count:
        for index in rng.permutation(len(facts)):
            fact = facts[int(index)]
            of_kind = wordings[fact.kind]
            assert gcd(len(of_kind), len(frames)) == 1
            if turn >= len(of_kind) * len(frames):
                raise ValueError(f"{count} questions asked for, {len(stems)} can be worded")
            core, frame = first[fact]
            wording = of_kind[(core + turn) % len(of_kind)]
            stems.append((fact, stem_of(wording, fact, frames[(frame + turn) % len(frames)], korean=korean)))
        turn += 1
    return stems[:count]


def draw_questions(
    rng: np.random.Generator, stems: Sequence[tuple[Fact, str]], options: int, *, korean: bool
) -> list[Question]:
    """Give each stem its options; over all questions, every place is right equally often."""
    places = rng.permutation(np.arange(len(stems)) % options)
    return [
        _question(rng, fact, stem, int(place), options, korean=korean)
        for (fact, stem), place in zip(stems, places, strict=True)
    ]


def _question(
    rng: np.random.Generator, fact: Fact, stem: str, place: int, options: int, *, korean: bool
) -> Question:
    """Draw wrong options of the same kind, so that neither length nor form gives the right one away."""
    wrong = rivals(fact)
    chosen = [wrong[int(i)] for i in rng.choice(len(wrong), size=options - 1, replace=False)]
    chosen.insert(place, fact.answer)
    return Question(fact, stem, tuple(term.ko if korean else term.en for term in chosen), place)
