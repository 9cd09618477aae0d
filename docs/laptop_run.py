"""Run a recipe at size laptop in this working tree and write docs/runs/NAME.md; what people wrote in it stays.

python docs/laptop_run.py NAME
"""

import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

from results import table

from domaintune.cli.recipe import load
from domaintune.compare.terminal import as_text
from domaintune.science.comparison.tree import read_comparison

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- run: written by docs/laptop_run.py -->", "<!-- /run -->"
STATISTICS = re.compile(
    r"Paired t-test|F-test|Spread of the scores|Difference \(|.* by category\n|category  |.* on the same questions, with the interval"
)
"""Tables that `dvc repro` prints and `domaintune stats` explains; their figures that matter are in the first table."""
WIDTH = 130
LOST = ("duplicates", "contaminated", "rejected", "failed")


def command(*words: str) -> str:
    """Run a command in the repository and return what it printed; one that fails ends the script."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} exited {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def rows() -> Iterator[str]:
    """Yield a table of what each stage took, kept and lost."""
    yield "| stage | what | in | kept | lost, by reason |"
    yield "|---|---|---|---|---|"
    for path in sorted((ROOT / "data/accounting").rglob("*.json"), key=lambda one: one.stat().st_mtime):
        one = json.loads(path.read_text(encoding="utf-8"))
        if one["in"]:
            reasons = {name: count for kind in LOST for name, count in one[kind].items()}
            told = ", ".join(f"{name} {count:,}" for name, count in reasons.items()) or "–"
            name = f"{one['stage']} {one['item']}".removesuffix(" all")
            yield f"| {name} | {one['rows']} | {one['in']:,} | {one['kept']:,} | {told} |"


def processor() -> str:
    """Return the processor's name as the kernel tells it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine()
    )


def page(name: str, minutes: float) -> Iterator[str]:
    """Yield what the run wrote, as Markdown."""
    found = read_comparison(ROOT / "data/comparison/comparison.json")
    commit = command("git", "rev-parse", "--short", "HEAD").strip()
    yield f"`domaintune recipe use {name} --size laptop && dvc repro`, once, at commit {commit}: **{minutes:.1f} min** on"
    yield f"{os.cpu_count()} cores ({processor()}; torch {version('torch')}, transformers {version('transformers')})."
    yield from (
        "",
        "### Result",
        "",
        table(json.loads((ROOT / "metrics/compare.json").read_text(encoding="utf-8"))),
        "",
    )
    yield from ("What `compare` printed, without its statistical tables:", "", "```text")
    parts = (part for part in as_text(found).split("\n\n") if not STATISTICS.match(part))
    yield "\n\n".join(dict.fromkeys(map(folded, parts)))
    yield from ("```", "", "### Rows", "", *rows(), "", "### What it cost (`domaintune costs`)", "")
    yield from ("```text", command("domaintune", "costs").rstrip(), "```")


def folded(part: str) -> str:
    """Return a part of a text with no line longer than a page is wide."""
    return "\n".join(fill(line, WIDTH) if len(line) > WIDTH else line for line in part.splitlines())


def main(name: str) -> None:
    """Run it, timed, and write the page."""
    command("domaintune", "recipe", "use", name, "--size", "laptop")
    began = time.monotonic()
    command("dvc", "repro")
    told = "\n".join([BEGIN, *page(name, (time.monotonic() - began) / 60), END])
    path = ROOT / "docs/runs" / f"{name}.md"
    before = (
        path.read_text(encoding="utf-8")
        if path.exists()
        else f"# {load(name).title}, on a laptop\n\n{BEGIN}{END}\n"
    )
    head, _, rest = before.partition(BEGIN)
    path.write_text(f"{head}{told}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
