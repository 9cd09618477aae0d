"""Seconds and memory of each stage up to `mix`, at the size of the NASA R&D study, on a composed corpus.

Study: 53,255 records, 8,617 documents asked, 21,543 pairs (Kim, Noh, Hahn, Choi 2024, section 3.2). The embedded
generator composes the records and the embedded teacher answers, so every second is this project's own. Each stage is
the command that DVC runs, in a process of its own; composing the corpus and the tokenizer's model are not counted.
Run: `python bench/study_size.py`; exits 1 above 300 s or 1.5 GiB. With `--tiny`, a table of a million rows of one short
sentence goes through `ingest` instead, which must hold a batch of them at a time: exits 1 above 40 s or 512 MiB.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import networkx
import typer
from dvc.repo import Repo
from ruamel.yaml import YAML

from domaintune.core.stage.files import read_json, to_json

ROOT = Path(__file__).parents[1]
RECORDS_A_PROJECT = 375 / 240
"""The generator writes 240 rows of projects and 135 of awards for 240 projects."""
RECORDS, ASKED = 53_255, 8_617
FIELDS = ["text", "nasa_applications", "keywords"]
"""Of a composed document 2.5 are filled: 8,617 documents make the study's number of pairs."""
LIMITS, TINY_LIMITS = (300.0, 1536.0), (40.0, 512.0)
"""Seconds and MiB."""
TINY_ROWS = 1_000_000
TINY = {
    "path": "data/raw/tiny.csv", "kind": "documents", "format": "columns", "agency": None, "language": "en", "licence": "CC0",
    "columns": {
        "id": "id", "title": "title", "text": "text", "keywords": None, "keyword_separator": ";", "sections": {},
        "attributes": {}, "agency": None,
    },
}  # fmt: skip
NOT_COUNTED = ("sample", "foundation")


class Stage(NamedTuple):
    """A stage that ran."""

    name: str
    seconds: float
    cpu_s: float
    """Of the processor, which others on the machine do not change."""
    peak_mib: float


def copy(folder: Path, records: int, asked: int, tiny: int) -> None:
    """Copy what git tracks and set the size in params.yaml; compose the table of tiny rows."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    for name in tracked.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    yaml, path = YAML(), folder / "params.yaml"
    params: dict[str, Any] = yaml.load(path)
    params["sample"]["nasa"]["projects"] = round(records / RECORDS_A_PROJECT)
    params["tasks"]["nasa_rnd"].update(fields=FIELDS, max_documents=asked)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "layers": 1, "heads": 1, "chat": True}
    params["models"]["original"]["random"] = sizes
    if tiny:
        params["sources"]["tiny"] = TINY
        params["ingest"]["min_chars"] = 1
        (folder / "data/raw").mkdir(parents=True, exist_ok=True)
        with (folder / "data/raw/tiny.csv").open("w", encoding="utf-8") as raw:
            raw.write("id,title,text\n")
            raw.writelines(f"{n},Pump {n},Pump {n} moves {n % 97} litres an hour.\n" for n in range(tiny))
    yaml.dump(params, path)
    for command in (["git", "init", "-q"], ["git", "add", "-A"]):
        subprocess.run(command, cwd=folder, check=True)


def commands(folder: Path, *last: str) -> list[tuple[str, str]]:
    """Return name and command of the stages and of all they rest on, in an order that DVC would take."""
    with Repo(str(folder)) as repo:
        graph = repo.index.graph
        wanted = {s for s in graph if s.name in last}
        needed = wanted.union(*(networkx.descendants(graph, stage) for stage in wanted))
        order = list(networkx.topological_sort(graph.subgraph(needed)))
        return [(stage.name, stage.cmd) for stage in reversed(order)]


def run(name: str, command: str, folder: Path) -> Stage:
    """Run a stage's command and return its seconds and its peak resident memory."""
    began = time.perf_counter()
    words = [sys.executable, *shlex.split(command)[1:]]
    ledger = {"DOMAINTUNE_LEDGER": str(folder / "ledger.sqlite3"), "HF_HUB_OFFLINE": "1"}
    environment = os.environ | ledger | {"DVC_STAGE": name}
    process = subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = process.stdout.read() if process.stdout else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} failed:\n{said.decode(errors='replace')[-3000:]}")
    return Stage(name, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(last: Sequence[str], limits: tuple[float, float], *, records: int, asked: int, tiny: int) -> bool:
    """Run the stages up to `last`, print a row for each and the sum, and tell whether they kept within the limits."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy(folder, records, asked, tiny)
        typer.echo("| stage | seconds | of the CPU | peak MiB |\n|---|---|---|---|")
        counted: list[Stage] = []
        for name, command in commands(folder, *last):
            stage = run(name, command, folder)
            counted += [] if name.startswith(NOT_COUNTED) else [stage]
            typer.echo(f"| {name} | {stage.seconds:.1f} | {stage.cpu_s:.1f} | {stage.peak_mib:.0f} |")
        books = [read_json(path) for path in sorted((folder / "data/accounting").glob("*/*.json"))]
    kept = {one["stage"]: one["in"] for one in books if one["item"] == "all"}
    seconds, peak = sum(s.seconds for s in counted), max(s.peak_mib for s in counted)
    read = sum(one["in"] for one in books if one["stage"] == "ingest")
    told = {"bench": "study_size", "records": read, "documents": kept.get("corpus"), "pairs": kept.get("curate"),
            "seconds": round(seconds, 1), "cpu_s": round(sum(s.cpu_s for s in counted), 1), "peak_mib": round(peak)}  # fmt: skip
    typer.echo(to_json(told | {"limits": limits}))
    return seconds <= limits[0] and peak <= limits[1]


def main(
    tiny: Annotated[bool, typer.Option()] = False, smoke: Annotated[bool, typer.Option()] = False
) -> None:
    """Measure the study's size, or the tiny rows; at smoke size both."""
    held = True
    if smoke or not tiny:
        last = ("curate" if smoke else "mix@tuned", "reconcile@starter_spending")
        records, asked = (150, 40) if smoke else (RECORDS, ASKED)
        held = measure(last, LIMITS, records=records, asked=asked, tiny=0)
    if smoke or tiny:
        rows = 1000 if smoke else TINY_ROWS
        held = measure(["ingest@tiny"], TINY_LIMITS, records=150, asked=40, tiny=rows) and held
    if not held:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
