"""The benchmarks' files: one row a score, one row a pair of arms, and the headline figures."""

from collections.abc import Iterator, Mapping
from typing import Any

SCORES = (
    "n", "clusters", "design_effect", "correct", "unparsed", "refused", "truncated", "accuracy", "accuracy_parsed",
    "micro_f1", "macro_f1", "weighted_f1", "standard_error", "ci_low", "ci_high", "chance", "most_chosen",
    "most_chosen_share",
)  # fmt: skip
PAIRS = (
    "a", "b", "planned", "n", "clusters", "design_effect", "both", "only_a", "only_b", "neither", "accuracy_a",
    "accuracy_b", "difference", "ci_low", "ci_high", "p", "p_holm", "p_holm_all", "tests", "detectable",
    "detectable_holm",
)  # fmt: skip
SUITE = (
    "name", "role", "questions", "clusters", "only_a", "only_b", "accuracy_a", "accuracy_b", "difference", "ci_low",
    "ci_high", "p", "p_holm",
)  # fmt: skip
FORGETTING = ("verdict", "low", "high", "p_kept", "p_lost", "p_lost_holm", "p_equivalent", "needed")
SUITE_HEAD = ["arm", "baseline", *SUITE, *FORGETTING]
SCORES_HEAD = ["benchmark", "method", "arm", "over", "subset", *SCORES, "published_metric", "published"]
PAIRS_HEAD = ["benchmark", "method", *PAIRS]


def score_rows(benchmarks: Mapping[str, Any]) -> list[list[object]]:
    """Return one row a benchmark, method, arm and subset; `over` tells subsets from the average and from all."""
    return [
        [name, scored["method"], arm, over, subset, *[cell[key] for key in SCORES], *_published(one, arm, subset)]
        for name, one in benchmarks.items()
        for scored in one["methods"]
        for arm in scored["arms"]
        for over, subset, cell in _cells(scored["scores"][arm], scored["subsets"])
    ]  # fmt: skip


def pair_rows(benchmarks: Mapping[str, Any]) -> list[list[object]]:
    """Return one row a benchmark, method and pair of arms."""
    return [
        [name, scored["method"], *[pair[key] for key in PAIRS]]
        for name, one in benchmarks.items()
        for scored in one["methods"]
        for pair in scored["pairs"]
    ]


def suite_rows(suite: Mapping[str, Any]) -> list[list[object]]:
    """Return one row an arm and benchmark, by its headline method; forgetting is empty for role target."""
    return [
        [arm, one["baseline"], *[row[key] for key in SUITE], *[row.get("forgetting", {}).get(k) for k in FORGETTING]]
        for arm, one in suite["arms"].items()
        for row in one["benchmarks"]
    ]  # fmt: skip


def verdicts(suite: Mapping[str, Any], arm: str) -> dict[str, float | str]:
    """Return an arm's headline over several benchmarks: the average difference, and the verdict of each role."""
    one = suite["arms"].get(arm)
    if one is None:
        return {}
    several = {"benchmarks_difference": one["average"]["difference"]} if len(one["benchmarks"]) > 1 else {}
    return several | {f"forgetting_{role}": found["verdict"] for role, found in one["roles"].items()}


def averages(benchmarks: Mapping[str, Any], arm: str) -> dict[str, float]:
    """Return an arm's average by the headline method of each benchmark, in the metric its table shows."""
    return {
        name: one["methods"][0]["scores"][arm]["average"][one["shown"]]
        for name, one in benchmarks.items()
        if arm in one["methods"][0]["scores"]
    }


def prompts_cut(benchmarks: Mapping[str, Any], arm: str) -> dict[str, int]:
    """Return how many of an arm's prompts, over all benchmarks and methods, lost their beginning; {} where none did."""
    own = [
        m["scores"][arm]["pooled"]
        for one in benchmarks.values()
        for m in one["methods"]
        if arm in m["scores"]
    ]
    cut = sum(cell["truncated"] for cell in own)
    return {"prompts_cut": cut} if cut else {}


def _cells(scores: Mapping[str, Any], subsets: list[str]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for subset in subsets:
        yield "subset", subset, scores["subsets"][subset]
    yield "average", "average", scores["average"]
    yield "all", "all", scores["pooled"]


def _published(one: Mapping[str, Any], arm: str, subset: str) -> tuple[str, float | str]:
    published = one["published"] or {"rows": {}, "metric": ""}
    value = published["rows"].get(arm, {}).get(subset)
    return ("", "") if value is None else (published["metric"], value)
