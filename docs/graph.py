"""Draw docs/graph.svg from dvc.yaml: one box a stage, one arrow for each folder a stage reads from another.

    python docs/graph.py

A test holds the picture against dvc.yaml, so it cannot go stale.
"""

from ast import literal_eval
from html import escape
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 46, 34, 46, 20
PLACES = {  # column, row
    "sample": (0, 0), "ingest": (1, 0), "corpus": (2, 0), "validate documents": (3, 0), "generate": (4, 0),
    "translate": (5, 0),
    "foundation": (0, 1), "reconcile": (1, 1), "grade": (2, 1), "validate instructions": (3, 1), "curate": (4, 1),
    "vocabulary": (0, 2), "mix": (1, 2), "train": (2, 2), "answer": (3, 2), "judge": (4, 2),
    "report": (1, 3), "compare": (2, 3), "benchmark": (3, 3),
}  # fmt: skip
COLOURS = {"data": "#dbeafe", "teacher": "#fef3c7", "model": "#dcfce7", "proof": "#fce7f3"}
GROUPS = {
    "data": ["sample", "ingest", "reconcile", "corpus", "validate", "curate"],
    "teacher": ["generate", "translate", "grade", "judge"],
    "model": ["foundation", "vocabulary", "mix", "train", "answer", "benchmark"],
    "proof": ["compare", "report"],
}
LABELS = {"data": "tables", "teacher": "asks a model, pays once", "model": "torch", "proof": "evidence"}


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
        name: [key(out) for kind in ("outs", "metrics", "plots") for out in body.get(kind, [])]
        for name, body in boxes.items()
    }
    pairs = {
        (writer, reader)
        for reader, body in boxes.items()
        for dep in map(key, body["deps"])
        for writer, paths in outs.items()
        for path in paths
        if writer != reader and overlap(dep, path)
    }
    # the raw files' paths stand in params.yaml; the starter's are written by `sample`
    return sorted(
        pairs
        | {("sample", "ingest"), ("sample", "reconcile"), ("sample", "foundation"), ("ingest", "reconcile")}
    )


def key(entry: Any) -> str:
    """Return the path of an out with or without options, and `data/${item.kind}` as what it is: documents."""
    path = str(next(iter(entry))) if isinstance(entry, dict) else str(entry)
    return path.replace("${item.kind}", "documents")


def overlap(dep: str, out: str) -> bool:
    """Tell whether one path lies in the other, the item's name left open."""
    a, b = (
        path.replace("${item.model}", "${key}").replace("${item.baseline}", "${key}") for path in (dep, out)
    )
    return not a.startswith("data/accounting") and (a == b or a.startswith(b + "/") or b.startswith(a + "/"))


def svg(stages: dict[str, Any]) -> str:
    """Return the picture.

    Raises:
        KeyError: a stage has no place in PLACES yet.
    """
    boxes = nodes(stages)
    pairs = edges(boxes)
    place = {
        name: (MARGIN + PLACES[name][0] * (WIDTH + GAP_X), MARGIN + PLACES[name][1] * (HEIGHT + GAP_Y))
        for name in boxes
    }
    columns, rows = (max(spot[axis] for spot in PLACES.values()) + 1 for axis in (0, 1))
    total, bottom = 2 * MARGIN + columns * (WIDTH + GAP_X) - GAP_X, MARGIN + rows * (HEIGHT + GAP_Y)
    parts = [arrow(place[a], place[b]) for a, b in pairs if not implied(a, b, pairs)]
    many = {name for name, entry in stages.items() if isinstance(entry.get("foreach"), str)}
    parts += [box(name, *place[name], name in many) for name in boxes]
    for n, (group, label) in enumerate(LABELS.items()):
        x = MARGIN + n * 180
        parts.append(
            f'<rect x="{x}" y="{bottom}" width="14" height="14" rx="3" fill="{COLOURS[group]}" stroke="#475569"/>'
        )
        parts.append(f'<text x="{x + 20}" y="{bottom + 12}" font-size="12">{escape(label)}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {bottom + 34}" font-family="sans-serif">'
    marker = (
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>'
    )
    title = "<title>The stage graph: boxes with a double edge run once for each item</title>"
    return (
        "\n".join(
            [head, title, '<rect width="100%" height="100%" fill="#ffffff"/>', marker, *parts, "</svg>"]
        )
        + "\n"
    )


def implied(a: str, b: str, pairs: list[tuple[str, str]]) -> bool:
    """Tell whether a longer way leads from a to b, so that the direct arrow can be left out."""
    todo = [reader for writer, reader in pairs if writer == a and reader != b]
    seen = set()
    while todo:
        name = todo.pop()
        if name == b:
            return True
        if name not in seen:
            seen.add(name)
            todo += [reader for writer, reader in pairs if writer == name]
    return False


def arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return a straight arrow between two boxes, from edge to edge."""
    (x1, y1), (x2, y2) = clipped(start, end), clipped(end, start)
    return f'<path d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}" stroke="#64748b" stroke-width="1.3" marker-end="url(#a)"/>'


def clipped(spot: tuple[int, int], towards: tuple[int, int]) -> tuple[float, float]:
    """Return where the line between two boxes' centres leaves the first box."""
    dx, dy = towards[0] - spot[0], towards[1] - spot[1]
    share = min(WIDTH / 2 / abs(dx) if dx else 9, (HEIGHT / 2 + 3) / abs(dy) if dy else 9)
    return spot[0] + WIDTH / 2 + dx * share, spot[1] + HEIGHT / 2 + dy * share


def box(name: str, x: int, y: int, many: bool) -> str:
    """Return a stage's box; a second edge behind it says that it runs once for each item."""
    colour = next(COLOURS[group] for group, names in GROUPS.items() if name.split(maxsplit=1)[0] in names)
    shape = f'width="{WIDTH}" height="{HEIGHT}" rx="7" fill="{colour}" stroke="#475569"'
    behind = f'<rect x="{x + 4}" y="{y - 4}" {shape}/>' if many else ""
    middle = f'<text x="{x + WIDTH / 2:.0f}" y="{y + HEIGHT / 2 + 5:.0f}" text-anchor="middle" font-size="{13 if " " in name else 15}">'
    return f'{behind}<rect x="{x}" y="{y}" {shape}/>{middle}{escape(name)}</text>'


if __name__ == "__main__":
    graph = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    (ROOT / "docs" / "graph.svg").write_text(svg(graph["stages"]), encoding="utf-8")
