"""Arms × subsets on small exams with planted answers; every expected figure is counted by hand."""

import csv

import pytest
from judges import read

from domaintune.core.stage.errors import InputError, ParamsError

# ten questions: base and arm         both right 4, base only, arm only, neither
RIGHT = {
    "base": "1111100000",  # five right
    "english": "1111011110",  # only base 1, only english 4: p = 2 × (1 + 5) / 2⁵ = 0.375
    "korean": "1111111111",  # only korean 5: p = 2 / 2⁵ = 0.0625
    "total": "1111011000",  # only base 1, only total 2: p = 1
}
PUBLISHED = {
    "source": "Someone 2025, Table 9", "metric": "micro_f1", "average": "mean of the two subsets",
    "rows": {
        "base": {"hard": 0.3, "easy": 0.4, "average": 0.35},
        "total": {"hard": 0.2, "easy": 0.3, "average": 0.31},
        "absent": {"hard": 0.9, "easy": 0.9, "average": 0.9},
    },
    "notes": ["The average of total is odd."],
}  # fmt: skip


def exam(make, benchmarks=None, entries=None, published=PUBLISHED, **scored):
    own = {arm: make.items(arm, easy=RIGHT[arm][:6], hard=RIGHT[arm][6:]) for arm in RIGHT}
    spec = {"published": published}
    return make.examined(own | scored, benchmarks or {"exam": make.local}, spec=spec, entries=entries)


def found(out):
    return read(out)["benchmarks"]["exam"]


def by_pair(scored):
    return {(pair["a"], pair["b"]): pair for pair in scored["pairs"]}


def table(out, name):
    with (out / "comparison" / name).open() as handle:
        return list(csv.DictReader(handle))


def test_an_exam_has_its_average_and_all_its_questions_tests_corrected_within_the_family_and_the_study_s_table(
    make,
):
    out, printed = make.run(exam(make))
    (scored,) = found(out)["methods"]
    english = scored["scores"]["english"]
    easy, hard = english["subsets"]["easy"], english["subsets"]["hard"]
    assert (easy["accuracy"], hard["accuracy"]) == pytest.approx((5 / 6, 3 / 4))
    assert english["average"]["accuracy"] == pytest.approx((5 / 6 + 3 / 4) / 2)
    assert english["pooled"]["accuracy"] == pytest.approx(0.8)
    assert english["average"]["chance"] == 0.25
    below = sum((cell["accuracy"] - cell["ci_low"]) ** 2 for cell in (easy, hard)) ** 0.5 / 2
    assert english["average"]["ci_low"] == pytest.approx(19 / 24 - below)
    # the CSV files hold every figure and both names of the average
    rows = {(row["arm"], row["over"], row["subset"]): row for row in table(out, "benchmarks.csv")}
    assert len(rows) == 4 * (2 + 2)
    row = rows["total", "average", "average"]
    assert float(row["micro_f1"]) == pytest.approx((1 / 4 + 5 / 6) / 2)
    assert (row["published_metric"], row["published"], row["n"]) == ("micro_f1", "0.31", "10")
    assert float(rows["total", "all", "all"]["accuracy"]) == 0.6
    written = table(out, "benchmark_pairs.csv")
    assert (len(written), sum(pair["planned"] == "True" for pair in written)) == (6, 3)
    # without rubrics only the benchmarks are printed, and their questions accounted for
    assert printed.startswith("== Exam (exam) ==")
    accounts = read(out, "accounting.json")["benchmark_questions"]
    assert (accounts["in"], accounts["kept"]) == (40, 40)
    # arms are tested on the same questions
    pairs = by_pair(scored)
    assert len(pairs) == 6
    planned = {a: pair for (a, b), pair in pairs.items() if b == "base"}
    figures = ("only_a", "only_b", "p", "p_holm")  # of three tests: 3 × 0.0625, 2 × 0.375, 1 × 1
    assert {a: [pair[name] for name in figures] for a, pair in planned.items()} == {
        "english": [4, 1, 0.375, 0.75], "korean": [5, 0, 0.0625, 0.1875], "total": [2, 1, 1.0, 1.0],
    }  # fmt: skip
    assert planned["korean"]["detectable"] is None
    assert "Too few questions tell the two apart" in planned["korean"]["in_words"]
    assert planned["korean"]["difference"] == 0.5
    assert planned["korean"]["ci_low"] < 0.5 < planned["korean"]["ci_high"]
    # korean − total: 4 of 10 only korean, p = 2 / 2⁴ = 0.125; of all six tests 0.0625 comes first
    assert planned["korean"]["p_holm_all"] == pytest.approx(6 * 0.0625)
    other = pairs.get(("korean", "total")) or pairs[("total", "korean")]
    assert (other["p"], other["p_holm"], other["p_holm_all"]) == (0.125, None, pytest.approx(5 * 0.125))
    # the table has the study's layout with published figures beside: its arms and subsets first
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    at = lines.index("hard easy average 95 % all")
    assert lines[at + 1] == "arm n = 4 n = 6 n = 10 interval n = 10"
    assert lines[at + 2].startswith("base 0.0000 0.8333 0.4167 ")
    assert lines[at + 3] == "published: base 0.3000 0.4000 0.3500 – –"
    assert lines[at + 5] == "published: total 0.2000 0.3000 0.3100† – –"  # 0.31 lies outside 0.2 to 0.3
    assert lines[at + 6].startswith("english 0.7500 0.8333 ")
    assert "guessing 0.2500 0.2500 0.2500 – 0.2500" in lines
    assert "absent" not in printed


def test_unread_and_cut_questions_are_counted_apart_where_there_are_some_and_unread_ones_are_wrong(make):
    out, printed = make.run(exam(make, english=make.items("english", easy="1ur0t1", hard="t00t")))
    cell = found(out)["methods"][0]["scores"]["english"]["subsets"]["easy"]
    counts = ("n", "correct", "unparsed", "refused", "truncated")
    assert [cell[name] for name in counts] == [6, 3, 1, 1, 1]
    assert cell["accuracy"] == cell["micro_f1"] == 0.5
    assert cell["accuracy_parsed"] == 0.75
    rows = [line.split() for line in printed.splitlines() if line]
    assert [row[-2:] for row in rows if row[:3] == ["arm", "n", "="]] == [["unread", "cut"]]
    counted = {(row[0], *row[-2:]) for row in rows}
    assert {("base", "0", "0"), ("english", "2", "3"), ("korean", "0", "0")} < counted
    metrics = read(out, "metrics.json")
    assert {arm: own["prompts_cut"] for arm, own in metrics.items() if "prompts_cut" in own} == {"english": 3}
    assert all("cut" not in line.split() for line in make.run(exam(make), "whole")[1].splitlines())


def test_sentences_name_the_questions_the_interval_the_test_and_what_could_have_been_shown(make):
    rows = {arm: make.items(arm, easy=RIGHT[arm] * 30, hard="10" * 50) for arm in RIGHT}
    out, _ = make.run(exam(make, **rows))
    pair = by_pair(found(out)["methods"][0])[("korean", "base")]
    assert pair["in_words"].startswith(
        "On the same 400 questions of Exam, korean has 87.5 % right and base 50.0 %: +37.5 points (95 % interval +"
    )
    assert (
        "150 questions only korean has right, 0 only base. The difference is significant at the 5 % level (exact "
        "McNemar test, p < 0.001; p < 0.001 after correction for 3 tests, Holm)."
    ) in pair["in_words"]
    assert 0 < pair["detectable"] < pair["detectable_holm"] < pair["difference"]
    assert f"a difference of {100 * pair['detectable']:.1f} points in a test of its own" in pair["in_words"]


def test_the_word_significant_comes_from_holm_over_all_benchmarks(make):
    rows = {
        arm: make.items(arm, "one", all="0" * 4 + ("1" if arm == "english" else "0") * 8)
        + make.items(arm, "two", all="0" * 12)
        for arm in RIGHT
    }
    out, printed = make.run(exam(make, {"one": make.local, "two": make.local}, published=None, **rows))
    found = read(out)
    pair = by_pair(found["benchmarks"]["one"]["methods"][0])["english", "base"]
    assert pair["p"] == 2 / 2**8
    assert (pair["p_holm"], pair["tests"]) == (6 * pair["p"], 6)  # within its own benchmark 3 p = 0.023
    assert pair["p_holm_all"] == 12 * pair["p"]
    assert "The difference is significant" in pair["in_words"]
    assert "corrected for 6 tests of all benchmarks" in " ".join(printed.split())
    (row,) = [row for row in found["suite"]["arms"]["english"]["benchmarks"] if row["name"] == "one"]
    assert row["pair"]["p_holm"] == pair["p_holm"]


def test_questions_on_common_passages_are_tested_by_passage(make):
    """Six passages of four, one arm ahead on all of four of them: 16 wins of 16 are four, p = 2 / 2⁴."""
    right = dict.fromkeys(RIGHT, "0" * 24) | {"english": "1" * 16 + "0" * 8}
    rows = {arm: make.items(arm, passage=4, all=own) for arm, own in right.items()}
    out, printed = make.run(exam(make, **rows))
    scored = found(out)["methods"][0]
    pair = by_pair(scored)["english", "base"]
    assert (pair["n"], pair["clusters"], pair["p"]) == (24, 6, 0.125)
    assert pair["design_effect"] > 3
    assert "On the same 24 questions in 6 clusters of Exam" in pair["in_words"]
    assert "(exact test of signs over 6 clusters, p = 0.125" in pair["in_words"]
    cell = scored["scores"]["english"]["pooled"]
    assert (cell["n"], cell["clusters"]) == (24, 6)
    assert cell["ci_low"] < 0.25  # Wilson of 24 independent questions: 0.47
    assert "24 questions in 6 clusters" in " ".join(printed.split())


def test_metrics_are_of_the_headline_method_and_a_further_one_is_corrected_for_all_that_was_looked_at(make):
    both = make.local | {"methods": ["generation", "likelihood"]}
    rows = {
        arm: make.items(arm, easy=RIGHT[arm], hard="1111")
        + make.items(arm, method="generation", easy="0" * 10, hard="1100")
        for arm in RIGHT
    }
    out, _ = make.run(exam(make, benchmarks={"exam": both}, **rows))
    metrics = read(out, "metrics.json")
    assert metrics == {arm: {"exam": 0.25} for arm in RIGHT}
    first, further = found(out)["methods"]
    assert [first["method"], further["method"]] == ["generation", "likelihood"]
    pairs = [by_pair(scored)["korean", "base"] for scored in (first, further)]
    assert [(pair["tests"], pair["p_holm"]) for pair in pairs] == [(3, 1.0), (12, 12 * 0.0625)]


def test_judged_and_benchmark_figures_stand_together_also_under_the_same_name(make):
    rows = {arm: make.items(arm, "mean", easy="1110") for arm in ("base", "tuned")}
    out, printed = make.run(make.examined(rows, {"mean": make.local}, make.study()))
    metrics = read(out, "metrics.json")
    assert metrics["tuned"]["mean"] == 2.6
    assert metrics["tuned"]["mean_average"] == 0.75
    assert metrics["base"] == {"mean": 0.75}
    assert printed.index("t Stat") < printed.index("== Exam (mean) ==")


def test_arms_scored_on_different_questions_stop_the_run(make):
    rows = make.items("korean", easy=RIGHT["korean"][:6], hard=RIGHT["korean"][6:])
    project = exam(make, korean=rows[:-1])
    with pytest.raises(
        InputError, match=r"exam \(likelihood\)(.|\n)*base 10, english 10, korean 9(.|\n)*9 are the same"
    ):
        make.run(project)
    assert not (project.root / "out/comparison").exists()
    other_answer = rows[0].model_copy(update={"gold": "4"})
    with pytest.raises(InputError, match="different questions"):
        make.run(exam(make, korean=[other_answer, *rows[1:]]))


def test_scores_and_folders_that_params_do_not_name_and_a_missing_spec_stop_the_run(make):
    with pytest.raises(InputError, match=r"old \(likelihood\)(.|\n)*dvc repro"):
        make.run(exam(make, korean=make.items("korean", "old", easy="1")))
    project = exam(make)
    (project.root / "specs/exam.yaml").unlink()
    with pytest.raises(ParamsError, match=r"exam\.yaml: not found"):
        make.run(project)
    (project.root / "benchmarks/removed_arm").mkdir()
    with pytest.raises(InputError, match=r"removed_arm(.|\n)*dvc checkout"):
        make.run(project)


def test_lm_eval_s_own_tasks_need_no_spec(make):
    named = {
        "kind": "lm_eval", "tasks": ["kmmlu_chemistry"], "shots": 5, "max_questions": None, "metric": "acc",
        "role": "general",
    }  # fmt: skip
    rows = {arm: make.items(arm, "kmmlu", "lm_eval", kmmlu_chemistry=RIGHT[arm]) for arm in RIGHT}
    project = exam(make, benchmarks={"kmmlu": named}, **rows)
    (project.root / "specs/kmmlu.yaml").unlink()
    _, printed = make.run(project)
    assert "== kmmlu (kmmlu) ==" in printed
    assert "5 worked examples before each question" in " ".join(printed.split())


def test_an_arm_whose_server_tells_no_likelihoods_is_left_out_by_name(make):
    served = {"server": "s", "provider": "p", "model": "m"}
    arm = {"model": "m", "mixture": None, "baseline": "base", "endpoint": served}
    out, printed = make.run(exam(make, entries={"total": arm}, total=[]))
    assert found(out)["methods"][0]["not_scored"] == ["total"]
    assert "Not scored this way: total." in printed
