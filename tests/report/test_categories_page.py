"""Categories, text measures and selection on the page: arms side by side, what was seen marked, nothing alive."""

import re

import judges
import pytest
from judge_run import write_judgments
from pages import check_whole, words

FOUR = ["accuracy", "helpfulness", "level_of_detail", "relevance"]
ONLY = {"by_category": {"language": "ko"}}
ARMS = ("best_1", "best_2", "drawn_1", "drawn_2")
MEANS = {"base": 3.0, "best_1": 7.0, "best_2": 7.1, "drawn_1": 5.0, "drawn_2": 5.02}


def mixture(arm):
    grades = {"grading": "g", "by": "mean", "use": "filter", "at_least": 8}
    return {"groups": ["nasa"], "grades": grades | ({"random_draw": int(arm[-1])} if "drawn" in arm else {})}


ENTRIES = {"base": {"model": "original", "mixture": None, "baseline": "base"}} | {
    arm: {"model": "original", "mixture": mixture(arm), "baseline": "base", "seed": int(arm[-1])}
    for arm in ARMS
}
COMPARE = {
    "alpha": 0.05, "power": 0.8, "forgetting_margin": 0.02, "forgetting_alpha": 0.05, "primary": None, "suite": None,
    "selection": {"selected": ["best_1", "best_2"], "random": ["drawn_1", "drawn_2"]},
}  # fmt: skip


def part(text, title, end):
    return text.rpartition(title)[2].partition(end)[0]


def questions(make, novel="novel"):
    topics = [novel] * 4 + ["poem"] * 3 + ["cover_letter"] * 3
    return [make.question(i, category=topic) for i, topic in enumerate(topics)]


def judged(make, outcome="parsed"):
    """Return a step that judges every arm and says which categories its training rows have."""

    def prepare(root):
        for arm, mean in MEANS.items():
            rows = [
                judges.alone("by_category", i, arm, dict.fromkeys(FOUR, mean + i % 3), outcome=outcome)
                for i in range(10)
            ]
            write_judgments(root / f"data/judgments/{arm}", rows)
        make.mixtures(root, {"best_1": ["novel"], "best_2": ["novel"], "drawn_1": ["novel", "poem"]})

    return prepare


def page(make, outcome="parsed", **changes):
    given = {
        "arms": ARMS,
        "rubrics": ONLY,
        "entries": ENTRIES,
        "compare": COMPARE,
        "questions": questions(make),
    }
    return make.run(**given | {"prepare": judged(make, outcome)} | changes)


@pytest.fixture(scope="module")
def html(make_once):
    return page(make_once).html


def test_arms_stand_side_by_side_with_seen_categories_marked_and_published_numbers_named(html):
    text = words(html)
    head = "Mean of all by category category questions base best_1 best_2 drawn_1 drawn_2 "
    assert head + "published with grades published without grades" in text
    assert "novel 4 3.75 [2.51, 5.40] 7.75 [6.00, 8.90]* 7.85" in text
    assert "6.286 4.547" in text
    assert "scenario – – – – – – 5.795 4.038" in text
    assert re.search(r"all seen categories 4 to 7 3\.86 \[\S+ \S+\] n=7 7\.75 \[\S+ \S+\] n=4", text)
    assert "An untrained arm has seen none; it is pooled by all that the trained arms have seen." in text
    assert "Of drawn_2 it is not known what was seen." in text


def test_without_a_judge_the_text_measures_are_there_and_are_called_that(make):
    text = words(page(make, "needs_model").html)
    assert "This rubric needs a judge model: 50 judgments were declined" in text
    measures = part(text, "Text measures These are counted", "Selected rows against random control")
    assert "not judged" in measures
    assert "F1 of the content words shared with the reference answer" in measures
    assert "overlap by category" in measures


def test_a_selection_is_told_with_its_numbers(html):
    text = words(html)
    told = part(text, "Selected rows against random control Is training", "Answers side by side")
    assert "So few draws have almost no power" in told
    assert "1 best_1 1,000 drawn_1 1,000 0.0 %" in told
    assert "by_category: mean 7.950 0.071 5.910 0.014 +2.040 [" in told
    assert "a gain of +2.040" in told
    assert "Not compared, because no question has a value from every arm" not in told.partition("In words")[0]


def test_without_rubrics_and_selection_there_are_no_such_sections(make):
    html = make.run().html
    assert 'id="text-measures"' not in html
    assert 'id="selection"' not in html
    assert "Text measures" not in html


def test_hostile_categories_stay_text(make):
    html = page(make, questions=questions(make, make.hostile)).html
    check_whole(html)
    assert "&lt;script&gt;" in html
