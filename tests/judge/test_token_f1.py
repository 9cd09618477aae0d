"""The offline judge counts words, says so, and declines the rest."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_run import PAIRWISE

from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling
from domaintune.core.stage.files import to_json
from domaintune.judge.token_f1 import TokenF1Judge, closeness, score, verdict
from domaintune.judge.verdicts import problem


def request(material: dict[str, str]) -> Request:
    message = Message("user", to_json(material))
    return Request("embedded", "token_f1-1", "", (message,), Sampling(0.0, 1.0, 64, 0), "", 0)


@pytest.mark.parametrize(
    ("f1", "expected"),
    [(0.0, 1), (0.1999, 1), (0.2, 2), (0.4, 3), (0.5999, 3), (0.6, 4), (0.7999, 4), (0.8, 5), (1.0, 5)],
)
def test_bands_are_even_fifths(f1: float, expected: int) -> None:
    assert score(f1) == expected


QUESTION = "What does the probe of the mission do?"
MATCHED = "It melts the ice at -40 °C with a heater of 30 W."


def test_the_closer_answer_has_the_higher_f1_of_content_words_and_the_reason_gives_both() -> None:
    # matched 4 words; A says 3 of them and nothing else: 2·3/7; B says 1 of 3: 2·1/7
    found = json.loads(verdict("q?", "laser ice drill probe", "the laser, ice, drill", "laser oven cooker"))
    assert (found["closer"], found["score_a"], found["score_b"]) == ("A", 5, 2)
    assert "A 0.857, B 0.286" in found["reason"]


@pytest.mark.parametrize(
    ("matched", "a", "b"),
    [("ice", "ice", "ice"), ("ice", "", ""), ("ice", "salt", "lamp"), ("!", "!", "?"), ("", "", "ice")],
)
def test_a_tie_or_nothing_shared_is_nothing(matched: str, a: str, b: str) -> None:
    assert json.loads(verdict("q?", matched, a, b))["closer"] == "Nothing"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (MATCHED, 5),
        ("With a heater of 30 W the probe of the mission melts the ice at -40 °C.", 5),
        ("it is the of with a at and the in of", 1),
        (QUESTION, 1),
        ("ice ice ice ice ice ice", 2),
        ("It does not melt the ice at -40 °C with a heater of 30 W.", 3),
        ("It melts the ice at -4 °C with a heater of 300 W.", 1),
        ("", 1),
    ],
)
def test_joining_words_a_copied_question_a_denial_and_wrong_numbers_earn_what_they_are_worth(
    answer: str, expected: int
) -> None:
    assert score(closeness(QUESTION, MATCHED, answer)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("탐사선은 30 W 히터로 얼음을 녹인다.", 5),
        ("그리고 이것은 매우 그러나 또한 때문에", 1),
        ("탐사선은 30 W 히터로 얼음을 녹이지 않는다.", 3),
        ("탐사선은 3 W 히터로 얼음을 녹인다.", 2),
        ("탐사선은 무엇을 합니까?", 1),
    ],
)
def test_korean_particles_endings_denials_and_numbers_are_seen(answer: str, expected: int) -> None:
    assert (
        score(closeness("탐사선은 무엇을 합니까?", "히터 30 W를 써서 얼음을 녹입니다.", answer)) == expected
    )


def test_a_question_that_gives_the_reference_away_leaves_all_its_words_to_count() -> None:
    assert closeness("Is the ice hard?", "The ice is hard.", "hard ice") == 1.0


@given(st.text(), st.text(), st.text(), st.text())
def test_swapping_the_answers_swaps_the_verdict(question: str, matched: str, a: str, b: str) -> None:
    one, other = json.loads(verdict(question, matched, a, b)), json.loads(verdict(question, matched, b, a))
    assert (one["score_a"], one["score_b"]) == (other["score_b"], other["score_a"])
    assert one["closer"] == {"A": "B", "B": "A", "Nothing": "Nothing"}[other["closer"]]


@given(st.text(), st.text(), st.text(), st.text())
def test_every_verdict_is_one_the_match_spec_reads(question: str, matched: str, a: str, b: str) -> None:
    assert problem(PAIRWISE["match"], json.loads(verdict(question, matched, a, b))) is None


def test_match_is_answered_and_anything_else_declined_not_imitated() -> None:
    shown = {"question": "q", "answer_a": "ice", "answer_b": "lamp"}
    asked = [
        request({"verdict": "closer", "matched_answer": "ice", **shown}),
        request({"verdict": "criteria", **shown}),
        request({"verdict": "criteria", "matched_answer": "ice", **shown}),
        request({"verdict": "closer", **shown}),
    ]
    replies = dict(TokenF1Judge().ask(asked))
    assert isinstance(replies[asked[0]], Reply)
    for declined in asked[1:]:
        failure = replies[declined]
        assert isinstance(failure, Failure)
        assert failure.reason == "needs_model"
