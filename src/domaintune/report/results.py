"""What was gained, judged and on benchmarks, and how training went: charts as SVG text, drawn when the page is built.

The page itself runs no code and loads nothing.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl
import vl_convert

from domaintune.science.comparison.benchmark_tables import INTERVALS
from domaintune.science.comparison.benchmarked import AVERAGE, Benchmark, Scored
from domaintune.science.comparison.judged import Means
from domaintune.science.comparison.tree import Comparison

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#595959"  # Okabe and Ito: told apart by colour-blind readers too
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # a name, not an address: nothing is fetched
FONT = "system-ui, 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif"
CONFIG = {
    "background": "transparent",
    "padding": {"left": 30, "right": 12, "top": 6, "bottom": 6},  # fonts differ: a reader's may be wider
    "font": FONT,
    "axis": {"labelColor": "#1a1a1a", "titleColor": "#1a1a1a", "labelFontSize": 12, "titleFontSize": 12,
             "titleFontWeight": "normal", "gridColor": "#dddddd", "domainColor": GREY, "tickColor": GREY},
    "legend": {"labelFontSize": 12, "title": None, "orient": "top"},
    "view": {"stroke": None},
}  # fmt: skip


def summary(scored: Scored, alpha: float) -> str:
    """Say in one sentence which arms differ from their baselines after correction."""
    pairs = scored.planned
    if not pairs:
        return "No arm has another arm of this benchmark as its baseline; the pairs below are all there is to test."
    sure = [pair for pair in pairs if pair.p_holm is not None and pair.p_holm < alpha]
    sides = {
        word: [f"{one.a} {100 * one.difference:+.1f} points" for one in sure if sign * one.difference > 0]
        for word, sign in (("better", 1), ("worse", -1))
    }
    told = [f"{len(own)} significantly {word} ({', '.join(own)})" for word, own in sides.items() if own]
    if not told:
        return f"No arm differs significantly from its baseline ({len(pairs)} tested)."
    if rest := len(pairs) - sum(map(len, sides.values())):
        told.append(f"{rest} without a difference that could be shown")
    arms, whose = ("1 arm", "its") if len(pairs) == 1 else (f"{len(pairs):,} arms", "their")
    return f"{arms} tested against {whose} baseline: {', '.join(told)}."


def matrix(scored: Scored, alpha: float) -> list[tuple[str, list[tuple[float, bool] | None]]]:
    """Return row arm − column arm for every two arms, and whether it is significant."""
    found: dict[tuple[str, str], tuple[float, bool]] = {}
    for pair in scored.pairs:
        sure = pair.p_holm_all < alpha
        found[pair.a, pair.b] = pair.difference, sure
        found[pair.b, pair.a] = -pair.difference, sure
    return [(a, [found.get((a, b)) for b in scored.arms]) for a in scored.arms]


def trained(arm: str, unsorted: pl.DataFrame) -> dict[str, Any]:
    """Return a trained arm's loss curve and figures."""
    curve = unsorted.sort("split", "step")
    points = curve.select("step", "split", "loss").drop_nulls()
    validation = points.filter(pl.col("split") == "validation").sort("loss", "step")
    train = points.filter(pl.col("split") == "train")
    best = validation.row(0, named=True) if validation.height else None
    encoding = {
        "x": {"field": "step", "type": "quantitative", "title": "step"},
        "y": {"field": "loss", "type": "quantitative", "title": "loss", "scale": {"zero": False}},
        "color": _colours("split", ["train", "validation"]),
        "strokeDash": {"field": "split", "type": "nominal", "legend": None},
    }
    line = {"type": "line", "point": {"size": 28}, "strokeWidth": 2}
    return {
        "arm": arm,
        "chart": _svg(points.to_dicts(), mark=line, encoding=encoding),
        "steps": int(max(points["step"].to_list(), default=0)),
        "train_first": train["loss"][0] if train.height else None,
        "train_last": train["loss"][-1] if train.height else None,
        "validation_best": best["loss"] if best else None,
        "validation_best_step": int(best["step"]) if best else None,
        "points": points.to_dicts(),
    }


def distribution(scores: pl.DataFrame, arm: str, baseline: str, rubric: str, criterion: str) -> str:
    """Draw how many questions got which score, an arm's and its baseline's."""
    own = scores.filter(comparison=arm, rubric=rubric, criterion=criterion)
    counted = own.group_by("arm", "score").agg(questions=pl.len()).sort("score", "arm")
    rows = [row | {"score": f"{row['score']:.3g}"} for row in counted.iter_rows(named=True)]
    whole = {"tickMinStep": 1}
    encoding = {
        "x": {"field": "score", "type": "ordinal", "title": "score", "axis": {"labelAngle": 0}},
        "xOffset": {"field": "arm", "sort": [baseline, arm]},
        "y": {"field": "questions", "type": "quantitative", "title": "questions", "axis": whole},
        "color": _colours("arm", [baseline, arm]),
    }
    return _svg(rows, mark={"type": "bar"}, encoding=encoding)


def differences_chart(found: Comparison) -> str | None:
    """Draw the difference of every compared arm with its interval; None where there is none."""
    rows = [
        (f"{name} − {arm.baseline}", own.mean, own.ci_low, own.ci_high)
        for name, arm in sorted(found.arms.items())
        for one in arm.tested
        if (own := one.statistics.difference).ci_low is not None
    ]
    title = "difference in score (right of 0: better than the baseline)"
    return intervals(rows, title, rule_at=0.0) if rows else None


def likeness_chart(categories: Means) -> str:
    """Draw the similarity of two arms' answers by respect."""
    rows = [(name, one.mean, one.ci_low, one.ci_high) for name, one in categories.items()]
    return intervals(rows, "similarity of the two answers", domain=(1, 5))


def chart(one: Benchmark, scored: Scored) -> str:
    """Draw every arm's average with its interval, what guessing scores, and what was published."""
    published = one.published.rows if one.published and one.shown in INTERVALS else {}
    cells = {arm: scored.scores[arm].average for arm in scored.arms}
    rows = [(arm, cell.accuracy, cell.ci_low, cell.ci_high) for arm, cell in cells.items()]
    marks = {arm: published[arm][AVERAGE] for arm in cells if AVERAGE in published.get(arm, {})}
    guessing = cells[scored.arms[0]].chance
    return intervals(rows, "accuracy, mean of the subsets", guessing, marks=marks)


def intervals(
    values: Sequence[tuple[str, float, float | None, float | None]], title: str, rule_at: float | None = None,
    domain: tuple[float, float] | None = None, marks: Mapping[str, float] = MappingProxyType({}),
) -> str:  # fmt: skip
    """Draw values (name, mean, low, high) with their intervals, a line at `rule_at`, and other values by name."""
    rows = [
        {"name": name, "mean": mean, "low": low, "high": high, "mark": marks.get(name)}
        for name, mean, low, high in values
    ]
    scale = {"domain": list(domain), "zero": False} if domain else {}
    axis = {"field": "mean", "type": "quantitative", "title": title, "scale": scale, "axis": {"tickCount": 6}}
    line, point = (
        {"type": "rule", "strokeWidth": 2},
        {"type": "point", "filled": True, "size": 90, "opacity": 1},
    )
    layers: list[dict[str, Any]] = [
        {"mark": line, "encoding": {"x": axis | {"field": "low"}, "x2": {"field": "high"}}},
        {"mark": point, "encoding": {"x": axis}},
    ]
    if rule_at is not None:
        zero = {"type": "rule", "strokeDash": [4, 3], "color": GREY}
        encoding: dict[str, Any] = {"x": {"datum": rule_at}, "y": None, "color": {"value": GREY}}
        layers.insert(0, {"mark": zero, "encoding": encoding})
    if marks:
        diamond = point | {"shape": "diamond", "filled": False, "size": 80, "strokeWidth": 2}
        there = [{"filter": "isValid(datum.mark)"}]
        encoding = {"x": axis | {"field": "mark"}, "color": {"value": ORANGE}}
        layers.append({"mark": diamond, "transform": there, "encoding": encoding})
    y = {"field": "name", "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 260}}
    return _svg(rows, layer=layers, encoding={"y": y, "color": {"value": BLUE}}, height={"step": 34})


def _colours(field: str, domain: Sequence[str]) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "scale": {"domain": list(domain), "range": [BLUE, ORANGE]}}


def _svg(rows: Sequence[Mapping[str, Any]], **spec: Any) -> str:
    data = {"values": [dict(row) for row in rows]}
    full = {"$schema": SCHEMA, "width": 460, "height": 220, "config": CONFIG, "data": data} | spec
    svg = str(vl_convert.vegalite_to_svg(full, allowed_base_urls=[]))
    # The view box stays: the page scales the picture to the screen.
    return re.sub(r'^(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r'\1 focusable="false"', svg)
