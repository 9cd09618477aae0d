"""Question-answer sets in English: one sentence for a short answer, a paragraph for a long one."""

from typing import Any

from domaintune.core.seeds import derive
from domaintune.sample.chemistry_facts import FACTS, Fact, Kind
from domaintune.sample.chemistry_questions import draw_stems
from domaintune.sample.chemistry_wordings import ASKED_EN, statement_of

LICENCE = "Apache-2.0"
FRAMES_PAIRS = ("", "Answer briefly. ", "A short question: ")
TOPICS: dict[Kind, str] = {
    "symbol": "periodic table",
    "class": "substances",
    "formula": "formulas",
    "group": "organic chemistry",
    "unit": "units",
    "hazard": "safety",
}
LONG: dict[Kind, tuple[str, ...]] = {
    "symbol": ("Explain how {s} is written in chemical equations.",),
    "class": ("Explain how {s} is sorted among other substances.",),
    "formula": ("Explain how the composition of {s} is written down.",),
    "group": ("Explain which part of {s} matters in reactions.",),
    "unit": ("Explain how values of {s} are reported.",),
    "hazard": ("Explain what to know before working with {s}.",),
}
LONG_FRAMES = ("", "In a few sentences: ", "For a beginner: ")
BACKGROUND: dict[Kind, tuple[str, ...]] = {
    "symbol": (
        "Every element has a symbol of one or two letters.",
        "The first letter is a capital and the second is small.",
        "Some symbols come from Latin names.",
        "The same symbol is used in all countries.",
    ),
    "class": (
        "Substances with similar properties form a class.",
        "The class tells which reactions to expect.",
        "A chemist looks at the composition first.",
        "Labels in a store room often name the class.",
    ),
    "formula": (
        "A formula lists the elements of a compound.",
        "A number after a symbol counts the atoms.",
        "Brackets hold a group of atoms together.",
        "A substance has one composition, whatever its source.",
    ),
    "group": (
        "A functional group is a small set of bonded atoms.",
        "Molecules with the same group react in similar ways.",
        "Spectra show which groups are present.",
        "The carbon chain matters less for many reactions.",
    ),
    "unit": (
        "A value needs a number and a unit.",
        "The International System is used in science.",
        "Prefixes such as kilo and milli change the size of a unit.",
        "Units on both sides of an equation must agree.",
    ),
    "hazard": (
        "Gloves and goggles are worn in the laboratory.",
        "The safety data sheet is read before the work starts.",
        "Only small amounts are kept at the bench.",
        "The fume hood keeps vapours away from people.",
    ),
}


def compose_short_pairs(seed: int, corpus: str, pairs: int) -> list[dict[str, Any]]:
    """Ask for the fact itself; the answer states it."""
    rng = derive(seed, "sample", corpus, "pairs", "short")
    stems = draw_stems(rng, FACTS, ASKED_EN, FRAMES_PAIRS, pairs, korean=False)
    return [
        _row(f"QS-{n + 1:04d}", stem, statement_of(fact, korean=False), fact)
        for n, (fact, stem) in enumerate(stems)
    ]


def compose_long_pairs(seed: int, corpus: str, pairs: int) -> list[dict[str, Any]]:
    """Ask for an explanation: the fact, then two to four sentences around it."""
    rng = derive(seed, "sample", corpus, "pairs", "long")
    rows = []
    for n, (fact, stem) in enumerate(draw_stems(rng, FACTS, LONG, LONG_FRAMES, pairs, korean=False)):
        around = BACKGROUND[fact.kind]
        chosen = sorted(int(i) for i in rng.choice(len(around), size=int(rng.integers(2, 5)), replace=False))
        answer = " ".join([statement_of(fact, korean=False), *(around[i] for i in chosen)])
        rows.append(_row(f"QL-{n + 1:04d}", stem, answer, fact))
    return rows


def _row(identifier: str, question: str, answer: str, fact: Fact) -> dict[str, Any]:
    return {
        "id": identifier,
        "question": question,
        "answer": answer,
        "topic": TOPICS[fact.kind],
        "level": fact.level,
        "license": LICENCE,
    }
