"""The offline judge counts words, says so, and declines the rest."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling
from domaintune.core.stage.files import to_json
from domaintune.judge.card import Card
from domaintune.judge.overlap import Overlap, score, verdict
from domaintune.judge.replies import problem


def request(material: dict[str, str]) -> Request:
    message = Message("user", to_json(material))
    return Request("embedded", "overlap-1", "", (message,), Sampling(0.0, 1.0, 64, 0), "", 0)


@pytest.mark.parametrize(
    ("f1", "expected"),
    [(0.0, 1), (0.1999, 1), (0.2, 2), (0.4, 3), (0.5999, 3), (0.6, 4), (0.7999, 4), (0.8, 5), (1.0, 5)],
)
def test_bands_are_even_fifths(f1: float, expected: int) -> None:
    assert score(f1) == expected


def test_the_higher_f1_is_closer_and_the_reason_gives_both() -> None:
    # matched 4 words; A shares 3 of 3 → 2·3/7; B shares 1 of 3 → 2·1/7
    found = json.loads(verdict("laser ice drill probe", "laser ice drill", "laser oven cooker"))
    assert (found["closer"], found["score_a"], found["score_b"]) == ("A", 5, 2)
    assert "A 0.857, B 0.286" in found["reason"]


@pytest.mark.parametrize(
    ("matched", "a", "b"),
    [("ice", "ice", "ice"), ("ice", "", ""), ("ice", "salt", "lamp"), ("!", "!", "?"), ("", "", "ice")],
)
def test_a_tie_or_nothing_shared_is_nothing(matched: str, a: str, b: str) -> None:
    assert json.loads(verdict(matched, a, b))["closer"] == "Nothing"


def test_two_texts_without_a_word_share_nothing() -> None:
    assert json.loads(verdict("...", "!!!", "ice"))["score_a"] == 1


@given(st.text(), st.text(), st.text())
def test_swapping_the_answers_swaps_the_verdict(matched: str, a: str, b: str) -> None:
    one, other = json.loads(verdict(matched, a, b)), json.loads(verdict(matched, b, a))
    assert (one["score_a"], one["score_b"]) == (other["score_b"], other["score_a"])
    assert one["closer"] == {"A": "B", "B": "A", "Nothing": "Nothing"}[other["closer"]]


@given(st.text(), st.text(), st.text())
def test_every_verdict_is_one_the_match_card_reads(
    cards: dict[str, Card], matched: str, a: str, b: str
) -> None:
    assert problem(cards["match"], json.loads(verdict(matched, a, b))) is None


def test_match_is_answered_and_anything_else_declined_not_imitated() -> None:
    shown = {"question": "q", "answer_a": "ice", "answer_b": "lamp"}
    asked = [
        request({"verdict": "closer", "matched_answer": "ice", **shown}),
        request({"verdict": "criteria", **shown}),
        request({"verdict": "criteria", "matched_answer": "ice", **shown}),
        request({"verdict": "closer", **shown}),
    ]
    replies = dict(Overlap().ask(asked))
    assert isinstance(replies[asked[0]], Reply)
    for declined in asked[1:]:
        failure = replies[declined]
        assert isinstance(failure, Failure)
        assert failure.reason == "needs_model"
