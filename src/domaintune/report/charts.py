"""Charts as SVG text, drawn when the page is built: the page itself runs no code and loads nothing."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl
import vl_convert

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


def loss_curve(points: Sequence[Mapping[str, Any]]) -> str:
    """Draw loss over steps; `points` have step, split, loss."""
    encoding = {
        "x": {"field": "step", "type": "quantitative", "title": "step"},
        "y": {"field": "loss", "type": "quantitative", "title": "loss", "scale": {"zero": False}},
        "color": _colours("split", ["train", "validation"]),
        "strokeDash": {"field": "split", "type": "nominal", "legend": None},
    }
    return _svg(points, mark={"type": "line", "point": {"size": 28}, "strokeWidth": 2}, encoding=encoding)


def score_distribution(rows: Sequence[Mapping[str, Any]], baseline: str, arm: str) -> str:
    """Draw how many questions got which score; `rows` have arm, score, questions."""
    whole = {"tickMinStep": 1}
    encoding = {
        "x": {"field": "score", "type": "ordinal", "title": "score", "axis": {"labelAngle": 0}},
        "xOffset": {"field": "arm", "sort": [baseline, arm]},
        "y": {"field": "questions", "type": "quantitative", "title": "questions", "axis": whole},
        "color": _colours("arm", [baseline, arm]),
    }
    return _svg(rows, mark={"type": "bar"}, encoding=encoding)


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


def trained(arm: str, unsorted: pl.DataFrame) -> dict[str, Any]:
    """Return a trained arm's loss curve and figures."""
    curve = unsorted.sort("split", "step")
    points = curve.select("step", "split", "loss").drop_nulls()
    validation = points.filter(pl.col("split") == "validation").sort("loss", "step")
    train = points.filter(pl.col("split") == "train")
    best = validation.row(0, named=True) if validation.height else None
    return {
        "arm": arm,
        "chart": loss_curve(points.to_dicts()),
        "steps": int(max(points["step"].to_list(), default=0)),
        "train_first": train["loss"][0] if train.height else None,
        "train_last": train["loss"][-1] if train.height else None,
        "validation_best": best["loss"] if best else None,
        "validation_best_step": int(best["step"]) if best else None,
        "points": points.to_dicts(),
    }


def _colours(field: str, domain: Sequence[str]) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "scale": {"domain": list(domain), "range": [BLUE, ORANGE]}}


def _svg(rows: Sequence[Mapping[str, Any]], **spec: Any) -> str:
    data = {"values": [dict(row) for row in rows]}
    full = {"$schema": SCHEMA, "width": 460, "height": 220, "config": CONFIG, "data": data} | spec
    svg = str(vl_convert.vegalite_to_svg(full, allowed_base_urls=[]))
    # The view box stays: the page scales the picture to the screen.
    return re.sub(r'^(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r'\1 focusable="false"', svg)
