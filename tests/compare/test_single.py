"""Rubrics of single answers: means of every arm, tests against the baseline, what was published beside."""

import csv

import judges
import pytest
from judges import read


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
