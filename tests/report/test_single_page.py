"""Rubrics of single answers on the page: own means, those published, what is declined, nothing alive."""

import re

import judges
import pytest
from judge_run import write_judgments
from pages import check_whole, words

NAMES = [
    "understandability",
    "naturalness",
    "context_maintenance",
    "interest",
    "instruction_use",
    "overall_quality",
]
YES_OR_NO = ("understandability", "instruction_use")
RUBRICS = {"llm_eval": {"language": "ko"}}


def judged(outcome="parsed", reason="It names the radiator."):
    """Return a step that gives each arm judgments of single answers and no others."""

    def prepare(root):
        for arm in ("base", "tuned"):
            # above the lowest: 0 of what is yes or no
            rows = [
                judges.alone(
                    "llm_eval", i, arm, {n: (arm == "tuned") * (i % 2) + (n not in YES_OR_NO) for n in NAMES},
                    outcome=outcome, reason=reason,
                )
                for i in range(10)
            ]  # fmt: skip
            write_judgments(root / f"data/judgments/{arm}", rows)

    return prepare


@pytest.fixture(scope="module")
def text(make_once):
    return words(make_once.run(rubrics=RUBRICS, prepare=judged()).html)


def test_means_stand_beside_the_published_ones_which_are_named_so(text):
    assert "The judge was asked in Korean." in text
    assert "Overall quality 1 to 5" in text
    assert "published: gpt_4 – 0.984 2.897 2.944 2.143 0.968 4.083" in text
    assert "Published: Korean instruction-tuning survey, Table 1; judged by GPT-4" in text
    assert "tuned 10 0.500 [0.199, 0.801] 1.500 [1.225, 1.934]" in text
    assert "tuned − base, on the questions where both answers have a score" in text
    assert "Nothing is claimed" not in text
    assert "llm eval : context maintenance 2, instruction use 1" in text
    assert "It names the radiator." in text


def test_without_a_judge_model_only_the_published_table_is_shown(make):
    text = words(make.run(rubrics=RUBRICS, prepare=judged("needs_model")).html)
    assert "This rubric needs a judge model: 20 judgments were declined" in text
    assert "published: gpt_4" in text
    assert "tuned 10 " not in text.partition("Text measures These are counted")[0]


def test_a_rubric_that_nobody_was_asked_about_is_said_so(make):
    others = {name: {"orders": ["baseline_first", "arm_first"]} for name in ("match", "similarity")}
    text = words(make.run(rubrics=RUBRICS | others).html)
    assert "No judgment was asked for. " in text
    assert (
        "were declined"
        not in text.partition("Each answer by itself The judge")[2].partition("Answers side")[0]
    )


def talks(make):
    """Return five conversations of two turns."""
    return [
        make.question(i, follows=f"q{i - 1:02}" if i % 2 else "", cluster=f"talk{i // 2}") for i in range(10)
    ]


def test_answers_and_gains_are_tabulated_by_turn_of_the_conversation(make):
    text = words(make.run(rubrics=RUBRICS, prepare=judged(), questions=talks(make)).html)
    means = text.partition("Overall quality by turn ")[2]
    assert means.startswith("turn questions base tuned turn 1 5 1.00 1.00 turn 2 5 1.00 2.00")
    gains = text.partition("Overall quality: tuned − base by turn turn questions")[2]
    assert "turn 1 5 +0.00 – – turn 2 5 +1.00 – –" in gains
    assert "overlap by turn" in text.partition("Text measures These are")[2]
    assert "by category" not in text
    pairs = words(make.run(questions=talks(make)).html)
    gains = pairs.partition("Matching: tuned − base by turn")[2]
    assert re.search(
        r"turn 1 5 -0\.40 \[-2\.48, \+1\.68\] .* turn 2 5 \+1\.20 \[\+0\.64, \+1\.76\] 0\.004 0\.008", gains
    )


def test_hostile_reasons_stay_text(make):
    html = make.run(rubrics=RUBRICS, prepare=judged(reason=make.hostile)).html
    check_whole(html)
    assert "&lt;script&gt;alert(&#39;x&#39;)" in html


@pytest.mark.parametrize("sampled", [False, True])
def test_decoding_values_without_effect_are_shown_as_such(make, sampled):
    decode = {
        "max_new_tokens": 400, "num_beams": 4, "do_sample": sampled, "temperature": 0.1, "top_k": 40, "top_p": 0.75,
        "repetition_penalty": 1.4, "batch": 4,
    }  # fmt: skip
    text = words(make.run(decode=decode).html)
    assert "Decoding of base, tuned" in text
    assert ("temperature 0.1: no effect (do_sample is false)" in text) == (not sampled)
    assert "num beams 4" in text
    assert "num beams 4: no effect" not in text
