"""The stage on small files: what it writes, what it counts, what it refuses; and what is read back of it."""

import csv
import json

import pytest
from judges import read

from domaintune.cli.stats import read_columns
from domaintune.core.frames import read_records
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError
from domaintune.science.comparison.tree import as_json, read_comparison

SERVED = {"server": "lab", "provider": "lab", "model": "large"}


@pytest.mark.parametrize(
    ("context", "asked"),
    [
        ("A document.", "documents the tuned arms were trained on, asked without the document (recall)"),
        ("", "rows of sets the tuned arms were trained on, asked as they stand (recall)"),
    ],
)
def test_the_studys_scores_give_the_studys_tables(make, context, asked):
    out, printed = make.ran(make.study(), context=context)
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert "t Stat -0.884651737" in lines
    assert "P(T<=t) two-tail 0.399361359" in lines
    metrics = read(out, "metrics.json")["tuned"]
    assert (metrics["mean_baseline"], metrics["mean"], metrics["n"]) == (2.2, 2.6, 10)
    found = read(out)
    assert found["measures"] == "recall"
    matching = found["arms"]["tuned"]["rubrics"]["match"]["paired"]["matching"]
    assert matching["in_words"].startswith(f"On 10 questions from {asked}, tuned scored 2.60")
    assert matching["worst_case"] is None
    assert "lost:" not in printed
    assert '"turns"' not in (out / "comparison/comparison.json").read_text()  # nothing was asked in turns
    assert not list(out.rglob("benchmark*"))


def test_a_score_is_the_mean_over_both_orders_and_orders_that_disagree_are_nobodys_win(make):
    rows = [row for row in make.study() if row.order == "arm_first" or row.question_id not in ("q00", "q01")]
    rows += [make.verdict(i, "tuned", 1, 5 - i, "baseline_first") for i in (0, 1)]
    out, _ = make.ran(rows)
    rows = csv.DictReader((out / "comparison/scores.csv").read_text().splitlines())
    scores = {(row["question_id"], row["arm"]): float(row["score"]) for row in rows}
    assert [scores[key] for key in (("q00", "base"), ("q00", "tuned"), ("q01", "tuned"))] == [2.5, 3.0, 3.0]
    choices = read(out)["arms"]["tuned"]["rubrics"]["match"]["choices"]
    told = [choices[name] for name in ("arm", "baseline", "nothing", "orders_disagree", "p_sign_test")]
    assert told == pytest.approx([7, 1, 1, 1, 18 / 256])


def test_accounting_balances_and_lost_judgments_keep_their_reason(make):
    rows = make.study()[:14]
    lost = {7: "unparsed", 8: "refused"}
    rows += [make.lost(i, "tuned", why, order) for i, why in lost.items() for order in make.orders]
    rows += [make.lost(i, "tuned", "needs_model", rubric="similarity") for i in range(10)]
    out, _ = make.ran(rows)
    accounts = read(out, "accounting.json")
    assert (accounts["in"], accounts["kept"]) == (28, 14)
    assert accounts["failed"] == {"needs_model": 10, "refused": 2, "unparsed": 2}
    assert len(read_records(out / "comparison/rejects.parquet", Reject)) == 14
    match = read(out)["arms"]["tuned"]["rubrics"]["match"]
    assert match["read"]["questions_unscored"] == {"not_judged": 1, "refused": 1, "unparsed": 1}
    assert match["read"]["parse_rate"] == pytest.approx(7 / 9)
    similarity = read(out)["arms"]["tuned"]["rubrics"]["similarity"]
    assert similarity["read"]["outcomes"] == {"needs_model": 10}
    assert similarity["likeness"] == similarity["paired"] == {}


@pytest.mark.parametrize(
    ("own", "told"), [({"model": "with_korean_tokens"}, 1), ({"endpoint": SERVED}, 1), ({}, 0), ({}, 1)]
)
def test_lengths_are_of_the_same_tokens_or_in_characters_and_count_answers_at_least_twice_as_long(
    make, own, told
):
    entry = {"model": "m", "mixture": None, "baseline": "base"} | own
    base = [make.answer("base", i, "abcd", 4) for i in range(9)] + [make.answer("base", 9, "", 0)]
    tuned = [
        make.answer("tuned", i, "abcd" * (2 if i < 8 else 1), 9 * told, finished=i > 2) for i in range(10)
    ]
    out, _ = make.ran(make.study(), entries={"tuned": entry}, answers={"base": base, "tuned": tuned})
    lengths = read(out)["arms"]["tuned"]["lengths"]
    assert lengths["characters"]["at_least_twice"] == 9
    assert (lengths["unfinished_arm"], lengths["empty_baseline"]) == (3, 1)
    ratio = lengths["tokens"] and lengths["tokens"]["ratio_of_means"]
    assert ratio == (None if own or not told else pytest.approx(2.5))


def test_the_paired_scores_can_be_read_back_by_domaintune_stats(make):
    out, _ = make.ran(make.study(), clusters={i: f"d{i // 5}" for i in range(10)})
    path = out / "comparison/paired/tuned.match.matching.csv"
    base, tuned, clusters = read_columns(path, "base", "tuned", "cluster")
    assert clusters == ["d0"] * 5 + ["d1"] * 5
    assert (sum(base) / 10, sum(tuned) / 10) == (2.2, 2.6)


@pytest.mark.parametrize("arms", [(), ("tuned",)])
def test_nothing_judged_or_nothing_to_compare_is_said_and_not_a_crash(make, arms):
    out, printed = make.ran([], arms=arms)
    metrics = read(out, "metrics.json")
    assert metrics == ({"tuned": {"n": 0}} if arms else {})
    assert ("match: No judgment was asked for." in printed) if arms else ("nothing to compare" in printed)


def test_all_files_are_the_same_bytes_again(make):
    rows = {arm: make.items(arm, all="1101") for arm in ("base", "tuned")}
    judged = make.study() + [make.likeness(i, "tuned", 2, "base") for i in range(10)]
    project = make.examined(rows, {"exam": make.local}, judged)
    first, second = make.run(project, "one")[0], make.run(project, "two")[0]
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(files) == 10
    assert all((first / path).read_bytes() == (second / path).read_bytes() for path in files)


def test_what_was_written_is_read_back_as_records_that_say_the_same_and_only_by_this_version(make):
    rows = {"base": make.items("base", all="1110"), "tuned": make.items("tuned", all="1u01")}
    out, _ = make.run(make.examined(rows, {"exam": make.local | {"role": "general"}}, make.study()))
    path = out / "comparison/comparison.json"
    found, written = read_comparison(path), json.loads(path.read_text())
    assert as_json(found) == written
    assert found.arms["tuned"].rubrics["match"].paired["matching"].statistics.difference.mean == 0.4
    (pair,) = found.benchmarks["exam"].methods[0].pairs
    assert (pair.only_a, pair.only_b) == (1, 2)
    assert found.benchmarks["exam"].methods[0].scores["tuned"].pooled.unread == 1
    assert found.suite.arms["tuned"].benchmarks[0].forgetting.verdict == "undecided"
    assert (found.single, found.selection) == (None, None)
    assert "single" not in path.read_text()
    for change in ({"arms": {"tuned": {}}}, {"of_another_version": 1}):
        path.write_text(json.dumps(written | change))
        said = r"comparison\.json: not a comparison of this version(.|\n)*dvc repro compare"
        with pytest.raises(InputError, match=said):
            read_comparison(path)


def test_what_is_older_than_the_parameters_stops_the_run(make):
    with pytest.raises(InputError, match=r"is from test; answer.questions.from is train"):
        make.ran(make.study(), split="test")
    with pytest.raises(InputError, match=r"judgments of match, which params.yaml: rubrics does not"):
        make.ran(make.study(), rubrics={})
    project = make.build(make.study())
    (project.root / "answers/removed_arm").mkdir()
    with pytest.raises(InputError, match=r"removed_arm(.|\n)*dvc checkout"):
        make.run(project)
    assert not (project.root / "out").exists()
