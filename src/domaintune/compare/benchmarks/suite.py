"""All benchmarks together: the average difference of an arm from its baseline, and what it has forgotten.

What an arm is worse by is judged on the benchmarks of role general and science, by non-inferiority: a p-value that
is not significant shows no loss, but does not show that there is none.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from domaintune.compare.benchmarks.results import Csv, table_of
from domaintune.compare.params import Comparing
from domaintune.core.benchmark_spec import SuiteSpec
from domaintune.science.comparison.benchmark_tables import between, points
from domaintune.science.comparison.benchmarked import Average, Benchmark, Forgetting, RoleVerdict, SuiteRow
from domaintune.science.comparison.tree import Suite, SuiteArm
from domaintune.science.evidence import non_inferiority as margins
from domaintune.science.evidence.significance import holm

ROLES = {"general": "general benchmarks", "science": "science benchmarks (domain knowledge)"}
"""Those by which forgetting is judged, in words."""
PAIR = (
    "questions", "clusters", "only_a", "only_b", "accuracy_a", "accuracy_b", "difference", "ci_low",
    "ci_high", "p", "p_holm",
)  # fmt: skip


def compare_suite(
    benchmarks: Mapping[str, Benchmark],
    baselines: Mapping[str, str],
    spec: SuiteSpec | None,
    comparing: Comparing,
) -> Suite:
    """Return the benchmarks together for each arm with a baseline, by the headline method of each."""
    every = {arm: _rows(benchmarks, (arm, base), comparing) for arm, base in baselines.items()}
    rows = {arm: own for arm, own in every.items() if own}
    roles = judge_roles(rows, comparing)
    arms = {}
    for arm, own in rows.items():
        base, average = baselines[arm], _average(own)
        said = [_average_in_words(arm, base, average, comparing)]
        said += [_in_words(arm, base, role, one, comparing) for role, one in roles[arm].items()]
        missing = [name for name in benchmarks if name not in {row.name for row in own}]
        arms[arm] = SuiteArm(base, own, missing, average, roles[arm], said)
    return Suite(comparing.forgetting_margin, comparing.forgetting_alpha, spec, arms)


def csv_table(suite: Suite) -> Csv:
    """Return the CSV file: a row an arm and benchmark; forgetting is empty for role target."""
    rows: list[list[object]] = []
    for arm, one in suite.arms.items():
        for row in one.benchmarks:
            pair = [getattr(row.pair, name) for name in PAIR]
            forgetting = row.forgetting or [None] * len(Forgetting._fields)
            rows.append([arm, one.baseline, row.name, row.role, *pair, *forgetting])
    return ["arm", "baseline", "name", "role", *PAIR, *Forgetting._fields], rows


def judge_roles(
    rows: Mapping[str, Sequence[SuiteRow]], comparing: Comparing
) -> dict[str, dict[str, RoleVerdict]]:
    """Return the verdicts by arm and role, corrected over all of them: that all is kept is claimed once for each."""
    of_role = {
        (arm, role): found
        for arm, own in rows.items()
        for role in ROLES
        if (found := [row for row in own if row.role == role])
    }
    tested = [_p_of_average(own, comparing) for own in of_role.values()]
    kept, lost = holm([p_kept for p_kept, _ in tested]), holm([p_lost for _, p_lost in tested])
    alpha, margin, tests = comparing.forgetting_alpha, comparing.forgetting_margin, len(tested)
    judged: dict[str, dict[str, RoleVerdict]] = {arm: {} for arm in rows}
    for ((arm, role), own), p, p_kept, p_lost in zip(of_role.items(), tested, kept, lost, strict=True):
        names, tables = [row.name for row in own], [table_of(row.pair) for row in own]
        needed = margins.questions_needed(tables, margin, alpha=alpha / tests, power=comparing.power)
        alone = {row.name: row.forgetting.p_lost_holm for row in own if row.forgetting}
        judged[arm][role] = RoleVerdict(
            names,
            sum(row.pair.questions for row in own),
            *margins.average_interval([margins.score_interval(table, 2 * alpha) for table in tables]),
            *p,
            lost=[name for name, shown in alone.items() if shown < alpha / min(2, len(own))],
            constant=sorted({arm for row in own for arm in row.constant}),
            p_kept_holm=p_kept,
            p_lost_holm=p_lost,
            tests=tests,
            verdict=margins.verdict(p_kept, p_lost, alpha),
            needed=dict(zip(names, needed, strict=True)),
        )
    return judged


def _rows(benchmarks: Mapping[str, Benchmark], two: tuple[str, str], comparing: Comparing) -> list[SuiteRow]:
    """Return an arm and its baseline by benchmark, and where its role asks for it each by itself against the margin."""
    margin, alpha = comparing.forgetting_margin, comparing.forgetting_alpha
    pairs = {
        name: pair
        for name, one in benchmarks.items()
        for pair in one.methods[0].pairs
        if (pair.a, pair.b) == two
    }
    corrected: dict[str, float] = {}
    for role in ROLES:
        own = [name for name in pairs if benchmarks[name].role == role]
        p_lost = [margins.margin_tests(table_of(pairs[name]), margin)[1] for name in own]
        corrected |= zip(own, holm(p_lost), strict=True)
    rows = []
    for name, pair in pairs.items():
        one, table, forgetting = benchmarks[name], table_of(pair), None
        if name in corrected:
            kept, lost, equivalent = margins.margin_tests(table, margin)
            _, low, high = margins.score_interval(table, 2 * alpha)
            (needed,) = margins.questions_needed([table], margin, alpha=alpha, power=comparing.power)
            alone = margins.verdict(kept, lost, alpha)
            forgetting = Forgetting(alone, low, high, kept, lost, corrected[name], equivalent, needed)
        constant = sorted({pair.a, pair.b} & set(one.methods[0].constant_arms))
        rows.append(SuiteRow(name, one.title, one.role, pair, constant, forgetting))
    return rows


def _average(rows: Sequence[SuiteRow]) -> Average:
    """Average over benchmarks, each counting alike; items of two benchmarks are taken to be independent."""
    pairs = [row.pair for row in rows]
    return Average(
        len(pairs),
        sum(pair.questions for pair in pairs),
        fmean(pair.accuracy_a for pair in pairs),
        fmean(pair.accuracy_b for pair in pairs),
        *margins.average_interval(
            [margins.Bounds(pair.difference, pair.ci_low, pair.ci_high) for pair in pairs]
        ),
    )


def _p_of_average(rows: Sequence[SuiteRow], comparing: Comparing) -> tuple[float, float]:
    """Test the average over a role's benchmarks, and each of them, as an average may hide a loss; not corrected yet.

    Two ways to show a loss share the level: the p of lost is twice the smaller of the average's and of the benchmarks'
    after Holm's correction.
    """
    p_kept, p_lost = margins.average_p([table_of(row.pair) for row in rows], comparing.forgetting_margin)
    if len(rows) > 1:
        p_lost = min(1.0, 2 * min(p_lost, *(row.forgetting.p_lost_holm for row in rows if row.forgetting)))
    return p_kept, p_lost


def _average_in_words(arm: str, base: str, average: Average, comparing: Comparing) -> str:
    """Say how far the arm is from its baseline on average over the benchmarks."""
    over = f"the {average.benchmarks} benchmarks" if average.benchmarks > 1 else "the one benchmark"
    return (
        f"On average over {over} ({average.questions:,} questions), {arm} has "
        f"{100 * average.accuracy_a:.2f} % right and {base} {100 * average.accuracy_b:.2f} %: "
        f"{points(average.difference)} points ({100 * (1 - comparing.alpha):g} % interval "
        f"{between(average.ci_low, average.ci_high)})."
    )


def _in_words(arm: str, base: str, role: str, one: RoleVerdict, comparing: Comparing) -> str:
    """Give the verdict of a role's benchmarks with what it rests on."""
    level = f"{100 * (1 - 2 * comparing.forgetting_alpha):g} %"
    first = (
        f"Forgetting, {ROLES[role]}: {one.verdict}. On average over {', '.join(one.benchmarks)}, {arm} is "
        f"{points(one.difference)} points from {base} ({level} interval {between(one.low, one.high)}); the margin is "
        f"{100 * comparing.forgetting_margin:g} points."
    )
    said = [first, _because(one, comparing)]
    if one.constant:
        said.append(
            f"{' and '.join(one.constant)} chose nearly always the same option on some of them, so that this says "
            "nothing about knowledge."
        )
    return " ".join(said)


def _because(one: RoleVerdict, comparing: Comparing) -> str:
    at = f"at the {100 * comparing.forgetting_alpha:g} % level, one-sided"
    if one.tests > 1:
        at += f", corrected by Holm for {one.tests} such verdicts"
    if one.verdict == "lost":
        where = f" on {', '.join(one.lost)}" if one.lost else ""
        return f"A loss beyond the margin is shown{where} ({at})."
    if one.verdict == "kept":
        return f"A loss as large as the margin is ruled out ({at})."
    each = ", ".join(f"{name} {n:,}" for name, n in one.needed.items())
    return (
        f"A loss as large as the margin is neither shown nor ruled out ({at}): for this verdict {each} questions "
        f"would have been needed to rule it out with {100 * comparing.power:g} % power if the two are equally good."
    )
