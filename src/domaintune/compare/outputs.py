"""The files of the comparison: everything as JSON, the scores as CSV, a plot, a few headline figures."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from domaintune.compare.benchmarks.outputs import (
    PAIRS_HEAD,
    SCORES_HEAD,
    SUITE_HEAD,
    averages,
    pair_rows,
    prompts_cut,
    score_rows,
    suite_rows,
    verdicts,
)
from domaintune.compare.comparison import Compared
from domaintune.compare.paired import Key
from domaintune.compare.scores import Pair
from domaintune.compare.selection import selection_figures
from domaintune.core.frames import write_records
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.files import write_json, write_text
from domaintune.science.comparison.judged import Against
from domaintune.science.comparison.tree import Comparison, SingleRubric, as_json

HEADLINE = ("match", "matching")  # the study's judging; else the first rubric that has scores of both arms
AGAINST_CHANCE = "selection-against-chance"  # beside the arms, none of which can have a hyphen in its name


def write_all(compared: Compared, out: Path, metrics: Path, accounting: Path) -> None:
    """Check the accounts, then write everything.

    Raises:
        AccountingError: judgments in are not judgments used plus judgments lost.
    """
    comparison = compared.comparison
    accounts = Accounts("compare", "all", "judgments")
    accounts.rows_in = compared.judgments
    accounts.kept = compared.used
    accounts.lose(compared.lost)
    if comparison.benchmarks:
        accounts.parts["benchmark_questions"] = _all_kept(compared.items)
    accounts.check()
    baselines = {name: arm.baseline for name, arm in comparison.arms.items()}
    write_json(out / "comparison.json", as_json(comparison))
    write_text(out / "scores.csv", scores_csv(compared.scores, baselines))
    write_text(out / "scores_by_arm.csv", means_csv(compared.scores, baselines))
    for key in sorted(compared.scores):
        write_text(out / "paired" / f"{'.'.join(key)}.csv", paired_csv(compared, key, baselines[key[0]]))
    if comparison.benchmarks and comparison.suite:
        write_text(out / "benchmarks.csv", _csv(SCORES_HEAD, score_rows(comparison.benchmarks)))
        write_text(out / "benchmark_pairs.csv", _csv(PAIRS_HEAD, pair_rows(comparison.benchmarks)))
        write_text(out / "benchmark_suite.csv", _csv(SUITE_HEAD, suite_rows(comparison.suite)))
    write_records(out / "rejects.parquet", Reject, compared.lost)
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
        own |= _single_figures(single, name)
        means = averages(benchmarks, name)
        figures[name] = own | {f"{key}_average" if key in own else key: value for key, value in means.items()}
        figures[name] |= prompts_cut(benchmarks, name)
        figures[name] |= verdicts(comparison.suite, name) if comparison.suite else {}
    if comparison.selection:
        headlines = {name: one.headline for name, one in single.items()}
        figures[AGAINST_CHANCE] = selection_figures(comparison.selection, headlines)
    return {name: found for name, found in figures.items() if found}


def scores_csv(scores: Mapping[Key, list[Pair]], baselines: Mapping[str, str]) -> str:
    """Return one row a question, rubric, comparison and arm: a baseline is scored anew beside each arm."""
    rows = [
        (pair.question_id, rubric, name, arm, who, value)
        for (arm, rubric, name), values in sorted(scores.items())
        for pair in values
        for who, value in ((baselines[arm], pair.baseline), (arm, pair.arm))
    ]
    return _csv(["question_id", "rubric", "criterion", "comparison", "arm", "score"], sorted(rows))


def means_csv(scores: Mapping[Key, list[Pair]], baselines: Mapping[str, str]) -> str:
    """Return the plot `dvc plots` draws: the mean score of each arm in each comparison."""
    rows = []
    for (arm, rubric, name), values in sorted(scores.items()):
        means = (fmean(pair.baseline for pair in values), fmean(pair.arm for pair in values))
        for who, mean in zip((f"{baselines[arm]} beside {arm}", arm), means, strict=True):
            rows.append((f"{who}: {name}", rubric, mean))
    return _csv(["arm", "rubric", "score"], rows)


def paired_csv(compared: Compared, key: Key, baseline: str) -> str:
    """Return a column an arm, as `domaintune stats --cluster cluster` reads it."""
    rows = ((q, compared.clusters[q], *scores) for q, *scores in compared.scores[key])
    return _csv(["question_id", "cluster", baseline, key[0]], rows)


def _all_kept(items: int) -> Accounts:
    accounts = Accounts("compare", "all", "scored benchmark questions")
    accounts.rows_in = accounts.kept = items
    return accounts


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


def _single_figures(single: Mapping[str, SingleRubric], arm: str) -> dict[str, float]:
    """Return the mean of each rubric's headline criterion for one arm; none where no answer could be scored."""
    return {
        f"{name}_{one.headline}": own.mean
        for name, one in single.items()
        if (own := one.arms[arm].criteria.get(one.headline))
    }


def _csv(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
