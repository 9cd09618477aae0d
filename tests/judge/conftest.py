"""Small duels: two arms, a few questions, the real rubric cards."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from domaintune.core.records.answer import Answer
from domaintune.core.records.question import Question
from domaintune.core.scoring.rubric import PairSpec, read_specs
from domaintune.core.sections.evaluation import Rubric
from domaintune.judge.plan import PairwiseComparison

ROOT = Path(__file__).resolve().parents[2]
CARD_FILES = sorted((ROOT / "catalog" / "rubrics").glob("*.yaml"))
RUBRICS = {
    "match": Rubric(orders=["baseline_first", "arm_first"]),
    "similarity": Rubric(orders=["baseline_first"]),
}


@pytest.fixture(scope="session")
def cards() -> dict[str, PairSpec]:
    assert CARD_FILES
    return read_specs(CARD_FILES, RUBRICS)


@pytest.fixture(scope="session")
def rubrics() -> dict[str, Rubric]:
    return RUBRICS


@pytest.fixture(scope="session")
def question() -> Callable[..., Question]:
    def make(name: str, matched: str = "It melts ice at -40 °C.", follows: str = "") -> Question:
        values: dict[str, Any] = {
            field: [] if field == "options" else field for field in Question.model_fields
        }
        own = {"question": f"What does {name} do?", "matched_answer": matched, "language": "en"}
        return Question(**values | {"id": name, "follows": follows} | own)

    return make


@pytest.fixture(scope="session")
def duel() -> Callable[..., PairwiseComparison]:
    def make(
        ours: Mapping[str, str], theirs: Mapping[str, str], arm: str = "tuned", baseline: str = "base"
    ) -> PairwiseComparison:
        return PairwiseComparison(arm, baseline, answers(arm, ours), answers(baseline, theirs))

    return make


def answers(arm: str, texts: Mapping[str, str]) -> dict[str, Answer]:
    return {
        name: Answer(arm=arm, question_id=name, text=text, tokens=len(text.split()), finished=True)
        for name, text in texts.items()
    }
