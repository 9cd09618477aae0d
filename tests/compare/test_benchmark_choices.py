"""What was chosen: favourite options, the best constant answer, published figures beside, and cyclic orders of options."""

import csv

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

GOLD = {"hard": "3333312", "easy": "1243"}  # ③ six of eleven, five of seven, one of four
PUBLISHED = {
    "source": "Someone 2025, Table 9", "metric": "micro_f1", "average": "mean of the subsets",
    "rows": {"base": {"hard": 0.3, "easy": 0.4, "average": 0.35, "professional": 0.3}}, "notes": [],
}  # fmt: skip
ALWAYS_3 = {"hard": "3" * 7, "easy": "3" * 4}
MIXED = {"hard": "12341ur", "easy": "1234"}
KEEPS = ("1111", "1111", "2222", "1112")
BY_PLACE = ("1234", "1234", "1234", "1234")  # always the first place shown


def item(arm, name, subset, gold, chosen, **own):
    """Return an item; `chosen`: an option, u unparsed, r refused."""
    outcome = {"u": "unparsed", "r": "refused"}.get(chosen, "correct" if gold == chosen else "wrong")
    return blank(
        BenchmarkItem, arm=arm, benchmark="exam", question_id=name, cluster=name, subset=subset, gold=gold,
        choice=chosen if chosen.isdigit() else "", outcome=outcome, **own,
    )  # fmt: skip


def rows(arm, chosen):
    """Return an arm's items, a character each."""
    return [
        item(arm, f"{subset}{i}", subset, right, choice, options=4)
        for subset, gold in GOLD.items()
        for i, (right, choice) in enumerate(zip(gold, chosen[subset], strict=True))
    ]


def orders(arm, *questions):
    """Return an arm's items; a string a question: the option chosen in each order, as given; 1 is right."""
    return [
        item(arm, f"q{i}", "s", "1", choice, options=len(chosen), rotation=by)
        for i, chosen in enumerate(questions)
        for by, choice in enumerate(chosen)
    ]


def study(make, base, tuned, published=None, **changes):
    project = make.examined(
        {"base": base, "tuned": tuned}, {"exam": make.local | changes}, spec={"published": published}
    )
    out, printed = make.run(project)
    return out, " ".join(printed.split()), read(out)["benchmarks"]["exam"]


def cyclic(make, base, tuned, role="target"):
    return study(make, base, tuned, cyclic=True, shots=2, shots_from=["d"], role=role)


def test_choices_are_counted_and_an_arm_that_always_names_one_option_is_said_to_be_a_constant_answer(make):
    out, printed, found = study(make, rows("base", MIXED), rows("tuned", ALWAYS_3))
    (scored,) = found["methods"]
    base = scored["scores"]["base"]["pooled"]
    assert base["choices"] == {"1": 3, "2": 2, "3": 2, "4": 2, "unparsed": 1, "refused": 1}
    assert (base["most_chosen"], base["most_chosen_share"]) == ("1", 3 / 11)
    with (out / "comparison/benchmarks.csv").open() as handle:
        table = {(row["arm"], row["subset"]): row for row in csv.DictReader(handle)}
    assert (table["tuned", "easy"]["most_chosen"], table["tuned", "all"]["most_chosen_share"]) == ("3", "1.0")
    assert table["tuned", "average"]["most_chosen"] == ""
    assert "Chosen most often, of all questions: base ① 27.3 %, tuned ③ 100.0 %." in printed
    best = scored["constant"]
    assert (best["option"], best["right"]) == ("3", {"1": 2, "2": 2, "3": 6, "4": 1})
    assert best["scores"]["pooled"]["accuracy"] == 6 / 11
    assert best["scores"]["average"]["accuracy"] == pytest.approx((5 / 7 + 1 / 4) / 2)
    assert "constant ③ 0.2500 0.7143 0.4821 – 0.5455" in printed
    assert best["scores"] == scored["scores"]["tuned"]
    (said,) = scored["constant_arms"].values()
    assert said.startswith(
        "tuned chose ③ on 100.0 % of the questions: its score is that of a constant answer"
    )
    assert said in printed
    assert scored["pairs"][0]["in_words"].endswith(said)


def test_below_nine_of_ten_nothing_is_said_and_published_figures_of_other_subsets_are_left_out(make):
    unread, nearly = {"hard": "u" * 7, "easy": "r" * 4}, {"hard": "3333333", "easy": "3312"}  # nine of eleven
    out, printed, found = study(make, rows("base", unread), rows("tuned", nearly), PUBLISHED)
    assert found["methods"][0]["constant_arms"] == {}
    assert "constant answer, so that" not in printed
    assert found["methods"][0]["scores"]["base"]["pooled"]["most_chosen"] is None
    assert "base none, tuned ③" in printed
    assert found["published"] is None
    assert "published: " not in printed
    assert (
        "Published figures are not shown: the published table has other subsets (easy, hard, professional) than "
        "these questions (easy, hard)."
    ) in printed
    with (out / "comparison/benchmarks.csv").open() as handle:
        assert {row["published"] for row in csv.DictReader(handle)} == {""}


def test_of_cyclic_orders_each_question_counts_alike_and_an_unread_order_keeps_nothing():
    found = over_orders(orders("a", "1111", "222", "uuu", "11u"))
    assert found.accuracy == pytest.approx((1 + 0 + 0 + 2 / 3) / 4)
    assert (found.consistency, found.circular) == (2 / 4, 1 / 4)


def test_tables_sentences_and_the_suite_count_questions_not_how_often_they_were_asked(make):
    out, printed, found = cyclic(make, orders("base", *BY_PLACE), orders("tuned", *KEEPS), "general")
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
    suite = read(out)["suite"]["arms"]["tuned"]
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
        cyclic(make, base, [one for one in tuned if one.rotation != 3])
    with pytest.raises(InputError, match="more than once"):
        cyclic(make, base, [one.model_copy(update={"rotation": 0}) for one in tuned])
