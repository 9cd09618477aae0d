"""All benchmarks together: the average difference, the verdict on forgetting, and what a study published."""

import csv

import pytest
from judges import read

from domaintune.science.evidence.non_inferiority import Bounds, average_interval


def suite(make, outcomes, roles, compare=None, **own):
    """Run compare on benchmarks given as {name: (base, tuned)} with their roles."""
    roles = dict.fromkeys(outcomes, roles) if isinstance(roles, str) else roles
    scored = {
        arm: [row for name, both in outcomes.items() for row in make.items(arm, name, **own, all=both[i])]
        for i, arm in enumerate(("base", "tuned"))
    }
    benchmarks = {name: make.local | {"role": roles[name]} for name in outcomes}
    out, printed = make.run(make.examined(scored, benchmarks, compare=make.compare | (compare or {})))
    return read(out)["suite"], " ".join(printed.split()), out


def outcomes(both, only_base, only_tuned, neither):
    rest = "1" * both, "0" * neither
    base = rest[0] + "1" * only_base + "0" * only_tuned + rest[1]
    return base, rest[0] + "0" * only_base + "1" * only_tuned + rest[1]


def test_the_average_counts_each_benchmark_alike_whatever_its_size(make):
    both = {"large": outcomes(100, 0, 40, 60), "small": outcomes(10, 2, 0, 8)}
    found, printed, out = suite(make, both, "target")
    tuned = found["arms"]["tuned"]
    assert tuned["average"]["difference"] == pytest.approx((0.2 - 0.1) / 2)
    rows = {row["name"]: row["pair"] for row in tuned["benchmarks"]}
    joined = average_interval([Bounds(r["difference"], r["ci_low"], r["ci_high"]) for r in rows.values()])
    assert (tuned["average"]["ci_low"], tuned["average"]["ci_high"]) == (joined.low, joined.high)
    assert rows["large"]["p_holm"] == pytest.approx(2 * rows["large"]["p"])
    assert tuned["roles"] == {}
    assert "On average over the 2 benchmarks (220 questions), tuned has 60.00 % right" in printed
    assert read(out, "metrics.json")["tuned"]["benchmarks_difference"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("counts", "margin", "verdict", "words"),
    [
        (outcomes(1000, 20, 20, 960), 0.02, "kept", "A loss as large as the margin is ruled out"),
        (outcomes(900, 200, 20, 880), 0.02, "lost", "A loss beyond the margin is shown on kobest"),
        (outcomes(40, 6, 5, 49), 0.02, "undecided", "questions would have been needed"),
        # no difference seen, and none shown
        (outcomes(50, 0, 0, 50), 0.02, "undecided", "neither shown nor ruled out"),
        (outcomes(400, 30, 20, 350), 0.02, "undecided", "the margin is 2 points"),
        (outcomes(400, 30, 20, 350), 0.05, "kept", "the margin is 5 points"),
    ],
)
def test_the_verdict_is_about_what_was_shown_within_the_margin(make, counts, margin, verdict, words):
    found, printed, out = suite(make, {"kobest": counts}, "general", {"forgetting_margin": margin})
    role = found["arms"]["tuned"]["roles"]["general"]
    assert (role["verdict"], role["benchmarks"]) == (verdict, ["kobest"])
    assert words in printed
    assert read(out, "metrics.json")["tuned"]["forgetting_general"] == verdict
    (row,) = found["arms"]["tuned"]["benchmarks"]
    assert row["forgetting"]["verdict"] == verdict


def test_each_number_of_questions_needed_says_what_it_is_of(make):
    """The table's is of one benchmark alone, uncorrected; the sentence's of the corrected verdict over all of them."""
    both = {"a": outcomes(40, 6, 5, 49), "b": outcomes(50, 8, 8, 34)}
    found, printed, _ = suite(make, both, "general")
    tuned = found["arms"]["tuned"]
    alone = {row["name"]: row["forgetting"]["needed"] for row in tuned["benchmarks"]}
    together = tuned["roles"]["general"]["needed"]
    assert set(alone.values()).isdisjoint(together.values())
    said = ", ".join(f"{name} {n:,}" for name, n in together.items())
    assert f"for this verdict {said} questions would have been needed" in printed


def test_a_loss_on_one_benchmark_is_not_hidden_by_gains_on_the_others(make):
    gained, lost = outcomes(500, 0, 300, 200), outcomes(500, 200, 0, 300)
    found, printed, _ = suite(make, {"copa": gained, "boolq": lost}, "general")
    role = found["arms"]["tuned"]["roles"]["general"]
    assert role["low"] > 0
    assert (role["verdict"], role["lost"]) == ("lost", ["boolq"])
    assert "Forgetting, general benchmarks: lost." in printed


def test_the_average_and_the_benchmarks_share_the_level_at_which_a_loss_is_shown(make):
    """Both at 5 % called 8 % of losses as large as the margin a larger one."""
    both = {"a": outcomes(900, 40, 5, 55), "b": outcomes(900, 20, 20, 60)}
    found, _, _ = suite(make, both, "general")
    role = found["arms"]["tuned"]["roles"]["general"]
    (row,) = [row["forgetting"] for row in found["arms"]["tuned"]["benchmarks"] if row["name"] == "a"]
    assert row["p_lost_holm"] < role["p_lost"] == 2 * row["p_lost_holm"]


def test_general_science_and_target_are_judged_apart_and_corrected_together(make):
    same = outcomes(1000, 20, 20, 960)
    both = {"a": same, "b": outcomes(900, 200, 20, 880), "c": same}
    found, printed, out = suite(make, both, {"a": "general", "b": "target", "c": "science"})
    roles = found["arms"]["tuned"]["roles"]
    assert {role: (one["verdict"], one["benchmarks"]) for role, one in roles.items()} == {
        "general": ("kept", ["a"]), "science": ("kept", ["c"]),
    }  # fmt: skip
    for role in roles.values():
        assert (role["p_kept_holm"], role["tests"]) == (2 * role["p_kept"], 2)
    assert "corrected by Holm for 2 such verdicts" in printed
    rows = list(csv.DictReader((out / "comparison/benchmark_suite.csv").open()))
    assert {row["name"]: row["verdict"] for row in rows} == {"a": "kept", "b": "", "c": "kept"}


def test_constant_answers_are_named_beside_the_verdict(make):
    first = "10" * 200  # of two options: the first is right on every other question, and always chosen
    found, printed, _ = suite(make, {"a": (first, first)}, "general", options=2)
    assert found["arms"]["tuned"]["roles"]["general"]["constant"] == ["base", "tuned"]
    assert "base and tuned chose nearly always the same option on some of them" in printed


def test_what_a_study_published_stands_apart_with_what_cannot_be_run(make):
    _, printed, _ = suite(make, {"a": outcomes(50, 5, 5, 40)}, "general", {"suite": "koni"})
    for said in (
        "average of all benchmarks 56.08 57.16 +1.08",
        "arc_challenge – – +2.52",
        "Published, not measured here: Jeong",
        "Not available: scholar: the study gives no source",
        "Not available: aidabench:",
    ):
        assert said in printed
