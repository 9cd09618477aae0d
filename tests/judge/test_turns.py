"""Later turns: a judge sees the conversation each arm really had; single questions are judged as before."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domaintune.core.records.question import Question
from domaintune.core.scoring.rubric import AnySpec, read_specs
from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.sections.evaluation import Language, Rubric
from domaintune.core.teacher.asking import Prompt
from domaintune.judge.plan import PairwiseComparison, plan

Make = Callable[..., Any]
CARD_FILES = sorted((Path(__file__).resolve().parents[2] / "catalog/rubrics").glob("*.yaml"))
SINGLE_QUESTION = {
    ("en", "by_category", "single"): "f3391e8d8181a9798be9c3b988ff006f",
    ("en", "llm_eval", "single"): "af8a9a83f54ed02a575e34ae91f350dd",
    ("en", "match", "arm_first"): "b6d2cfe5d5c7da19f2471854ea446b11",
    ("en", "match", "baseline_first"): "ef7cbc1e09818432c0359505ffa0ea5b",
    ("en", "similarity", "baseline_first"): "61dc684f07404f74cd4ca4d25dfcb7ab",
    ("ko", "by_category", "single"): "904fdf779fa8f3336a30864e145b4fc8",
    ("ko", "llm_eval", "single"): "b53c136d5f464050fbfddf0420aa63f1",
}
"""Hashes of the messages about a single question, as they were before there were turns."""


def rubrics(language: Language) -> dict[str, Rubric]:
    return {
        "match": Rubric(orders=["baseline_first", "arm_first"]),
        "similarity": Rubric(orders=["baseline_first"]),
        "llm_eval": Rubric(language=language),
        "by_category": Rubric(language=language),
    }


def prompts(
    questions: dict[str, Question],
    pair: PairwiseComparison,
    language: Language = "en",
    cards: dict[str, AnySpec] | None = None,
) -> dict[tuple[str, str, str], Prompt]:
    cards = cards or read_specs(CARD_FILES, rubrics(language))
    planned = plan(cards, rubrics(language), questions, pair).planned
    return {(item.question_id, item.rubric, item.order): item.prompt for item in planned}


def material(prompt: Prompt) -> dict[str, Any]:
    return dict(json.loads(prompt.messages[1].content.split("\n", 1)[1]))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_judge_of_single_questions_is_asked_what_it_was_asked_before_there_were_turns(
    duel: Make, language: Language
) -> None:
    values: dict[str, Any] = {name: [] if name == "options" else "" for name in Question.model_fields}
    own = {
        "id": "q1",
        "instruction": "Sum it up.",
        "question": "What does it do?",
        "matched_answer": "It melts ice.",
    }
    asked = prompts({"q1": Question(**values | own)}, duel({"q1": "Ours."}, {"q1": "Theirs."}), language)
    found = {(language, rubric, order): prompt.id for (_, rubric, order), prompt in asked.items()}
    assert {key: found[key] for key in SINGLE_QUESTION if key[0] == language} == {
        key: value for key, value in SINGLE_QUESTION.items() if key[0] == language
    }


def test_a_later_turn_is_judged_behind_the_arms_own_conversation(question: Make, duel: Make) -> None:
    questions = {"q1": question("q1"), "q2": question("q2", follows="q1")}
    pair = duel({"q1": "our first", "q2": "our second"}, {"q1": "their first", "q2": "their second"})
    asked = prompts(questions, pair)
    before = questions["q1"].asked
    ours, theirs = ([{"user": before, "assistant": f"{whose} first"}] for whose in ("our", "their"))
    shown = material(asked["q2", "match", "baseline_first"])
    assert shown["conversation"] == {"a": theirs, "b": ours}
    assert (shown["answer_a"], shown["answer_b"]) == ("their second", "our second")
    assert material(asked["q2", "match", "arm_first"])["conversation"] == {"a": ours, "b": theirs}
    assert material(asked["q2", "llm_eval", "single"])["conversation"] == ours
    for (name, rubric, _), prompt in asked.items():
        told = '"conversation" holds what was said before it' in prompt.messages[0].content
        assert told == ("conversation" in material(prompt)) == (name == "q2"), rubric


def test_a_korean_card_tells_of_the_conversation_in_korean(question: Make, duel: Make) -> None:
    questions = {"q1": question("q1"), "q2": question("q2", follows="q1")}
    asked = prompts(questions, duel({"q1": "a", "q2": "b"}, {}), "ko")
    for rubric in ("llm_eval", "by_category"):
        assert '"conversation"에 그 앞에서 오간 말이' in asked["q2", rubric, "single"].messages[0].content
        assert "conversation" not in asked["q1", rubric, "single"].messages[0].content


def test_a_card_that_shows_no_conversation_is_asked_nothing_about_later_turns(
    question: Make, duel: Make
) -> None:
    card = read_specs(CARD_FILES, {"llm_eval": Rubric(language="en")})["llm_eval"]
    assert isinstance(card, SingleSpec)
    blind = card.model_copy(update={"context": ["instruction", "input", "answer"]})
    questions = {"q1": question("q1"), "q2": question("q2", follows="q1")}
    made = plan(
        {"llm_eval": blind}, {"llm_eval": Rubric(language="en")}, questions, duel({"q1": "a", "q2": "b"}, {})
    )
    assert [item.question_id for item in made.planned] == ["q1"]
    assert [(one.kind, one.reason) for one in made.rejects] == [("rejected", "conversation_not_shown")]
    assert "context of llm_eval lacks conversation" in made.rejects[0].detail
