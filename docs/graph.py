"""Draw docs/graph.svg from dvc.yaml: one box a stage, one arrow for each folder a stage reads from another.

    python docs/graph.py

Stages are laid out in layers (Sugiyama's method, by grandalf, which `dvc dag` uses, too), so that every arrow points
down. A test holds the picture against dvc.yaml, so it cannot go stale.
"""

import re
from ast import literal_eval
from html import escape
from pathlib import Path
from typing import Any

from grandalf.graphs import Edge, Vertex, graph_core
from grandalf.layouts import SugiyamaLayout, VertexViewer
from grandalf.routing import EdgeViewer
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT, LANE, MARGIN = 124, 46, 10, 16
COLOURS = {"data": "#dbeafe", "teacher": "#fef3c7", "model": "#dcfce7", "proof": "#fce7f3"}
GROUPS = {
    "data": ["sample", "ingest", "reconcile", "corpus", "validate", "curate"],
    "teacher": ["generate", "translate", "grade", "judge"],
    "model": ["foundation", "vocabulary", "mix", "train", "answer", "benchmark"],
    "proof": ["compare", "report"],
}
LABELS = {"data": "tables", "teacher": "asks a model, pays once", "model": "torch", "proof": "evidence"}
KINDS = ("documents", "questions", "instructions")
FROM_PARAMS = {
    ("sample", "ingest"),
    ("sample", "reconcile"),
    ("sample", "foundation"),
    ("ingest", "reconcile"),
}
"""The paths of raw files stand in params.yaml; the starter's are written by `sample`."""


def nodes(stages: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the boxes: a stage, or one box an item where dvc.yaml itself lists the items (validate)."""
    boxes = {}
    for name, entry in stages.items():
        if name == "check":  # every stage waits for it; an arrow to each box would show nothing
            continue
        items, body = entry.get("foreach"), entry.get("do", entry)
        if not isinstance(items, dict):
            boxes[name] = body
            continue
        for item, values in items.items():
            text = repr(body).replace("${key}", item)
            for field, value in values.items():
                text = text.replace(f"${{item.{field}}}", value)
            boxes[f"{name} {item}"] = literal_eval(text)
    return boxes


def edges(boxes: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Return (writer, reader) pairs: a dep that an out covers, or that covers an out."""
    outs = {
        name: [
            path for kind in ("outs", "metrics", "plots") for out in body.get(kind, []) for path in paths(out)
        ]
        for name, body in boxes.items()
    }
    pairs = {
        (writer, reader)
        for reader, body in boxes.items()
        for entry in body["deps"]
        for dep in paths(entry)
        for writer, written in outs.items()
        for path in written
        if writer != reader and overlap(dep, path)
    }
    return sorted(pairs | FROM_PARAMS)


def paths(entry: Any) -> list[str]:
    """Return the path of an out with or without options, a source's folder once for each kind of source."""
    path = str(next(iter(entry))) if isinstance(entry, dict) else str(entry)
    named = [path.replace("${item.kind}", kind) for kind in KINDS] if "${item.kind}" in path else [path]
    return [re.sub(r"\$\{[^}]*\}", "*", one) for one in named]


def overlap(a: str, b: str) -> bool:
    """Tell whether one path lies in the other."""
    return not a.startswith("data/accounting") and (a == b or a.startswith(b + "/") or b.startswith(a + "/"))


def svg(stages: dict[str, Any]) -> str:
    """Return the picture."""
    boxes = nodes(stages)
    vertices = {name: Vertex(name) for name in boxes}
    for vertex in vertices.values():
        vertex.view = VertexViewer(WIDTH, HEIGHT)
    arrows = [Edge(vertices[a], vertices[b]) for a, b in edges(boxes)]
    for one in arrows:
        one.view = EdgeViewer()
    layout = SugiyamaLayout(graph_core(list(vertices.values()), arrows))
    layout.dw, layout.dh = LANE, HEIGHT
    layout.xspace, layout.yspace = LANE, 40
    layout.init_all()
    layout.draw(12)
    everywhere = [x for one in arrows for x, _ in one.view._pts] + [
        v.view.xy[0] + side * WIDTH / 2 for v in vertices.values() for side in (-1, 1)
    ]
    left, right = min(everywhere) - MARGIN, max(everywhere) + MARGIN
    bottom = max(v.view.xy[1] for v in vertices.values()) + HEIGHT / 2 + MARGIN
    many = {name for name, entry in stages.items() if isinstance(entry.get("foreach"), str)}
    parts = [
        box(name, v.view.xy[0] - left, v.view.xy[1] + MARGIN, name in many) for name, v in vertices.items()
    ]
    parts += [arrow(one.view._pts, left) for one in arrows]
    for n, (group, label) in enumerate(LABELS.items()):
        parts.append(
            f'<rect x="{MARGIN + n * 240}" y="{bottom + 16:.0f}" width="14" height="14" rx="3" fill="{COLOURS[group]}" '
            f'stroke="#475569"/><text x="{MARGIN + 20 + n * 240}" y="{bottom + 29:.0f}" font-size="17">{escape(label)}</text>'
        )
    size = f"0 0 {right - left:.0f} {bottom + 46:.0f}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" font-family="sans-serif">'
    marker = (
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>'
    )
    title = "<title>The stage graph: boxes with a double edge run once for each item</title>"
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([head, title, ground, marker, *parts, "</svg>"]) + "\n"


def arrow(points: list[tuple[float, float]], left: float) -> str:
    """Return the way from a box's lower edge to another's upper one; it bends between layers, never beside a box."""
    (x1, y1), *lanes, (x2, y2) = [(x - left, y + MARGIN) for x, y in points]
    towards, *_, comes_from = [x for x, _ in lanes] * 2 or [(x1 + x2) / 2] * 2
    half, room = HEIGHT / 2, WIDTH / 2 - 12
    ends = [(x1 + max(-room, min(room, towards - x1)), y1 + half)]
    for x, y in lanes:
        ends += [(x, y - half), (x, y + half)]
    ends.append((x2 + max(-room, min(room, comes_from - x2)), y2 - half))
    path = f"M{ends[0][0]:.0f} {ends[0][1]:.0f}"
    for (a, top), (b, bottom) in zip(ends[::2], ends[1::2], strict=True):
        middle = (top + bottom) / 2
        path += f"L{a:.0f} {top:.0f}C{a:.0f} {middle:.0f} {b:.0f} {middle:.0f} {b:.0f} {bottom:.0f}"
    return f'<path d="{path}" fill="none" stroke="#64748b" stroke-width="1.2" marker-end="url(#a)"/>'


def box(name: str, x: float, y: float, many: bool) -> str:
    """Return a stage's box around a point; a second edge behind it says that it runs once for each item."""
    groups = [group for group, names in GROUPS.items() if name.split(maxsplit=1)[0] in names]
    if not groups:
        raise SystemExit(f"{name}: name it in GROUPS of docs/graph.py, which gives a stage its colour")
    colour = COLOURS[groups[0]]
    shape = f'width="{WIDTH}" height="{HEIGHT}" rx="7" fill="{colour}" stroke="#475569"'
    corner = x - WIDTH / 2, y - HEIGHT / 2
    behind = f'<rect x="{corner[0] + 4:.0f}" y="{corner[1] - 4:.0f}" {shape}/>' if many else ""
    lines = name.split()
    text = "".join(
        f'<text x="{x:.0f}" y="{y + 6 + 18 * (n - (len(lines) - 1) / 2):.0f}" text-anchor="middle" font-size="19">'
        f"{escape(line)}</text>"
        for n, line in enumerate(lines)
    )
    return f'{behind}<rect x="{corner[0]:.0f}" y="{corner[1]:.0f}" {shape}/>{text}'


if __name__ == "__main__":
    graph = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    (ROOT / "docs" / "graph.svg").write_text(svg(graph["stages"]), encoding="utf-8")
