"""The benchmarks as the study's tables, arms × subsets, for a terminal; published figures beside ours, or below."""

from collections.abc import Mapping, Sequence

from domaintune.compare.benchmarks.narrative import questions_in, test_of
from domaintune.compare.benchmarks.scores import favourites, mark
from domaintune.science.comparison.benchmarked import (
    ALL,
    AVERAGE,
    METHODS,
    METRICS,
    Benchmark,
    PairOfArms,
    PublishedFigures,
    Scored,
)
from domaintune.science.comparison.tables import short_p
from domaintune.science.evidence.statistics_text import NONE
from domaintune.science.evidence.terminal import Column, Group, fits, panels, paragraph

ORDERS = (
    "Each question was asked in every cyclic order of its options. right: mean over orders; same: share of questions "
    "whose option is the same in all orders; circular: share that is right in all orders (CircularEval, MMBench); "
    "place: where the chosen option stood most often, whatever it said."
)


def benchmark_tables(benchmarks: Mapping[str, Benchmark], alpha: float, power: float) -> list[str]:
    """Return every benchmark's tables, tests and footnotes."""
    parts = []
    for name, one in benchmarks.items():
        parts.append(f"== {one.title} ({name}) ==")
        for scored in one.methods:
            parts += _method(one, scored, alpha, power)
        parts += _footnotes(one)
    return parts


def _method(one: Benchmark, scored: Scored, alpha: float, power: float) -> list[str]:
    if scored.constant is None:
        return [f"No question was scored {METHODS[scored.method]}."]
    planned = [pair for pair in scored.pairs if pair.planned]
    others = [pair for pair in scored.pairs if not pair.planned]
    said = [favourites(scored.scores), *scored.constant_arms.values()]
    return [
        paragraph(_intro(one, scored)),
        _score_table(one, scored, mark(scored.constant.option), alpha),
        *(_orders(scored) if scored.orders else []),
        "\n".join(map(paragraph, said)),
        *(_planned(planned, alpha, power) if planned else []),
        *([paragraph(_others(others, alpha))] if others else []),
    ]


def _intro(one: Benchmark, scored: Scored) -> str:
    first = scored.arms[0]
    cells, orders = scored.scores[first].subsets, scored.orders.get(first)
    counts = ", ".join(f"{subset} {cells[subset].n:,}" for subset in scored.subsets)
    asked = orders.orders if orders else scored.questions
    total = questions_in(asked, scored.questions, scored.clusters)
    text = (
        f"{total} ({counts}), scored {METHODS[scored.method]}; {one.how}. "
        f"Shown: {METRICS[one.shown]}; an answer that cannot be read is wrong. average: mean of the subsets; all: "
        "over all questions; constant: always the same option, the one that is right most often over all."
    )
    if one.published:
        text += f" publ.: published, not measured here ({one.published.average})."
    if any(own.pooled.truncated for own in scored.scores.values()):
        text += " cut: prompts that did not fit the model's context and lost their beginning."
    return text + (f" Not scored this way: {', '.join(scored.not_scored)}." if scored.not_scored else "")


def _score_table(one: Benchmark, scored: Scored, constant: str, alpha: float) -> str:
    """Lay out the scores of one method, and what guessing and the best constant answer would score."""
    arms, titles = scored.arms, scored.columns
    ours = {title: _ours(scored, title, one.shown, alpha) for title in titles}
    without = ["guessing", f"constant {constant}"]
    labels = Column("arm", [*arms, *without])
    if not one.published:
        return panels(labels, [Group(title, ours[title]) for title in titles])
    theirs = {title: [_published(one.published, arm, title) for arm in arms] for title in titles[:-1]}
    beside = [
        Group(title, ours[title] + ([Column("publ.", [*theirs[title], "", ""])] if title in theirs else []))
        for title in titles
    ]
    if fits(labels, beside):
        return panels(labels, beside)
    below = [Group(title, _mixed(ours[title], theirs.get(title, [""] * len(arms)))) for title in titles]
    return panels(Column("arm", [*(row for arm in arms for row in (arm, "  published")), *without]), below)


def _ours(scored: Scored, title: str, shown: str, alpha: float) -> list[Column]:
    cells = [scored.scores[arm].at(title) for arm in scored.arms]
    constant = scored.constant.scores.at(title).shown(shown) if scored.constant else 0.0
    values = [*(cell.shown(shown) for cell in cells), cells[0].chance, constant]
    columns = [Column("ours", [f"{value:.4f}" for value in values])]
    if title == AVERAGE and shown in {"accuracy", "micro_f1"}:
        between = [f"{cell.ci_low:.3f}–{cell.ci_high:.3f}" for cell in cells]
        columns.append(Column(f"{100 * (1 - alpha):g} %", [*between, "", ""]))
    counts = {"unread": [cell.unread for cell in cells], "cut": [cell.truncated for cell in cells]}
    if title == ALL:
        columns += [Column(name, [*map(str, own), "", ""]) for name, own in counts.items() if any(own)]
    return columns


def _mixed(columns: list[Column], theirs: list[str]) -> list[Column]:
    """Put a row of published figures under each arm's own."""
    mixed = []
    for column, below in zip(columns, [theirs, *[[""] * len(theirs)] * (len(columns) - 1)], strict=True):
        *ours, guess, constant = column.cells
        rows = [cell for two in zip(ours, below, strict=True) for cell in two]
        mixed.append(Column(column.head, [*rows, guess, constant]))
    return mixed


def _published(published: PublishedFigures, arm: str, title: str) -> str:
    value = published.rows.get(arm, {}).get(title)
    if value is None:
        return NONE
    return f"{value:.4f}" + ("†" if title == AVERAGE and arm in published.odd else "")


def _orders(scored: Scored) -> list[str]:
    """Return the figures over the orders of the options, a row an arm."""
    found = [scored.orders[arm] for arm in scored.arms]
    columns = [
        Column("right", [f"{one.accuracy:.4f}" for one in found]),
        Column("same", [f"{one.consistency:.4f}" for one in found]),
        Column("circular", [f"{one.circular:.4f}" for one in found]),
        Column("place", [f"{one.place or NONE} {100 * one.place_share:.1f} %" for one in found]),
    ]
    return [paragraph(ORDERS), panels(Column("arm", scored.arms), [Group("over orders", columns)])]


def _planned(pairs: Sequence[PairOfArms], alpha: float, power: float) -> list[str]:
    first, tests = pairs[0], pairs[0].tests
    same = questions_in(first.n, first.questions, first.clusters)
    title = (
        f"Against the baseline, on the same {same}: {test_of(first)}; p "
        f"corrected for {tests} test{'' if tests == 1 else 's'} of all benchmarks (Holm); differences with their score "
        f"interval. could show: the smallest difference found with {100 * power:g} % power, in a test of its own and "
        "after correction."
    )
    groups = [
        Group("", [Column("baseline", [pair.b for pair in pairs])]),
        Group("only right", [Column("arm", [str(pair.only_a) for pair in pairs]),
                             Column("base", [str(pair.only_b) for pair in pairs])]),
        Group("difference", [Column("", [f"{pair.difference:+.4f}" for pair in pairs]),
                             Column(f"{100 * (1 - alpha):g} %",
                                    [f"{pair.ci_low:+.3f} to {pair.ci_high:+.3f}" for pair in pairs])]),
        Group("p", [Column("", [short_p(pair.p) for pair in pairs]),
                    Column("Holm", [short_p(pair.p_holm) for pair in pairs])]),
        Group("could show", [Column("alone", [_found(pair.detectable) for pair in pairs]),
                        Column("Holm", [_found(pair.detectable_holm) for pair in pairs])]),
    ]  # fmt: skip
    return [paragraph(title), panels(Column("arm", [pair.a for pair in pairs]), groups)]


def _others(others: Sequence[PairOfArms], alpha: float) -> str:
    found = [pair for pair in others if pair.p_holm_all < alpha]
    corrected = f"(p corrected for all {others[0].tests} pairs of all benchmarks, Holm)"
    if not found:
        return f"None of the {len(others)} other pairs of arms differs {corrected}; each is in benchmark_pairs.csv."
    named = "; ".join(f"{_better(pair)}, p {short_p(pair.p_holm_all)}" for pair in found)
    return f"Of the {len(others)} other pairs of arms {len(found)} differ {corrected}: {named}."


def _better(pair: PairOfArms) -> str:
    two = (pair.a, pair.b) if pair.difference > 0 else (pair.b, pair.a)
    return f"{two[0]} − {two[1]} {abs(pair.difference):+.4f}"


def _footnotes(one: Benchmark) -> list[str]:
    published = one.published
    if not published:
        return [paragraph(one.not_beside)] if one.not_beside else []
    notes = [f"published: {published.source}"]
    if published.odd:
        notes.append("† outside the range of its own subsets, as printed")
    notes += [f"[{i}] {note}" for i, note in enumerate(published.notes, 1)]
    return ["\n".join(paragraph(note, "    ") for note in notes)]


def _found(difference: float | None) -> str:
    return NONE if difference is None else f"{difference:.3f}"
