"""The benchmarks as the study's tables, arms × subsets, for a terminal; published figures stand beside ours."""

from collections.abc import Mapping
from typing import Any

from domaintune.compare.benchmarks.layout import Column, Group, fits, panels, paragraph
from domaintune.compare.benchmarks.words import METHODS, METRICS

NONE = "–"
AVERAGE = "average"


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
        parts += [_intro(one, scored), _table(one, scored, alpha), _planned(scored, alpha, power)]
        parts += [_others(scored, alpha)] if any(not pair["planned"] for pair in scored["pairs"]) else []
    return "\n\n".join([part for part in parts if part] + _footnotes(one))


def _intro(one: Mapping[str, Any], scored: Mapping[str, Any]) -> str:
    cells = scored["scores"][scored["arms"][0]]["subsets"]
    counts = ", ".join(f"{subset} {cells[subset]['n']:,}" for subset in scored["subsets"])
    text = (
        f"{scored['questions']:,} questions ({counts}), scored {METHODS[scored['method']]}; {one['how']}. "
        f"Shown: {METRICS[one['shown']]}; an answer that cannot be read is wrong. average: mean of the subsets; all: "
        "over all questions."
    )
    if one["published"]:
        text += f" publ.: published, not measured here ({one['published']['average']})."
    if scored["not_scored"]:
        text += f" Not scored this way: {', '.join(scored['not_scored'])}."
    return paragraph(text)


def _table(one: Mapping[str, Any], scored: Mapping[str, Any], alpha: float) -> str:
    """Lay ours and the published figures side by side; where that is too wide, the published ones go below."""
    labels = Column("arm", [*scored["arms"], "guessing"])
    beside = _groups(one, scored, alpha, beside=True)
    if not one["published"] or fits(labels, beside):
        return panels(labels, beside)
    rows = [row for arm in scored["arms"] for row in (arm, "  published")]
    return panels(Column("arm", [*rows, "guessing"]), _groups(one, scored, alpha, beside=False))


def _groups(one: Mapping[str, Any], scored: Mapping[str, Any], alpha: float, *, beside: bool) -> list[Group]:
    shown, arms = one["shown"], scored["arms"]
    first = scored["scores"][arms[0]]

    def column(head: str, ours: list[str], subset: str | None, guess: str = "") -> list[Column]:
        if not one["published"]:
            return [Column(head, [*ours, guess])]
        theirs = [_published(one["published"], arm, subset) for arm in arms]
        if not beside:
            mixed = [cell for pair in zip(ours, theirs, strict=True) for cell in pair]
            return [Column(head, [*mixed, guess])]
        return [Column(head, [*ours, guess])] + ([Column("publ.", [*theirs, ""])] if subset else [])

    def values(kind: str, *keys: str) -> list[str]:
        return [f"{_at(scored['scores'][arm][kind], keys)[shown]:.4f}" for arm in arms]

    groups = [
        Group(s, column("ours", values("subsets", s), s, f"{first['subsets'][s]['chance']:.4f}"))
        for s in scored["subsets"]
    ]
    average = column("ours", values(AVERAGE), AVERAGE, f"{first[AVERAGE]['chance']:.4f}")
    if shown in {"accuracy", "micro_f1"}:
        cells = [scored["scores"][arm][AVERAGE] for arm in arms]
        interval = [f"{cell['ci_low']:.3f}–{cell['ci_high']:.3f}" for cell in cells]
        average[1:1] = column(f"{100 * (1 - alpha):g} %", interval, None)
    unread = [str(_unread(scored["scores"][arm]["pooled"])) for arm in arms]
    return [
        *groups,
        Group(AVERAGE, average),
        Group("all", column("ours", values("pooled"), None, f"{first['pooled']['chance']:.4f}")),
        Group("", column("unread", unread, None)),
    ]


def _at(value: Mapping[str, Any], keys: tuple[str, ...]) -> Mapping[str, Any]:
    for key in keys:
        value = value[key]
    return value


def _unread(cell: Mapping[str, Any]) -> int:
    return int(cell["unparsed"]) + int(cell["refused"])


def _published(published: Mapping[str, Any], arm: str, subset: str | None) -> str:
    value = published["rows"].get(arm, {}).get(subset) if subset else None
    if value is None:
        return NONE if subset else ""
    return f"{value:.4f}" + ("†" if subset == AVERAGE and arm in published["odd"] else "")


def _planned(scored: Mapping[str, Any], alpha: float, power: float) -> str:
    pairs = [pair for pair in scored["pairs"] if pair["planned"]]
    if not pairs:
        return ""
    title = (
        f"Against the baseline, on the same {scored['questions']:,} questions: exact McNemar test; p corrected for "
        f"{len(pairs)} test{'' if len(pairs) == 1 else 's'} (Holm); differences with Newcombe's paired interval. "
        f"shows: the smallest difference found with {100 * power:g} % power, in a test of its own and after correction."
    )
    groups = [
        Group("", [Column("baseline", [pair["b"] for pair in pairs])]),
        Group("only right", [Column("arm", [str(pair["only_a"]) for pair in pairs]),
                             Column("base", [str(pair["only_b"]) for pair in pairs])]),
        Group("difference", [Column("", [f"{pair['difference']:+.4f}" for pair in pairs]),
                             Column(f"{100 * (1 - alpha):g} %", [_interval(pair) for pair in pairs])]),
        Group("p", [Column("", [_p(pair["p"]) for pair in pairs]),
                    Column("Holm", [_p(pair["p_holm"]) for pair in pairs])]),
        Group("shows", [Column("alone", [_found(pair["detectable"]) for pair in pairs]),
                        Column("Holm", [_found(pair["detectable_holm"]) for pair in pairs])]),
    ]  # fmt: skip
    return f"{paragraph(title)}\n\n{panels(Column('arm', [pair['a'] for pair in pairs]), groups)}"


def _others(scored: Mapping[str, Any], alpha: float) -> str:
    found = [pair for pair in scored["pairs"] if pair["p_holm_all"] < alpha]
    text = f"All {len(scored['pairs'])} pairs of arms, corrected for so many tests: "
    if not found:
        return paragraph(text + "none differs. Each is in data/comparison/benchmark_pairs.csv.")
    named = (f"{p['a']} − {p['b']} {p['difference']:+.4f} (p {_p(p['p_holm_all'])})" for p in found)
    return paragraph(f"{text}{len(found)} differ: {', '.join(named)}.")


def _footnotes(one: Mapping[str, Any]) -> list[str]:
    published = one["published"]
    if not published:
        return []
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
