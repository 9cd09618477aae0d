"""Write README's result table from metrics/compare.json, between its two marks.

python docs/results.py
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- results:", "<!-- /results -->"


def table(metrics: dict[str, Any]) -> str:
    """Return the arms that were compared as a Markdown table."""
    head = "| arm against baseline | n | baseline | tuned | difference (95 % interval) | p | d_z | length ratio |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for arm, m in sorted(metrics.items()):
        interval = f"{m['difference']:+.3f} ({m['ci_low']:+.3f} to {m['ci_high']:+.3f})"
        p = "< 0.0001" if m["p"] < 1e-4 else f"{m['p']:.4f}"
        cells = [arm, m["n"], f"{m['mean_base']:.3f}", f"{m['mean_tuned']:.3f}", interval, p]
        lines.append(
            "| " + " | ".join(map(str, [*cells, f"{m['d_z']:.2f}", f"{m['length_ratio']:.2f}"])) + " |"
        )
    return "\n".join(lines)


def written(readme: str, metrics: dict[str, Any]) -> str:
    """Return the README's text with the table in its place."""
    before, _, rest = readme.partition(BEGIN)
    mark, _, rest = rest.partition("\n")
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{mark}\n{table(metrics)}\n{END}{after}"


if __name__ == "__main__":
    figures = json.loads((ROOT / "metrics" / "compare.json").read_text(encoding="utf-8"))
    for name in ("README.md", "README.ko.md"):
        path = ROOT / name
        path.write_text(written(path.read_text(encoding="utf-8"), figures), encoding="utf-8")
