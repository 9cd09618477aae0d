"""The benchmarks' files: one row a score, one row a pair of arms, and the headline figures."""

from collections.abc import Iterator, Mapping, Sequence

from domaintune.science.comparison.benchmarked import ALL, AVERAGE, ArmScores, Benchmark, Cell
from domaintune.science.comparison.suite import Forgetting, Suite

SCORES = Cell._fields[:-1]  # all but the choices
PAIRS = (
    "a", "b", "planned", "n", "clusters", "design_effect", "both", "only_a", "only_b", "neither", "accuracy_a",
    "accuracy_b", "difference", "ci_low", "ci_high", "p", "p_holm", "p_holm_all", "tests", "detectable",
    "detectable_holm",
)  # fmt: skip
SUITE = (
    "questions", "clusters", "only_a", "only_b", "accuracy_a", "accuracy_b", "difference", "ci_low",
    "ci_high", "p", "p_holm",
)  # fmt: skip
FORGETTING = Forgetting._fields
Row = list[object]
SUITE_HEAD = ["arm", "baseline", "name", "role", *SUITE, *FORGETTING]
SCORES_HEAD = ["benchmark", "method", "arm", "over", "subset", *SCORES, "published_metric", "published"]
PAIRS_HEAD = ["benchmark", "method", *PAIRS]


def score_rows(benchmarks: Mapping[str, Benchmark]) -> list[Row]:
    """Return one row a benchmark, method, arm and subset; `over` tells subsets from the average and from all."""
    return [
        [name, scored.method, arm, over, subset, *cell[:-1], *_published(one, arm, subset)]
        for name, one in benchmarks.items()
        for scored in one.methods
        for arm in scored.arms
        for over, subset, cell in _cells(scored.scores[arm], scored.subsets)
    ]


def pair_rows(benchmarks: Mapping[str, Benchmark]) -> list[Row]:
    """Return one row a benchmark, method and pair of arms."""
    return [
        [name, scored.method, *[getattr(pair, key) for key in PAIRS]]
        for name, one in benchmarks.items()
        for scored in one.methods
        for pair in scored.pairs
    ]


def suite_rows(suite: Suite) -> list[Row]:
    """Return one row an arm and benchmark, by its headline method; forgetting is empty for role target."""
    return [
        [
            arm,
            one.baseline,
            row.name,
            row.role,
            *[getattr(row.pair, key) for key in SUITE],
            *(row.forgetting or [None] * len(FORGETTING)),
        ]
        for arm, one in suite.arms.items()
        for row in one.benchmarks
    ]


def verdicts(suite: Suite, arm: str) -> dict[str, float | str]:
    """Return an arm's headline over several benchmarks: the average difference, and the verdict of each role."""
    one = suite.arms.get(arm)
    if one is None:
        return {}
    several = {"benchmarks_difference": one.average.difference} if len(one.benchmarks) > 1 else {}
    return several | {f"forgetting_{role}": found.verdict for role, found in one.roles.items()}


def averages(benchmarks: Mapping[str, Benchmark], arm: str) -> dict[str, float]:
    """Return an arm's average by the headline method of each benchmark, in the metric its table shows."""
    return {
        name: one.methods[0].scores[arm].average.shown(one.shown)
        for name, one in benchmarks.items()
        if arm in one.methods[0].scores
    }


def prompts_cut(benchmarks: Mapping[str, Benchmark], arm: str) -> dict[str, int]:
    """Return how many of an arm's prompts, over all benchmarks and methods, lost their beginning; {} where none did."""
    own = [m.scores[arm].pooled for one in benchmarks.values() for m in one.methods if arm in m.scores]
    cut = sum(cell.truncated for cell in own)
    return {"prompts_cut": cut} if cut else {}


def _cells(scores: ArmScores, subsets: Sequence[str]) -> Iterator[tuple[str, str, Cell]]:
    for subset in subsets:
        yield "subset", subset, scores.subsets[subset]
    yield AVERAGE, AVERAGE, scores.average
    yield ALL, ALL, scores.pooled


def _published(one: Benchmark, arm: str, subset: str) -> tuple[str, float | str]:
    value = one.published.rows.get(arm, {}).get(subset) if one.published else None
    return ("", "") if value is None or one.published is None else (one.published.metric, value)
