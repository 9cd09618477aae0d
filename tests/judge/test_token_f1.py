"""The offline judge counts words, says so, and declines the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_run import PAIRWISE

from domaintune.judge.offline import closeness, score, verdict
from domaintune.judge.verdicts import problem

QUESTION = "What does the probe of the mission do?"
MATCHED = "It melts the ice at -40 °C with a heater of 30 W."
KOREAN = ("탐사선은 무엇을 합니까?", "히터 30 W를 써서 얼음을 녹입니다.")


def test_the_closer_answer_has_the_higher_f1_of_content_words_and_the_reason_gives_both() -> None:
    # matched 4 words; A says 3 of them and nothing else: 2·3/7; B says 1 of 3: 2·1/7
    found = verdict("q?", "laser ice drill probe", "the laser, ice, drill", "laser oven cooker")
    assert (found["closer"], found["score_a"], found["score_b"]) == ("A", 5, 2)
    assert "A 0.857, B 0.286" in found["reason"]


@pytest.mark.parametrize(
    ("asked", "answer", "expected"),
    [
        *(((QUESTION, MATCHED), answer, expected) for answer, expected in [
            (MATCHED, 5),
            ("With a heater of 30 W the probe of the mission melts the ice at -40 °C.", 5),
            ("it is the of with a at and the in of", 1),
            (QUESTION, 1),
            ("ice ice ice ice ice ice", 2),
            ("It does not melt the ice at -40 °C with a heater of 30 W.", 3),
            ("It melts the ice at -4 °C with a heater of 300 W.", 1),
            ("", 1),
        ]),
        *((KOREAN, answer, expected) for answer, expected in [
            ("탐사선은 30 W 히터로 얼음을 녹인다.", 5),
            ("그리고 이것은 매우 그러나 또한 때문에", 1),
            ("탐사선은 30 W 히터로 얼음을 녹이지 않는다.", 3),
            ("탐사선은 3 W 히터로 얼음을 녹인다.", 2),
            (KOREAN[0], 1),
        ]),
        (("Is the ice hard?", "The ice is hard."), "hard ice", 5),  # all words count where the question gives them away
    ],
)  # fmt: skip
def test_joining_words_particles_a_copied_question_a_denial_and_wrong_numbers_earn_what_they_are_worth(
    asked: tuple[str, str], answer: str, expected: int
) -> None:
    assert score(closeness(*asked, answer)) == expected


@given(st.text(), st.text(), st.text(), st.text())
def test_swapping_the_answers_swaps_the_verdict_which_the_match_spec_reads(
    question: str, matched: str, a: str, b: str
) -> None:
    one, other = verdict(question, matched, a, b), verdict(question, matched, b, a)
    assert (one["score_a"], one["score_b"]) == (other["score_b"], other["score_a"])
    assert one["closer"] == {"A": "B", "B": "A", "Nothing": "Nothing"}[other["closer"]]
    assert problem(PAIRWISE["match"], one) is None
