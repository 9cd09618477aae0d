"""Two answers side by side: both orders count together or not at all, and questions count by their clusters."""

import pytest
from judges import read

from domaintune.core.frames import read_records
from domaintune.core.stage.accounting import Reject


def of(out, rubric="match"):
    return read(out)["arms"]["tuned"]["rubrics"][rubric]


def test_one_readable_order_of_two_is_no_win(make):
    """The judge likes the first answer; every second of its replies with the baseline first cannot be read."""
    rows = [make.verdict(i, "tuned", 1, 5, "arm_first") for i in range(60)]
    rows += [make.verdict(i, "tuned", 5, 1, "baseline_first") for i in range(1, 60, 2)]
    rows += [make.lost(i, "tuned", "unparsed", "baseline_first") for i in range(0, 60, 2)]
    out, printed = make.ran(rows, n=60)
    found = of(out)
    statistics, choices = found["paired"]["matching"]["statistics"], found["choices"]
    assert (statistics["difference"]["mean"], statistics["base"]["n"]) == (0, 30)
    assert found["read"]["questions_unscored"] == {"one_order_only": 30}
    told = ("arm", "baseline", "orders_disagree", "p_sign_test")
    assert [choices[name] for name in told] == [0, 0, 30, None]
    assert read(out, "accounting.json")["failed"] == {"one_order_only": 30, "unparsed": 30}
    reasons = {row.detail for row in read_records(out / "comparison/rejects.parquet", Reject)}
    assert "there is no readable judgment with baseline_first" in reasons
    assert found["read"]["orders"]["baseline_first"] == {"asked": 60, "read": 30}
    assert "arm first 60 of 60, baseline first 30 of 60. Questions without a score: read in one" in printed
    assert "on 30 the verdict changed with the order of the answers" in printed


@pytest.mark.parametrize(
    ("scores", "imputed", "worst", "told"),
    [
        # of the one lost order: baseline 5, arm 1
        ((2, 4), 2, (9 * 2 + 4 + (2 - 4) / 2) / 10, "the arm's at the lowest, the baseline's at the highest"),
        ((4, 2), 4, (-14 + 4) / 10, "the arm's at the highest, the baseline's at the lowest"),
    ],
)
def test_lost_scores_are_shown_at_their_worst_for_the_result(make, scores, imputed, worst, told):
    base, arm = scores
    rows = [row for i in range(9) for row in make.both_orders(i, "tuned", base, arm + i % 2)]
    rows += [make.lost(9, "tuned", "unparsed", order) for order in make.orders[: imputed // 2]]
    rows += [make.verdict(9, "tuned", base, arm, order) for order in make.orders[imputed // 2 :]]
    out, printed = make.ran(rows)
    found = of(out)["paired"]["matching"]["worst_case"]
    assert found["difference"] == pytest.approx(worst)
    assert (found["questions"], found["imputed"]) == (10, imputed)
    assert f"{told}), the difference on 10 questions" in printed


def test_questions_on_one_document_are_one_unit_of_every_test_and_interval(make):
    rows = [row for i in range(40) for row in make.both_orders(i, "tuned", 2, 4 if i < 32 else 1)]
    rows += [make.likeness(i, "tuned", 1 + i // 4, "tuned" if i < 8 else "nothing") for i in range(12)]
    out, printed = make.ran(rows, n=40, clusters={i: f"d{i // 4}" for i in range(40)})
    independent, _ = make.run(make.build(rows, n=40), "alone")
    found, alone = of(out), of(independent)
    statistics = found["paired"]["matching"]["statistics"]
    assert (statistics["base"]["n"], statistics["clusters"]) == (40, 10)
    assert statistics["t_test"]["df"] == 9
    assert statistics["wilcoxon"]["p_two_tail"] is None
    assert "share a cluster" in statistics["missing"]["wilcoxon"]
    each = alone["paired"]["matching"]["statistics"]
    assert statistics["t_test"]["p_two_tail"] > 100 * each["t_test"]["p_two_tail"]
    assert statistics["power"]["detectable_d_z"] > each["power"]["detectable_d_z"]
    assert found["choices"]["p_sign_test"] == pytest.approx(2 * (1 + 10 + 45) / 2**10)  # 8 documents of 10
    assert alone["choices"]["p_sign_test"] < 0.001
    assert "On 40 questions in 10 clusters from" in printed
    assert read(out, "metrics.json")["tuned"]["clusters"] == 10
    likeness = [of(each, "similarity")["likeness"]["missions"] for each in (out, independent)]
    assert (likeness[0]["n"], likeness[0]["clusters"]) == (12, 3)
    wide, narrow = (one["ci_high"] - one["ci_low"] for one in likeness)
    assert wide > 2.9 * narrow
    specific = of(out, "similarity")["more_specific"]["missions"]
    assert (specific["arm"], specific["baseline"], specific["nothing"]) == (8, 0, 4)


def test_a_question_that_one_arm_did_not_answer_is_told_and_taken_at_its_worst(make):
    rows = [row for i in range(5) for row in make.both_orders(i, "tuned", 2, 3 + i % 2)]
    answers = {"tuned": [make.answer("tuned", i, "words", 3) for i in range(5)]}
    out, text = make.ran(rows, answers=answers)
    one = of(out)["paired"]["matching"]
    assert one["statistics"]["base"]["n"] == 5
    assert (one["worst_case"]["questions"], one["worst_case"]["imputed"]) == (10, 20)
    assert one["worst_case"]["difference"] == pytest.approx((1 * 3 + 2 * 2 - 4 * 5) / 10)
    assert "Questions without a score: not judged: 5" in text
