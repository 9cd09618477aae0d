"""Instructions of four kinds in two languages: question answering, concept explanation, problem solving, summary.

Source: the kinds are those of KONI's instruction data (Jeong et al., KISTI, section II).
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from domaintune.core.seeds import derive
from domaintune.sample.chemistry_facts import FACTS, Fact, Kind
from domaintune.sample.chemistry_wordings import statement_of
from domaintune.sample.instruction_concepts import AUDIENCES, CONCEPT_WORDINGS, CONCEPTS, Concept
from domaintune.sample.instruction_passages import compose_passage
from domaintune.sample.instruction_problems import compose_problem
from domaintune.sample.korean_particles import with_particles

ThingT = TypeVar("ThingT")
ItemKind = Literal["question_answering", "concept_explanation", "problem_solving", "document_summary"]
HELD_OUT = 5
"""Every fifth fact and concept is asked in the evaluation sets only."""
ASKED: dict[Kind, tuple[str, str]] = {
    "symbol": (
        "Tell me how {s} is abbreviated in the periodic table.",
        "주기율표에서 {s}을(를) 어떻게 줄여 쓰는지 알려 줘.",
    ),
    "class": (
        "Which class of substances is {s} part of?",
        "{s}은(는) 어떤 물질에 속하나요?",
    ),
    "formula": (
        "Write down the formula of {s}.",
        "{s}의 화학식을 적어 줘.",
    ),
    "group": (
        "Look at a molecule of {s}: which functional group is in it?",
        "{s} 분자에는 어떤 작용기가 있나요?",
    ),
    "unit": (
        "I measured {s}. Which unit belongs to the value?",
        "{s}을(를) 재었어요. 값에 어떤 단위를 붙이나요?",
    ),
    "hazard": (
        "What should I be careful about when I handle {s}?",
        "{s}을(를) 다룰 때 무엇을 조심해야 하나요?",
    ),
}
FRAMES = (
    ("", ""), ("A student asks: ", "학생의 질문입니다. "), ("Answer in one sentence. ", "한 문장으로 답하세요. "),
)  # fmt: skip
"""Stand before a question."""
SUMMARISE = (
    ("Summarize the following report in one sentence.", "다음 보고서를 한 문장으로 요약하세요."),
    (
        "What did this test show? Answer in one sentence.",
        "이 시험에서 무엇을 알 수 있나요? 한 문장으로 답하세요.",
    ),
    ("Give the main result of the text below.", "아래 글의 주요 결과를 적어 줘."),
)


class Item(NamedTuple):
    """One instruction with its answer."""

    kind: ItemKind
    instruction: str
    input: str
    output: str


def compose_items(seed: int, corpus: str, *, korean: bool, held_out: bool) -> Iterator[Item]:
    """Yield items, the four kinds in turn; both languages tell the same in the same order.

    Evaluation items (`held_out`) share no fact and no concept with the others, and no numbers but by chance.
    Questions and explanations come to an end; as many items as `available` says can be had.
    """
    part = "held out" if held_out else "training"
    streams = [
        compose(derive(seed, "sample", corpus, "instructions", part, kind), korean, held_out)
        for kind, compose in COMPOSERS.items()
    ]
    while True:
        for stream in streams:
            item = next(stream, None)
            if item is None:
                return
            yield item


def _questions(rng: np.random.Generator, korean: bool, held_out: bool) -> Iterator[Item]:
    facts = _own(rng, FACTS, held_out)
    for turn in range(len(FRAMES)):
        for number, fact in enumerate(facts):
            question = ASKED[fact.kind][korean].format(s=fact.subject.ko if korean else fact.subject.en)
            frame = FRAMES[(turn + number) % len(FRAMES)][korean]
            yield Item("question_answering", with_particles(frame + question), "", _answer(fact, korean))


def _answer(fact: Fact, korean: bool) -> str:
    return with_particles(statement_of(fact, korean=korean))


def _concepts(rng: np.random.Generator, korean: bool, held_out: bool) -> Iterator[Item]:
    concepts: list[Concept] = _own(rng, CONCEPTS, held_out)
    for turn in range(len(AUDIENCES) * len(CONCEPT_WORDINGS)):
        for number, concept in enumerate(concepts):
            at = turn + number
            audience = AUDIENCES[at % len(AUDIENCES)][korean]
            wording = CONCEPT_WORDINGS[(at // len(AUDIENCES)) % len(CONCEPT_WORDINGS)][korean]
            told = concept.ko if korean else concept.en
            asked = with_particles(audience + wording.format(s=told.name))
            parts = (told.meaning, told.example) if at % 2 else (told.meaning, told.use)
            yield Item("concept_explanation", asked, "", " ".join(parts))


def _problems(rng: np.random.Generator, korean: bool, held_out: bool) -> Iterator[Item]:
    del held_out
    while True:
        problem = compose_problem(rng, korean=korean)
        yield Item("problem_solving", problem.asked, "", problem.solution)


def _summaries(rng: np.random.Generator, korean: bool, held_out: bool) -> Iterator[Item]:
    del held_out
    while True:
        passage = compose_passage(rng, korean=korean)
        wording = SUMMARISE[int(rng.integers(len(SUMMARISE)))][korean]
        yield Item("document_summary", wording, passage.text, passage.summary)


def _own(rng: np.random.Generator, everything: tuple[ThingT, ...], held_out: bool) -> list[ThingT]:
    """Return the part of a table that training or evaluation may ask, in random order."""
    own = [thing for number, thing in enumerate(everything) if (number % HELD_OUT == 0) == held_out]
    return [own[int(index)] for index in rng.permutation(len(own))]


Compose = Callable[[np.random.Generator, bool, bool], Iterator[Item]]
COMPOSERS: Mapping[ItemKind, Compose] = {
    "question_answering": _questions,
    "concept_explanation": _concepts,
    "problem_solving": _problems,
    "document_summary": _summaries,
}


def take(items: Iterator[Item], count: int) -> list[Item]:
    """Return the next items.

    Raises:
        ValueError: fewer are left than are asked for.
    """
    taken = list(islice(items, count))
    if len(taken) < count:
        raise ValueError(f"{count} items asked for, {len(taken)} can be composed")
    return taken
