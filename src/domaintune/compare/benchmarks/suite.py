"""All benchmarks together: the average difference of an arm from its baseline, and what it has forgotten.

What an arm is worse by is judged on the benchmarks of role general and science, by non-inferiority: a p-value that
is not significant shows no loss, but does not show that there is none.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from domaintune.compare.benchmarks.outputs import average_in_words, role_in_words
from domaintune.compare.benchmarks.results import table_of
from domaintune.compare.params import Comparing
from domaintune.science.comparison import suite as records
from domaintune.science.comparison.benchmarked import Benchmark, PairOfArms
from domaintune.science.evidence import non_inferiority as margins
from domaintune.science.evidence.significance import holm

FORGETTING = ("general", "science")


def compare_suite(
    benchmarks: Mapping[str, Benchmark],
    baselines: Mapping[str, str],
    spec: records.SuiteSpec | None,
    comparing: Comparing,
) -> records.Suite:
    """Return the benchmarks together for each arm with a baseline, by the headline method of each."""
    rows = {
        arm: _corrected_by_role([
            _row(name, one, pair, comparing)
            for name, one in benchmarks.items()
            for pair in one.methods[0].pairs
            if (pair.a, pair.b) == (arm, base)
        ])
        for arm, base in sorted(baselines.items())
        if arm != base
    }  # fmt: skip
    rows = {arm: own for arm, own in rows.items() if own}
    roles = judge_roles(rows, comparing)
    arms = {}
    for arm, own in rows.items():
        base, average, judged = baselines[arm], _average(own), roles[arm]
        said = [average_in_words(arm, base, average, comparing)]
        said += [role_in_words(arm, base, role, one, comparing) for role, one in judged.items()]
        missing = [name for name in benchmarks if name not in {row.name for row in own}]
        arms[arm] = records.SuiteArm(base, own, missing, average, judged, said)
    return records.Suite(comparing.forgetting_margin, comparing.forgetting_alpha, spec, arms)


def judge_roles(
    rows: Mapping[str, Sequence[records.SuiteRow]], comparing: Comparing
) -> dict[str, dict[str, records.RoleVerdict]]:
    """Return the verdicts by arm and role, corrected over all of them: that all is kept is claimed once for each."""
    alpha = comparing.forgetting_alpha
    of_role = {
        (arm, role): found
        for arm, own in rows.items()
        for role in FORGETTING
        if (found := [row for row in own if row.role == role])
    }
    tested = {key: _tested(own, comparing) for key, own in of_role.items()}
    kept = holm([one.p_kept for one in tested.values()])
    lost = holm([one.p_lost for one in tested.values()])
    judged: dict[str, dict[str, records.RoleVerdict]] = {arm: {} for arm in rows}
    for ((arm, role), one), p_kept, p_lost in zip(tested.items(), kept, lost, strict=True):
        needed = margins.questions_needed(
            [table_of(row.pair) for row in of_role[arm, role]],
            comparing.forgetting_margin,
            alpha=alpha / len(tested),
            power=comparing.power,
        )
        judged[arm][role] = one._replace(
            p_kept_holm=p_kept,
            p_lost_holm=p_lost,
            tests=len(tested),
            verdict=margins.verdict(p_kept, p_lost, alpha),
            needed=dict(zip(one.benchmarks, needed, strict=True)),
        )
    return judged


def _row(name: str, one: Benchmark, pair: PairOfArms, comparing: Comparing) -> records.SuiteRow:
    found = records.SuiteRow(
        name, one.title, one.role, pair, sorted({pair.a, pair.b} & set(one.methods[0].constant_arms))
    )
    if one.role not in FORGETTING:
        return found
    margin, alpha, table = comparing.forgetting_margin, comparing.forgetting_alpha, table_of(pair)
    _, low, high = margins.score_interval(table, 2 * alpha)
    (needed,) = margins.questions_needed([table], margin, alpha=alpha, power=comparing.power)
    p_kept, p_lost, p_equivalent = margins.margin_tests(table, margin)
    alone = margins.verdict(p_kept, p_lost, alpha)
    return found._replace(
        forgetting=records.Forgetting(alone, low, high, p_kept, p_lost, 1.0, p_equivalent, needed)
    )


def _corrected_by_role(rows: Sequence[records.SuiteRow]) -> list[records.SuiteRow]:
    """Return the rows with Holm's p of a loss over the benchmarks of each role."""
    found = list(rows)
    for role in FORGETTING:
        own = [(at, one.forgetting) for at, one in enumerate(rows) if one.forgetting and one.role == role]
        for (at, one), p in zip(own, holm([one.p_lost for _, one in own]), strict=True):
            found[at] = found[at]._replace(forgetting=one._replace(p_lost_holm=p))
    return found


def _average(rows: Sequence[records.SuiteRow]) -> records.Average:
    """Average over benchmarks, each counting alike; items of two benchmarks are taken to be independent."""
    return records.Average(
        len(rows),
        sum(row.pair.questions for row in rows),
        fmean(row.pair.accuracy_a for row in rows),
        fmean(row.pair.accuracy_b for row in rows),
        *margins.average_interval(
            [margins.Bounds(row.pair.difference, row.pair.ci_low, row.pair.ci_high) for row in rows]
        ),
    )


def _tested(rows: Sequence[records.SuiteRow], comparing: Comparing) -> records.RoleVerdict:
    """Test the average over a role's benchmarks, and each of them, as an average may hide a loss; not corrected yet.

    Two ways to show a loss share the level: the p of lost is twice the smaller of the average's and of the benchmarks'
    after Holm's correction.
    """
    alpha, tables = comparing.forgetting_alpha, [table_of(row.pair) for row in rows]
    bounds = margins.average_interval([margins.score_interval(table, 2 * alpha) for table in tables])
    p_kept, p_lost = margins.average_p(tables, comparing.forgetting_margin)
    alone = {row.name: row.forgetting.p_lost_holm for row in rows if row.forgetting}
    if len(rows) > 1:
        p_lost = min(1.0, 2 * min(p_lost, *alone.values()))
    return records.RoleVerdict(
        [row.name for row in rows], sum(row.pair.questions for row in rows), *bounds, p_kept, p_lost,
        lost=[name for name, p in alone.items() if p < alpha / min(2, len(rows))],
        constant=sorted({arm for row in rows for arm in row.constant}),
        p_kept_holm=1.0, p_lost_holm=1.0, tests=0, verdict="undecided", needed={},
    )  # fmt: skip
