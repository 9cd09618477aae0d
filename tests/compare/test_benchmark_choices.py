"""What was chosen: favourite options, the best constant answer, and when published figures stand beside."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judges import read
from records import blank

from domaintune.compare.benchmarks.scores import choices, mark
from domaintune.core.records.question import BenchmarkItem

GOLD = {"hard": "3333312", "easy": "1243"}  # ③ six of eleven, five of seven, one of four
PUBLISHED = {
    "source": "Someone 2025, Table 9", "metric": "micro_f1", "average": "mean of the subsets",
    "rows": {"base": {"hard": 0.3, "easy": 0.4, "average": 0.35}}, "notes": [],
}  # fmt: skip


def rows(arm, chosen):
    """Return an arm's items; a character each: the chosen option, u unparsed, r refused."""
    found = []
    for subset, gold in GOLD.items():
        for i, (right, choice) in enumerate(zip(gold, chosen[subset], strict=True)):
            outcome = {"u": "unparsed", "r": "refused"}.get(choice, "correct" if right == choice else "wrong")
            found.append(blank(
                BenchmarkItem, arm=arm, benchmark="exam", question_id=f"{subset}{i}", cluster=f"{subset}{i}",
                subset=subset, options=4, gold=right, choice=choice if choice.isdigit() else "", outcome=outcome,
            ))  # fmt: skip
    return found


def study(make, base, tuned, published=None):
    project = make.build([], rubrics={}, benchmarks={"exam": make.local})
    project.write_spec("exam", published=published)
    project.write_items("base", rows("base", base))
    project.write_items("tuned", rows("tuned", tuned))
    out, printed = make.run(project)
    statistics = read(out)["benchmarks"]["exam"]
    return out, " ".join(printed.split()), statistics


ALWAYS_3 = {"hard": "3" * 7, "easy": "3" * 4}
MIXED = {"hard": "12341ur", "easy": "1234"}


def test_choices_are_counted_and_an_arm_that_always_names_one_option_is_said_to_be_a_constant_answer(make):
    out, printed, found = study(make, MIXED, ALWAYS_3)
    cells = {arm: one["pooled"] for arm, one in found["methods"][0]["scores"].items()}
    assert cells["base"]["choices"] == {"1": 3, "2": 2, "3": 2, "4": 2, "unparsed": 1, "refused": 1}
    assert (cells["base"]["most_chosen"], cells["base"]["most_chosen_share"]) == ("1", 3 / 11)
    with (out / "comparison/benchmarks.csv").open() as handle:
        table = {(row["arm"], row["subset"]): row for row in csv.DictReader(handle)}
    assert (table["tuned", "easy"]["most_chosen"], table["tuned", "all"]["most_chosen_share"]) == ("3", "1.0")
    assert table["tuned", "average"]["most_chosen"] == ""
    assert "Chosen most often, of all questions: base ① 27.3 %, tuned ③ 100.0 %." in printed
    best = found["methods"][0]["constant"]
    assert (best["option"], best["right"]) == ("3", {"1": 2, "2": 2, "3": 6, "4": 1})
    assert best["scores"]["pooled"]["accuracy"] == 6 / 11
    assert best["scores"]["average"]["accuracy"] == pytest.approx((5 / 7 + 1 / 4) / 2)
    assert "constant ③ 0.2500 0.7143 0.4821 – 0.5455" in printed
    assert best["scores"] == found["methods"][0]["scores"]["tuned"]
    (said,) = found["methods"][0]["constant_arms"].values()
    assert said.startswith(
        "tuned chose ③ on 100.0 % of the questions: its score is that of a constant answer"
    )
    assert said in printed
    assert found["methods"][0]["pairs"][0]["in_words"].endswith(said)


def test_below_nine_of_ten_nothing_is_said_and_published_figures_of_other_subsets_are_left_out(make):
    more = PUBLISHED | {"rows": {"base": PUBLISHED["rows"]["base"] | {"professional": 0.3}}}
    nearly = {"hard": "3333333", "easy": "3312"}  # nine of eleven
    out, printed, found = study(make, {"hard": "u" * 7, "easy": "r" * 4}, nearly, more)
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


@given(st.lists(st.sampled_from("1234ur"), min_size=11, max_size=11))
def test_every_question_is_counted_once(chosen):
    text = "".join(chosen)
    counts, _, share = choices(rows("a", {"hard": text[:7], "easy": text[7:]}))
    assert sum(counts.values()) == 11
    assert (share or 0) == max(text.count(option) for option in "1234") / 11


def test_options_are_marked_by_their_number():
    assert [mark(option) for option in ("1", "5", "20", "21")] == ["①", "⑤", "⑳", "㉑"]
