"""All arms against their baselines, as one tree of records and its files: JSON, scores as CSV, headline figures."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from domaintune.compare.benchmarks.inputs import Bench
from domaintune.compare.benchmarks.results import compare_benchmarks, csv_tables
from domaintune.compare.benchmarks.suite import compare_suite, csv_table
from domaintune.compare.inputs import Inputs
from domaintune.compare.judge_checks import Judging, about_judge
from domaintune.compare.paired import Key, compare_all
from domaintune.compare.pairwise import compare_pairwise, orders_of, pairwise_scores
from domaintune.compare.scores import Pair, pairs, sort_out
from domaintune.compare.selection import compare_selection, selection_figures
from domaintune.compare.single import compare_single, measure_texts, single_scores
from domaintune.core.benchmark_spec import SuiteSpec
from domaintune.core.frames import write_records
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.files import write_json, write_text
from domaintune.science.comparison.judged import Against
from domaintune.science.comparison.tree import Comparison, as_json

HEADLINE = ("match", "matching")  # the study's judging; else the first rubric that has scores of both arms
AGAINST_RANDOM = "selection-against-random"  # beside the arms, none of which can have a hyphen in its name
Scores = dict[Key, list[Pair]]
"""What a comparison rests on, by arm, rubric and criterion."""


def compare_arms(
    inputs: Inputs, judging: Judging, benches: Mapping[str, Bench], *, suite: SuiteSpec | None,
    near_copies: dict[str, Any],
) -> tuple[Comparison, Scores]:  # fmt: skip
    """Compare each arm that is not its own baseline, and all arms on the benchmarks."""
    comparing = inputs.comparing
    scored = pairwise_scores(inputs) | single_scores(inputs)
    told = compare_all(inputs, scored)
    judge = about_judge(inputs, judging)
    said = {rubric: one.in_words for rubric, one in judge.rubrics.items()}
    single = compare_single(inputs, told, said)
    origin = inputs.origin(question for own in inputs.answers.values() for question in own)
    benchmarks = compare_benchmarks(benches, inputs.arms, comparing) if benches else None
    comparison = Comparison(
        alpha=comparing.alpha,
        power=comparing.power,
        measures=inputs.answering.measures(),
        asked=inputs.asked_in_words(origin),
        questions_from=origin,
        primary=comparing.primary,
        arms={name: compare_pairwise(inputs, name, told, said) for name in inputs.baselines},
        judge=judge,
        near_copies=near_copies,
        single=single or None,
        text_measures=measure_texts(inputs) if single or comparing.selection else None,
        benchmarks=benchmarks,
        suite=compare_suite(benchmarks, inputs.baselines, suite, comparing) if benchmarks else None,
        selection=compare_selection(inputs, benches),
    )
    return comparison, {key: pairs(scored[key]) for key in told}


def write_all(
    inputs: Inputs, benches: Mapping[str, Bench], comparison: Comparison, scores: Scores, *, out: Path, metrics: Path,
    accounting: Path,
) -> None:  # fmt: skip
    """Check the accounts of judgments and of benchmark questions, of which none is lost, then write everything."""
    everything = [row for rows in inputs.judgments.values() for row in rows]
    used, unused = sort_out(everything, orders_of(inputs))
    lost = [Reject.of("compare", row.id, why, detail, row, kind="failed") for row, why, detail in unused]
    accounts = Accounts("compare", "all", "judgments")
    accounts.rows_in, accounts.kept = len(everything), len(used)
    accounts.lose(lost)
    if benches:
        scored = [own for one in benches.values() for by_arm in one.items.values() for own in by_arm.values()]
        accounts.parts["benchmark_questions"] = Accounts(
            "compare", "all", "scored benchmark questions", kept=sum(map(len, scored))
        )
    accounts.check()
    write_json(out / "comparison.json", as_json(comparison))
    for name, text in score_tables(scores, inputs.clusters, inputs.baselines).items():
        write_text(out / name, text)
    if comparison.benchmarks and comparison.suite:
        tables = csv_tables(comparison.benchmarks) | {"benchmark_suite.csv": csv_table(comparison.suite)}
        for name, table in tables.items():
            write_text(out / name, _csv(*table))
    write_records(out / "rejects.parquet", Reject, lost)
    write_json(metrics, headline(comparison))
    accounts.write(accounting)


def headline(comparison: Comparison) -> dict[str, Any]:
    """Return the figures of `dvc metrics show`, for each compared arm: few, so that `dvc exp show` fits a screen."""
    benchmarks, single, judged = comparison.benchmarks or {}, comparison.single or {}, comparison.arms
    if not benchmarks and not single and not comparison.selection:
        return {name: _figures(arm) for name, arm in sorted(judged.items())}
    scored = {arm for one in benchmarks.values() for arm in one.methods[0].arms}
    scored |= {arm for one in single.values() for arm in one.arms}
    figures: dict[str, Any] = {}
    for name in sorted(scored | set(judged)):
        own = _figures(judged[name]) if name in judged and judged[name].rubrics else {}
        own |= {
            f"{rubric}_{one.headline}": mean.mean
            for rubric, one in single.items()
            if (mean := one.arms[name].criteria.get(one.headline))
        }
        figures[name] = own | _benchmark_figures(comparison, name, own)
    if comparison.selection:
        headlines = {name: one.headline for name, one in single.items()}
        figures[AGAINST_RANDOM] = selection_figures(comparison.selection, headlines)
    return {name: found for name, found in figures.items() if found}


def score_tables(scores: Scores, clusters: Mapping[str, str], baselines: Mapping[str, str]) -> dict[str, str]:
    """Return the CSV files of scores: all, the means that `dvc plots` draws, and each comparison's pairs.

    Of all there is a row a question, rubric, comparison and arm: a baseline is scored anew beside each arm. A file of
    pairs has a column an arm, as `domaintune stats --cluster cluster` reads it.
    """
    files, every, means = {}, [], []
    for (arm, rubric, name), values in sorted(scores.items()):
        baseline = baselines[arm]
        for pair in values:
            both = ((baseline, pair.baseline), (arm, pair.arm))
            every += [(pair.question_id, rubric, name, arm, who, value) for who, value in both]
        means += [
            (f"{baseline} beside {arm}: {name}", rubric, fmean(pair.baseline for pair in values)),
            (f"{arm}: {name}", rubric, fmean(pair.arm for pair in values)),
        ]
        rows = ((q, clusters[q], *own) for q, *own in values)
        head = ["question_id", "cluster", baseline, arm]
        files[f"paired/{arm}.{rubric}.{name}.csv"] = _csv(head, rows)
    head = ["question_id", "rubric", "criterion", "comparison", "arm", "score"]
    files["scores.csv"] = _csv(head, sorted(every))
    return files | {"scores_by_arm.csv": _csv(["arm", "rubric", "score"], means)}


def _figures(arm: Against) -> dict[str, Any]:
    found = {(rubric, name): one for rubric, own in arm.rubrics.items() for name, one in own.paired.items()}
    if not found:
        return {"n": 0}
    paired = found[HEADLINE if HEADLINE in found else min(found)]
    statistics, difference = paired.statistics, paired.statistics.difference
    return {
        "n": statistics.base.n,
        "clusters": statistics.clusters,
        "mean_baseline": statistics.base.mean,
        "mean": statistics.tuned.mean,
        "difference": difference.mean,
        "ci_low": difference.ci_low,
        "ci_high": difference.ci_high,
        "p": statistics.t_test.p_two_tail,
        "p_holm": paired.p_holm,
        "d_z": difference.d_z,
    }


def _benchmark_figures(found: Comparison, arm: str, judged: Mapping[str, Any]) -> dict[str, Any]:
    """Return an arm's headlines: each benchmark's average by its first method, prompts that were cut, and verdicts."""
    benchmarks = found.benchmarks or {}
    averages = {
        f"{name}_average" if name in judged else name: one.methods[0].scores[arm].average.shown(one.shown)
        for name, one in benchmarks.items()
        if arm in one.methods[0].scores
    }
    own = [m.scores[arm].pooled for one in benchmarks.values() for m in one.methods if arm in m.scores]
    cut = sum(cell.truncated for cell in own)
    figures: dict[str, Any] = averages | ({"prompts_cut": cut} if cut else {})
    if one := found.suite and found.suite.arms.get(arm):
        figures |= {"benchmarks_difference": one.average.difference} if len(one.benchmarks) > 1 else {}
        figures |= {f"forgetting_{role}": verdict.verdict for role, verdict in one.roles.items()}
    return figures


def _csv(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
