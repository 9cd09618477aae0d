"""Answers judged by themselves: means beside those published, by category, seen and unseen apart; text measures."""

import csv

import judges
import pytest
from judges import read
from records import blank

from domaintune.compare.single import text_values
from domaintune.core.records.question import Question

TOPICS = {0: "novel", 1: "novel", 2: "novel", 3: "poem", 4: "poem", 5: "mail"}
BASE = [3, 4, 5, 2, 2, 6, 5, 5, 5, 5]
BY_TOPIC = {"rubrics": judges.BY_CATEGORY, "categories": TOPICS}
TUNED = [6, 7, 8, 3, 4, 6, 6, 6, 6, 6]


def judged(**arms):
    values = [(arm, i, value) for arm, own in arms.items() for i, value in enumerate(own)]
    return [judges.four(i, arm, value, accuracy=value + 1) for arm, i, value in values]


def line(name, printed):
    """Return the row of that name of one criterion's table."""
    table = printed.partition("Helpfulness by category")[2]
    return next(" ".join(row.split()) for row in table.splitlines() if row.startswith(f"{name} "))


def test_the_mean_of_the_criteria_is_the_headline_and_published_numbers_are_never_mixed_in(make):
    out, printed = make.ran(judged(base=BASE, tuned=TUNED), **BY_TOPIC)
    one = read(out)["single"]["by_category"]
    assert {c["name"] for c in one["criteria"]} == {*judges.FOUR, "mean"}
    assert one["arms"]["tuned"]["criteria"]["helpfulness"]["mean"] == 5.8
    assert one["arms"]["tuned"]["criteria"]["mean"]["mean"] == pytest.approx(6.05)  # accuracy is 1 higher
    assert read(out, "metrics.json")["tuned"] == {"by_category_mean": pytest.approx(6.05)}
    paired = one["against_baseline"]["tuned"]["paired"]["mean"]
    assert paired["statistics"]["difference"]["mean"] == pytest.approx(1.6)
    assert one["published_categories"]["rows"]["novel"] == {"without grades": 4.547, "with grades": 6.286}
    novel = next(line for line in printed.splitlines() if line.startswith("novel") and "6.286" in line)
    assert "4.547" in novel
    scenario = next(line for line in printed.splitlines() if line.startswith("scenario") and "5.795" in line)
    assert "[" not in scenario  # nothing of ours was asked in that category
    assert "Not measured here" in " ".join(printed.split())


def test_seen_and_unseen_are_told_for_each_arm_by_its_own_training_rows(make):
    trained = {"tuned": ["novel", "mail", "blog"], "other": ["poem"]}
    rows = judged(base=BASE, tuned=TUNED, other=TUNED)
    out, printed = make.ran(rows, ("tuned", "other"), **BY_TOPIC, mixtures=trained)
    arms = read(out)["single"]["by_category"]["arms"]
    assert arms["tuned"]["seen_categories"] == ["mail", "novel"]  # no question is about a blog
    seen = arms["tuned"]["seen"]["helpfulness"]
    assert (seen["n"], seen["clusters"], seen["mean"]) == (4, 4, (6 + 7 + 8 + 6) / 4)
    assert arms["tuned"]["unseen"]["helpfulness"]["mean"] == 3.5
    assert arms["other"]["seen"]["helpfulness"]["mean"] == 3.5
    assert arms["base"]["seen_categories"] == []  # an untrained arm has seen nothing
    assert arms["base"]["seen"]["helpfulness"]["n"] == 6  # pooled by what any trained arm has seen
    assert arms["base"]["unseen"] == {}  # questions without a category are on neither side
    assert "7.00 [4.44, 8.79]*" in printed
    assert line("all seen categories", printed) == (
        "all seen categories 2 to 6 3.67 [2.33, 5.54] n=6 3.50 [1.24, 8.62] n=2 6.75 [5.17, 8.06] n=4"
    )
    assert line("all questions", printed).split()[2] == "10"


def test_an_untrained_arm_is_pooled_over_the_same_questions_as_the_trained_ones(make):
    rows, trained = judged(base=BASE, tuned=TUNED, other=TUNED), {"tuned": ["novel", "mail"]}
    # of the other nothing is known
    out, printed = make.ran(rows, ("tuned", "other"), **BY_TOPIC, mixtures=trained)
    arms = read(out)["single"]["by_category"]["arms"]
    for side, name, n in (("seen", "all seen categories", 4), ("unseen", "all other categories", 2)):
        assert arms["base"][side]["helpfulness"]["n"] == arms["tuned"][side]["helpfulness"]["n"] == n
        assert arms["other"][side] is None
        assert line(name, printed).split()[3] == str(n)
        assert "n=" not in line(name, printed)
    assert "it is pooled by all that the trained arms have seen" in " ".join(printed.split())


@pytest.mark.parametrize("why", ["no row has a category", "one row has none", "a server answers"])
def test_of_an_arm_of_which_not_all_training_rows_are_known_nothing_is_said_about_what_was_seen(make, why):
    endpoint = {"server": "s", "provider": "p", "model": "m"}
    served = {"tuned": {"model": "m", "mixture": None, "baseline": "base", "endpoint": endpoint}}
    entries = served if why == "a server answers" else {}
    rows = judged(base=BASE, tuned=TUNED)
    project = make.build(rows, **BY_TOPIC, entries=entries)
    if why == "one row has none":
        project.write_mixture("tuned", ["novel"], uncategorised=1)
    out, printed = make.run(project)
    arms = read(out)["single"]["by_category"]["arms"]
    assert [arms["tuned"][name] for name in ("seen_categories", "seen", "unseen")] == [None] * 3
    assert arms["base"]["seen"] is arms["base"]["unseen"] is None  # there is nothing to compare it with
    assert "Of tuned it is not known what was seen." in " ".join(printed.split())
    assert not [row for row in printed.splitlines() if row.startswith(("all seen ", "all other "))]


def test_without_any_judge_nothing_is_claimed_all_counted_and_text_measures_told_under_their_own_names(make):
    declined = [judges.four(i, arm, 1, outcome="needs_model") for arm in ("base", "tuned") for i in range(10)]
    said = [f"Question {i} has this answer, and it is a whole sentence." for i in range(10)]
    good = {"tuned": [make.answer("tuned", i, text, 5) for i, text in enumerate(said)]}
    out, printed = make.ran(declined, **BY_TOPIC, answers=good, mixtures={"tuned": ["novel"]})
    found = read(out)
    one = found["single"]["by_category"]
    assert one["arms"]["tuned"]["criteria"] == {}
    assert one["read"]["tuned"]["questions_unscored"] == {"needs_model": 10}
    assert one["against_baseline"]["tuned"] == {"baseline": "base", "paired": {}}
    assert read(out, "accounting.json")["failed"] == {"needs_model": 20}
    assert read(out, "metrics.json") == {}
    said = (
        "10 judgments were asked for; 0 % could be read. Questions without a score: needs a judge model: 10."
    )
    assert f"tuned: {said}" in printed
    measured = found["text_measures"]
    # there is no reference and no document
    assert [one["name"] for one in measured["measures"]] == ["overlap", "length", "format"]
    own = measured["arms"]["tuned"]
    counted = {"n": 10, "clusters": 10, "mean": 1.0}
    assert own["criteria"]["overlap"] == counted | {"ci_low": None, "ci_high": None}
    assert own["categories"]["novel"]["length"]["n"] == own["seen"]["length"]["n"] == 3
    assert measured["arms"]["base"]["criteria"]["overlap"]["mean"] == 0
    assert "text measures of the answers, which need no judge" in printed
    assert "no substitute for a criterion" in " ".join(printed.split())


def test_answers_are_held_against_what_a_question_has_and_against_its_input_as_a_training_row_is(make):
    given = {"instruction": "Name the metal.", "question": "A pump of copper."}
    asked = {
        "document": {"matched_answer": "The pump is made of copper.", "context": "A pump of copper."},
        "given": given,
        "alone": {"question": "Name a copper pump."},
        "chosen": given | {"options": ["copper", "lead"]},
    }
    questions = {name: blank(Question, id=name, language="en", **own) for name, own in asked.items()}
    answers = {name: make.answer("tuned", 0, "A copper pump.", 5) for name in asked}
    values = text_values(answers, questions)
    assert values["reference"] == {"document": pytest.approx(2 * (2 / 3) / (1 + 2 / 3))}  # `made` is not said
    # neither an instruction alone nor a choice has an input
    assert values["grounding"] == {"document": 1.0, "given": 1.0}
    assert values["overlap"]["given"] == 0  # of the instruction, not of the input
    assert values["overlap"]["alone"] == pytest.approx(2 / 3)


def scored(i, arm, quality, **changes):
    values = dict.fromkeys(judges.SIX, 1) | {"overall_quality": quality}
    return judges.alone("llm_eval", i, arm, values, **changes)


def both():
    arms = {"base": judges.BASE, "tuned": judges.TUNED}
    return [scored(i, arm, quality) for arm, own in arms.items() for i, quality in enumerate(own)]


def test_means_tests_and_the_published_table_are_there(make):
    out, printed = make.ran(both(), rubrics=judges.LLM_EVAL)
    one = read(out)["single"]["llm_eval"]
    assert (one["language"], list(one["arms"])) == ("ko", ["base", "tuned"])
    quality = one["arms"]["tuned"]["criteria"]["overall_quality"]
    assert (quality["n"], quality["mean"]) == (10, pytest.approx(2.6))
    assert one["read"]["base"]["parse_rate"] == 1.0
    paired = one["against_baseline"]["tuned"]["paired"]["overall_quality"]
    assert paired["statistics"]["t_test"]["t"] == pytest.approx(-0.884651737)
    assert paired["p_holm"] == pytest.approx(0.399361359)
    assert "base" not in one["against_baseline"]
    assert one["published"]["rows"]["gpt_4"]["overall_quality"] == 4.083
    assert "published: gpt_4" in printed
    assert "2.600 [1.991, 3.298]" in printed
    # all answers are equally interesting
    paired = one["against_baseline"]["tuned"]["paired"]["interest"]
    assert paired["statistics"]["difference"]["mean"] == 0.0
    assert paired["p_holm"] is None
    assert "No test was possible" in paired["in_words"]


def test_metrics_name_the_headline_and_the_accounting_balances(make):
    rubrics = {"match": {"orders": list(make.orders)}, **judges.LLM_EVAL}
    out, _ = make.ran([*make.study(), *both()], rubrics=rubrics)
    metrics, accounts = read(out, "metrics.json"), read(out, "accounting.json")
    assert metrics["base"] == {"llm_eval_overall_quality": pytest.approx(2.2)}
    assert metrics["tuned"]["llm_eval_overall_quality"] == pytest.approx(2.6)
    assert metrics["tuned"]["difference"] == pytest.approx(0.4)  # of match, as without llm_eval
    assert (accounts["in"], accounts["kept"]) == (40, 40)
    assert "llm_eval" not in read(out)["arms"]["tuned"]["rubrics"]
    with (out / "comparison/paired/tuned.llm_eval.overall_quality.csv").open() as file:
        assert next(csv.reader(file)) == ["question_id", "cluster", "base", "tuned"]


def test_pairs_are_questions_that_both_have_a_score_for(make):
    rows = [row for row in both() if (row.arm, row.question_id) != ("base", "q03")]
    rows.append(scored(3, "base", 1, outcome="unparsed", detail="interest: expected 1 to 3, got 9"))
    out, _ = make.ran(rows, rubrics=judges.LLM_EVAL)
    one = read(out)["single"]["llm_eval"]
    assert one["against_baseline"]["tuned"]["paired"]["overall_quality"]["statistics"]["base"]["n"] == 9
    assert one["read"]["base"]["questions_unscored"] == {"unparsed": 1}
    assert read(out, "accounting.json")["failed"] == {"unparsed": 1}
