"""Cyclic orders of the options: one question stays one, and keeping an option is told from being right."""

import pytest
from judges import read
from pydantic import TypeAdapter
from records import blank

from domaintune.compare.benchmarks.results import table_of
from domaintune.compare.benchmarks.scores import over_orders
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.stage.errors import InputError
from domaintune.science.comparison.benchmarked import PairOfArms
from domaintune.science.evidence.non_inferiority import questions_needed


def orders(arm, *questions):
    """Return an arm's items; a string a question: the option chosen in each order, as given; 1 is right."""
    return [
        blank(
            BenchmarkItem, arm=arm, benchmark="exam", question_id=f"q{i}", rotation=by, cluster=f"q{i}", subset="s",
            options=len(chosen), gold="1", choice=choice if choice != "u" else "",
            outcome={"1": "correct", "u": "unparsed"}.get(choice, "wrong"),
        )
        for i, chosen in enumerate(questions)
        for by, choice in enumerate(chosen)
    ]  # fmt: skip


KEEPS = ("1111", "1111", "2222", "1112")
BY_PLACE = ("1234", "1234", "1234", "1234")  # always the first place shown


def test_each_question_counts_alike_and_an_unread_order_keeps_nothing():
    found = over_orders(orders("a", "1111", "222", "uuu", "11u"))
    assert found.accuracy == pytest.approx((1 + 0 + 0 + 2 / 3) / 4)
    assert (found.consistency, found.circular) == (2 / 4, 1 / 4)


def study(make, base, tuned, role="target"):
    project = make.build(
        [], rubrics={},
        benchmarks={"exam": make.local | {"cyclic": True, "shots": 2, "shots_from": ["d"], "role": role}},
    )  # fmt: skip
    project.write_spec("exam")
    project.write_items("base", base)
    project.write_items("tuned", tuned)
    out, printed = make.run(project)
    found = read(out)
    return found["benchmarks"]["exam"] | {"suite": found["suite"]["arms"]["tuned"]}, " ".join(printed.split())


def test_the_table_says_how_many_questions_there_were_and_what_was_kept(make):
    found, printed = study(make, orders("base", *BY_PLACE), orders("tuned", *KEEPS))
    (scored,) = found["methods"]
    assert scored["questions"] == 4
    assert scored["scores"]["tuned"]["pooled"]["accuracy"] == scored["orders"]["tuned"]["accuracy"] == 11 / 16
    assert "2 worked examples before each, in every cyclic order of the options" in found["how"]
    assert "base 0.2500 0.0000 0.0000 ① 100.0 %" in printed
    assert "tuned 0.6875 0.7500 0.5000 ③ 31.2 %" in printed
    assert "Over every cyclic order of the options: 4 questions, asked 16 times" in printed
    (pair,) = scored["pairs"]
    assert (pair["questions"], pair["clusters"], pair["n"]) == (4, 4, 16)
    assert "On the same 4 questions, asked 16 times of Exam" in pair["in_words"]
    assert pair["p"] >= 2 * 0.5**4  # the smallest p that four questions can give


def test_the_suite_counts_and_plans_questions_not_how_often_they_were_asked(make):
    found, printed = study(make, orders("base", *BY_PLACE), orders("tuned", *KEEPS), "general")
    suite, (pair,) = found["suite"], found["methods"][0]["pairs"]
    assert suite["average"]["questions"] == suite["roles"]["general"]["questions"] == 4
    assert "over the one benchmark (4 questions)" in printed
    counts = table_of(TypeAdapter(PairOfArms).validate_python(pair))._replace(asked=1.0)
    (asked,) = questions_needed([counts], 0.02, alpha=0.05, power=0.8)
    needed = suite["benchmarks"][0]["forgetting"]["needed"]
    assert 0 <= 4 * needed - asked < 4
    assert f"exam {needed:,} questions would have been needed" in printed


def test_arms_that_were_asked_other_orders_cannot_be_compared(make):
    base, tuned = orders("base", *BY_PLACE), orders("tuned", *KEEPS)
    with pytest.raises(InputError, match="scored on different questions"):
        study(make, base, [one for one in tuned if one.rotation != 3])
    with pytest.raises(InputError, match="more than once"):
        study(make, base, [one.model_copy(update={"rotation": 0}) for one in tuned])
