"""Means by category: seen and unseen apart for each arm, published numbers beside, text measures under their own names."""

import json

import judges
import pytest

from domaintune.compare.single import text_values
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.question import Answer, Question

FOUR = ["accuracy", "helpfulness", "level_of_detail", "relevance"]
ONLY = {"by_category": {"language": "ko"}}
TOPICS = {0: "novel", 1: "novel", 2: "novel", 3: "poem", 4: "poem", 5: "mail"}
BASE = [3, 4, 5, 2, 2, 6, 5, 5, 5, 5]
TUNED = [6, 7, 8, 3, 4, 6, 6, 6, 6, 6]


def judged(**arms):
    return [
        judges.alone("by_category", i, arm, {name: value + (name == "accuracy") for name in FOUR})
        for arm, values in arms.items()
        for i, value in enumerate(values)
    ]


def statistics(out):
    return json.loads((out / "comparison/comparison.json").read_text())


def test_the_mean_of_the_criteria_stands_beside_them_and_is_the_headline(make):
    out, _ = make.run(make.build(judged(base=BASE, tuned=TUNED), rubrics=ONLY, categories=TOPICS))
    one = statistics(out)["single"]["by_category"]
    assert [c["name"] for c in one["criteria"]] == [
        "helpfulness",
        "relevance",
        "accuracy",
        "level_of_detail",
        "mean",
    ]
    assert one["arms"]["tuned"]["criteria"]["helpfulness"]["mean"] == 5.8
    assert one["arms"]["tuned"]["criteria"]["mean"]["mean"] == pytest.approx(6.05)  # accuracy is 1 higher
    assert json.loads((out / "metrics.json").read_text())["tuned"] == {
        "by_category_mean": pytest.approx(6.05)
    }
    assert one["against_baseline"]["tuned"]["paired"]["mean"]["statistics"]["difference"][
        "mean"
    ] == pytest.approx(1.6)


def test_seen_and_unseen_are_told_for_each_arm_by_its_own_training_rows(make):
    project = make.build(
        judged(base=BASE, tuned=TUNED, other=TUNED), ("tuned", "other"), rubrics=ONLY, categories=TOPICS
    )
    project.write_mixture("tuned", ["novel", "mail", "blog"])
    project.write_mixture("other", ["poem"])
    out, printed = make.run(project)
    arms = statistics(out)["single"]["by_category"]["arms"]
    assert arms["tuned"]["seen_categories"] == ["mail", "novel"]  # no question is about a blog
    assert arms["tuned"]["seen"]["helpfulness"] | {"ci_low": 0, "ci_high": 0} == {
        "n": 4, "clusters": 4, "mean": (6 + 7 + 8 + 6) / 4, "ci_low": 0, "ci_high": 0,
    }  # fmt: skip
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


def test_no_interval_of_a_mean_leaves_the_scale(make):
    values = [9, 9, 9, 9, 9, 9, 9, 9, 8, 9]  # and one more in accuracy
    out, _ = make.run(make.build(judged(base=BASE, tuned=values), rubrics=ONLY, categories=TOPICS))
    found = statistics(out)["single"]["by_category"]["arms"]["tuned"]["criteria"]["accuracy"]
    assert 1 <= found["ci_low"] < found["mean"] == 9.9 < found["ci_high"] <= 10
    for arm in statistics(out)["text_measures"]["arms"].values():
        for means in (arm["criteria"], *arm["categories"].values()):
            assert all(
                one["ci_low"] is None or 0 <= one["ci_low"] <= one["ci_high"] <= 1 for one in means.values()
            )


def line(name, printed):
    """Return the row of that name of one criterion's table."""
    table = printed.partition("Helpfulness by category")[2]
    return next(" ".join(row.split()) for row in table.splitlines() if row.startswith(f"{name} "))


def test_an_untrained_arm_is_pooled_over_the_same_questions_as_the_trained_ones(make):
    project = make.build(
        judged(base=BASE, tuned=TUNED, other=TUNED), ("tuned", "other"), rubrics=ONLY, categories=TOPICS
    )
    project.write_mixture("tuned", ["novel", "mail"])
    out, printed = make.run(project)  # of the other nothing is known
    arms = statistics(out)["single"]["by_category"]["arms"]
    for side, name, n in (("seen", "all seen categories", 4), ("unseen", "all other categories", 2)):
        assert arms["base"][side]["helpfulness"]["n"] == arms["tuned"][side]["helpfulness"]["n"] == n
        assert arms["other"][side] is None
        assert line(name, printed).split()[3] == str(n)
        assert "n=" not in line(name, printed)
    assert "it is pooled by all that the trained arms have seen" in " ".join(printed.split())


def test_of_an_arm_whose_rows_carry_no_category_nothing_is_said_about_what_was_seen(make):
    out, printed = make.run(make.build(judged(base=BASE, tuned=TUNED), rubrics=ONLY, categories=TOPICS))
    arms = statistics(out)["single"]["by_category"]["arms"]
    one = arms["tuned"]
    assert (one["seen_categories"], one["seen"], one["unseen"]) == (None, None, None)
    assert (arms["base"]["seen"], arms["base"]["unseen"]) == (
        None,
        None,
    )  # there is nothing to compare it with
    assert "Of tuned it is not known what was seen." in " ".join(printed.split())
    assert not [row for row in printed.splitlines() if row.startswith(("all seen ", "all other "))]


@pytest.mark.parametrize("served", [False, True])
def test_a_training_row_without_a_category_and_a_served_arm_leave_open_what_was_seen(make, served):
    endpoint = {"server": "s", "provider": "p", "model": "m"}
    entry = {"model": "m", "mixture": None, "baseline": "base", "endpoint": endpoint}
    project = make.build(
        judged(base=BASE, tuned=TUNED),
        rubrics=ONLY,
        categories=TOPICS,
        entries={"tuned": entry} if served else {},
    )
    if not served:
        project.write_mixture("tuned", ["novel"], uncategorised=1)
    out, _ = make.run(project)
    assert statistics(out)["single"]["by_category"]["arms"]["tuned"]["seen_categories"] is None


def test_published_numbers_of_a_category_are_shown_as_published_and_never_mixed_in(make):
    out, printed = make.run(make.build(judged(base=BASE, tuned=TUNED), rubrics=ONLY, categories=TOPICS))
    one = statistics(out)["single"]["by_category"]
    assert one["published_categories"]["rows"]["novel"] == {"without grades": 4.547, "with grades": 6.286}
    novel = next(line for line in printed.splitlines() if line.startswith("novel") and "6.286" in line)
    assert "4.547" in novel
    scenario = next(line for line in printed.splitlines() if line.startswith("scenario") and "5.795" in line)
    assert "[" not in scenario  # nothing of ours was asked in that category
    assert "Not measured here" in " ".join(printed.split())


def test_a_criterion_without_categories_of_its_own_or_published_ones_has_no_table(make):
    _, printed = make.run(make.build(judged(base=BASE, tuned=TUNED), rubrics=ONLY))
    assert "Mean of all by category" in printed  # published
    assert "Helpfulness by category" not in printed


def test_text_measures_are_told_without_any_judge_and_under_their_own_names(make):
    declined = [
        row.model_copy(update={"outcome": "needs_model", "scores": []})
        for row in judged(base=BASE, tuned=TUNED)
    ]
    good = [
        make.answer("tuned", i, f"Question {i} has this answer, and it is a whole sentence.", 5)
        for i in range(10)
    ]
    project = make.build(declined, rubrics=ONLY, categories=TOPICS, answers={"tuned": good})
    project.write_mixture("tuned", ["novel"])
    out, printed = make.run(project)
    found = statistics(out)
    assert found["single"]["by_category"]["arms"]["tuned"]["criteria"] == {}
    measured = found["text_measures"]
    assert [one["name"] for one in measured["measures"]] == [
        "overlap",
        "length",
        "format",
    ]  # no reference, no document
    own = measured["arms"]["tuned"]
    assert own["criteria"]["overlap"] == {
        "n": 10, "clusters": 10, "mean": 1.0, "ci_low": None, "ci_high": None,
    }  # fmt: skip
    assert own["categories"]["novel"]["length"]["n"] == own["seen"]["length"]["n"] == 3
    assert measured["arms"]["base"]["criteria"]["overlap"]["mean"] == 0
    assert "text measures of the answers, which need no judge" in printed
    assert "no substitute for a criterion" in " ".join(printed.split())


def test_a_reference_answer_and_a_document_are_measured_where_a_question_has_one(make):
    project = make.build(judged(base=BASE, tuned=TUNED), rubrics=ONLY)
    rows = read_records(project.questions, Question)
    changed = {
        "matched_answer": "The pump is made of copper.",
        "context": "A pump of copper.",
        "language": "en",
    }
    write_records(project.questions, Question, [rows[0].model_copy(update=changed), *rows[1:]])
    texts = [make.answer("tuned", i, "A copper pump.", 5) for i in range(10)]
    write_records(project.answers / "tuned/answers.parquet", Answer, texts, ["question_id"])
    out, _ = make.run(project)
    own = statistics(out)["text_measures"]["arms"]["tuned"]["criteria"]
    assert own["reference"]["n"] == own["grounding"]["n"] == 1
    assert own["grounding"]["mean"] == 1
    assert own["reference"]["mean"] == pytest.approx(2 * 1 * (2 / 3) / (1 + 2 / 3))  # `made` is not said


def test_a_row_of_a_set_is_grounded_in_its_input_as_a_training_row_is(make):
    project = make.build(judged(base=BASE, tuned=TUNED), rubrics=ONLY)
    rows = read_records(project.questions, Question)
    given = {"instruction": "Name the metal.", "question": "A pump of copper.", "language": "en"}
    alone = {"question": "Name a copper pump.", "language": "en"}
    chosen = given | {"options": ["copper", "lead"]}
    changed = [row.model_copy(update=new) for row, new in zip(rows, (given, alone, chosen), strict=False)]
    write_records(project.questions, Question, [*changed, *rows[3:]])
    texts = [make.answer("tuned", i, "A copper pump.", 5) for i in range(10)]
    write_records(project.answers / "tuned/answers.parquet", Answer, texts, ["question_id"])
    rows = {row.id: row for row in read_records(project.questions, Question)}
    values = text_values({row.question_id: row for row in texts}, rows)
    assert values["grounding"] == {"q00": 1.0}  # neither an instruction alone nor a choice has an input
    assert values["overlap"]["q00"] == 0  # of the instruction, not of the input
    assert values["overlap"]["q01"] == pytest.approx(2 / 3)
