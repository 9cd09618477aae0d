"""The benchmarks as the study's tables, arms × subsets, for a terminal; published figures stand beside ours."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.benchmarks.chosen import favourites
from domaintune.compare.benchmarks.cyclic import orders_table
from domaintune.compare.benchmarks.layout import Column, Group, panels, paragraph
from domaintune.compare.benchmarks.table import NONE, score_table
from domaintune.compare.benchmarks.words import METHODS, METRICS, questions_in, test_of


def benchmark_tables(statistics: Mapping[str, Any]) -> str:
    """Return every benchmark's tables, tests and footnotes."""
    return "\n\n".join(
        _benchmark(name, one, statistics["alpha"], statistics["power"])
        for name, one in statistics["benchmarks"].items()
    )


def _benchmark(name: str, one: Mapping[str, Any], alpha: float, power: float) -> str:
    parts = [f"== {one['title']} ({name}) =="]
    for scored in one["methods"]:
        if not scored["questions"]:
            parts.append(f"No question was scored {METHODS[scored['method']]}.")
            continue
        parts += [_intro(one, scored), score_table(one, scored, alpha), orders_table(scored), _chosen(scored)]
        parts += [_planned(scored, alpha, power)]
        parts += [_others(scored, alpha)] if any(not pair["planned"] for pair in scored["pairs"]) else []
    return "\n\n".join([part for part in parts if part] + _footnotes(one))


def _intro(one: Mapping[str, Any], scored: Mapping[str, Any]) -> str:
    cells = scored["scores"][scored["arms"][0]]["subsets"]
    orders = scored["orders"].get(scored["arms"][0])
    counts = ", ".join(f"{subset} {cells[subset]['n']:,}" for subset in scored["subsets"])
    asked = orders["orders"] if orders else scored["questions"]
    total = questions_in({"n": asked, "questions": scored["questions"], "clusters": scored["clusters"]})
    text = (
        f"{total} ({counts}), scored {METHODS[scored['method']]}; {one['how']}. "
        f"Shown: {METRICS[one['shown']]}; an answer that cannot be read is wrong. average: mean of the subsets; all: "
        "over all questions; constant: always the same option, the one that is right most often over all."
    )
    if one["published"]:
        text += f" publ.: published, not measured here ({one['published']['average']})."
    if any(scored["scores"][arm]["pooled"]["truncated"] for arm in scored["arms"]):
        text += " cut: prompts that did not fit the model's context and lost their beginning."
    if scored["not_scored"]:
        text += f" Not scored this way: {', '.join(scored['not_scored'])}."
    return paragraph(text)


def _chosen(scored: Mapping[str, Any]) -> str:
    return "\n".join(map(paragraph, [favourites(scored["scores"]), *scored["constant_arms"].values()]))


def _planned(scored: Mapping[str, Any], alpha: float, power: float) -> str:
    pairs = [pair for pair in scored["pairs"] if pair["planned"]]
    if not pairs:
        return ""
    tests = pairs[0]["tests"]
    title = (
        f"Against the baseline, on the same {questions_in(pairs[0])}: {test_of(pairs[0])}; p corrected for {tests} "
        f"test{'' if tests == 1 else 's'} of all benchmarks (Holm); differences with their score interval. "
        f"could show: the smallest difference found with {100 * power:g} % power, in a test of its own and after "
        "correction."
    )
    groups = [
        Group("", [Column("baseline", [pair["b"] for pair in pairs])]),
        Group("only right", [Column("arm", [str(pair["only_a"]) for pair in pairs]),
                             Column("base", [str(pair["only_b"]) for pair in pairs])]),
        Group("difference", [Column("", [f"{pair['difference']:+.4f}" for pair in pairs]),
                             Column(f"{100 * (1 - alpha):g} %", [_interval(pair) for pair in pairs])]),
        Group("p", [Column("", [_p(pair["p"]) for pair in pairs]),
                    Column("Holm", [_p(pair["p_holm"]) for pair in pairs])]),
        Group("could show", [Column("alone", [_found(pair["detectable"]) for pair in pairs]),
                        Column("Holm", [_found(pair["detectable_holm"]) for pair in pairs])]),
    ]  # fmt: skip
    return f"{paragraph(title)}\n\n{panels(Column('arm', [pair['a'] for pair in pairs]), groups)}"


def _others(scored: Mapping[str, Any], alpha: float) -> str:
    others = [pair for pair in scored["pairs"] if not pair["planned"]]
    found = [pair for pair in others if pair["p_holm_all"] < alpha]
    corrected = f"(p corrected for all {others[0]['tests']} pairs of all benchmarks, Holm)"
    if not found:
        return paragraph(
            f"None of the {len(others)} other pairs of arms differs {corrected}; each is in benchmark_pairs.csv."
        )
    named = "; ".join(f"{_better(pair)}, p {_p(pair['p_holm_all'])}" for pair in found)
    return paragraph(f"Of the {len(others)} other pairs of arms {len(found)} differ {corrected}: {named}.")


def _better(pair: Mapping[str, Any]) -> str:
    two = (pair["a"], pair["b"]) if pair["difference"] > 0 else (pair["b"], pair["a"])
    return f"{two[0]} − {two[1]} {abs(pair['difference']):+.4f}"


def _footnotes(one: Mapping[str, Any]) -> list[str]:
    published = one["published"]
    if not published:
        return [paragraph(one["not_beside"])] if one["not_beside"] else []
    notes = [f"published: {published['source']}"]
    if published["odd"]:
        notes.append("† outside the range of its own subsets, as printed")
    notes += [f"[{i}] {note}" for i, note in enumerate(published["notes"], 1)]
    return ["\n".join(paragraph(note, "    ") for note in notes)]


def _interval(pair: Mapping[str, Any]) -> str:
    return f"{pair['ci_low']:+.3f} to {pair['ci_high']:+.3f}"


def _p(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _found(difference: float | None) -> str:
    return NONE if difference is None else f"{difference:.3f}"
