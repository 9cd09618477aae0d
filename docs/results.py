"""Write README's result tables from metrics/compare.json, between its two marks.

python docs/results.py
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- results:", "<!-- /results -->"
JUDGED = ("n", "clusters", "mean_baseline", "mean", "difference", "ci_low", "ci_high", "p", "p_holm", "d_z")


def table(metrics: dict[str, Any]) -> str:
    """Return the arms that were compared as Markdown tables; `–` where a figure could not be had."""
    parts = [judged(metrics)] if any("n" in m for m in metrics.values()) or not metrics else []
    flat = (name for m in metrics.values() for name, value in m.items() if isinstance(value, int | float))
    names = sorted({name for name in flat if name not in JUDGED})
    return "\n\n".join([*parts, *([benchmarks(metrics, names)] if names else [])])


def judged(metrics: dict[str, Any]) -> str:
    """Return what a judge said of each arm against its baseline."""
    head = "| arm against baseline | questions (clusters) | baseline | tuned | difference (95 % interval) | p (Holm) | d_z |"
    lines = [head, "|---|---|---|---|---|---|---|"]
    for arm, m in sorted(metrics.items()):
        if "n" not in m:
            continue
        interval = f"{number(m, 'difference', '+.3f')} ({number(m, 'ci_low', '+.3f')} to {number(m, 'ci_high', '+.3f')})"
        p = "< 0.0001" if 0 <= (m.get("p_holm") or -1) < 1e-4 else number(m, "p_holm", ".4f")
        means = number(m, "mean_baseline", ".3f"), number(m, "mean", ".3f")
        cells = [arm, f"{m['n']} ({m['clusters']})", *means, interval, p, number(m, "d_z", ".2f")]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def benchmarks(metrics: dict[str, Any], names: list[str]) -> str:
    """Return each arm's average on each benchmark."""
    lines = [f"| {' | '.join(['arm', *names])} |", "|---" * (1 + len(names)) + "|"]
    for arm, m in sorted(metrics.items()):
        if any(name in m for name in names):
            lines.append(f"| {' | '.join([arm, *(number(m, name, '.4f') for name in names)])} |")
    return "\n".join(lines)


def number(figures: dict[str, Any], name: str, form: str) -> str:
    """Return a figure as text."""
    value = figures.get(name)
    return "–" if value is None else format(value, form)


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
