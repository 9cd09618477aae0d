"""Answers scored by themselves on the page: arms side by side, published figures named, selection, nothing alive."""

import re

import judges
import pytest
from judge_run import write_judgments
from model_settings import COMPARE
from pages import check_whole, words

ARMS = ("best_1", "best_2", "drawn_1", "drawn_2")
MEANS = {"base": 3.0, "best_1": 7.0, "best_2": 7.1, "drawn_1": 5.0, "drawn_2": 5.02}
YES_OR_NO = ("understandability", "instruction_use")
BOTH = judges.BY_CATEGORY | judges.LLM_EVAL
SELECTION = {"selected": ["best_1", "best_2"], "random": ["drawn_1", "drawn_2"]}


def mixture(arm):
    grades = {"grading": "g", "by": "mean", "use": "filter", "at_least": 8}
    return {"groups": ["nasa"], "grades": grades | ({"random_draw": int(arm[-1])} if "drawn" in arm else {})}


BASE = {"model": "original", "mixture": None, "baseline": "base"}
ENTRIES = {"base": BASE} | {arm: BASE | {"mixture": mixture(arm), "seed": int(arm[-1])} for arm in ARMS}


def page(make, outcome="parsed", topic="novel", **told):
    """Return a page of five arms whose answers were judged, each by itself, by both rubrics."""
    topics = [topic] * 4 + ["poem"] * 3 + ["cover_letter"] * 3

    def prepare(root):
        for arm, mean in MEANS.items():
            rows = [judges.four(i, arm, mean + i % 3, outcome=outcome) for i in range(10)]
            for i in range(10):
                # above the lowest: 0 of what is yes or no
                values = {name: (arm != "base") * (i % 2) + (name not in YES_OR_NO) for name in judges.SIX}
                rows.append(judges.alone("llm_eval", i, arm, values, outcome=outcome, **told))
            write_judgments(root / f"data/judgments/{arm}", rows)
        make.mixtures(root, {"best_1": ["novel"], "best_2": ["novel"], "drawn_1": ["novel", "poem"]})

    return make.run(
        arms=ARMS, rubrics=BOTH, entries=ENTRIES, prepare=prepare, compare=COMPARE | {"selection": SELECTION},
        questions=[make.question(i, category=category) for i, category in enumerate(topics)],
    ).html  # fmt: skip


@pytest.fixture(scope="module")
def text(make_once):
    return words(page(make_once))


SAYS = {
    "means, and the published ones": [
        "The judge was asked in Korean.", "Overall quality 1 to 5",
        "published: gpt_4 – 0.984 2.897 2.944 2.143 0.968 4.083", "best_1 10 0.500 [0.199, 0.801] 1.500 [1.225, 1.934]",
        "Published: Korean instruction-tuning survey, Table 1; judged by GPT-4",
        "best_1 − base, on the questions where both answers have a score", "llm eval : context maintenance 2",
    ],
    "categories, those that were seen marked": [
        "Mean of all by category category questions base best_1 best_2 drawn_1 drawn_2 published with grades published "
        "without grades", "novel 4 3.75 [2.51, 5.40] 7.75 [6.00, 8.90]* 7.85", "6.286 4.547",
        "scenario – – – – – – 5.795 4.038", "Of drawn_2 it is not known what was seen.",
    ],
    "a selection with its numbers": [
        "So few draws have almost no power", "1 best_1 1,000 drawn_1 1,000 0.0 %",
        "by_category: mean 7.950 0.071 5.910 0.014 +2.040 [", "a gain of +2.040",
    ],
}  # fmt: skip


@pytest.mark.parametrize("said", SAYS.values(), ids=SAYS)
def test_the_page_of_single_answers_says(text, said):
    assert [one for one in said if one not in text] == []


def test_without_a_judge_only_published_means_and_text_measures_are_there_and_are_called_that(make):
    text = words(page(make, "needs_model"))
    assert text.count("This rubric needs a judge model: 50 judgments were declined") == 2
    judged, _, measures = text.partition("Text measures These are counted")
    assert "published: gpt_4" in judged
    assert "best_1 10 " not in judged
    measures = measures.partition("Selected rows against random control")[0]
    assert "not judged" in measures
    assert "overlap by category" in measures


def test_a_rubric_that_nobody_was_asked_about_is_said_so_and_gains_are_tabulated_by_turn(make):
    follows = [f"q{i - 1:02}" if i % 2 else "" for i in range(10)]
    talks = [make.question(i, follows=first, cluster=f"talk{i // 2}") for i, first in enumerate(follows)]
    text = words(make.run(rubrics=judges.LLM_EVAL | judges.PAIRWISE, questions=talks).html)
    assert "No judgment was asked for. " in text
    told = text.partition("Each answer by itself The judge")[2].partition("Answers side")[0]
    assert "were declined" not in told
    gains = text.partition("Matching: tuned − base by turn")[2]
    assert re.search(
        r"turn 1 5 -0\.40 \[-2\.48, \+1\.68\] .* turn 2 5 \+1\.20 \[\+0\.64, \+1\.76\] 0\.004 0\.008", gains
    )
    assert "by category" not in text


def test_hostile_categories_and_reasons_stay_text(make):
    html = page(make, topic=make.hostile, reason=make.hostile)
    check_whole(html)
    assert "&lt;script&gt;alert(&#39;x&#39;)" in html
