"""Seconds and memory of each stage up to `mix`, at the size of the NASA R&D study, on a composed corpus.

Study: 53,255 records, 8,617 documents asked, 21,543 pairs (Kim, Noh, Hahn, Choi 2024, section 3.2). The embedded
generator composes the records and the embedded teacher answers, so every second is this project's own. Each stage is
the command that DVC runs, in a process of its own; composing the corpus and the tokenizer's model are not counted.
Run: `python bench/study_size.py`; exits 1 above 300 s or 1.5 GiB.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
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
LIMIT_S, LIMIT_MIB = 300.0, 1536.0
NOT_COUNTED = ("sample", "foundation")


class Stage(NamedTuple):
    """A stage that ran."""

    name: str
    seconds: float
    cpu_s: float
    """Of the processor, which others on the machine do not change."""
    peak_mib: float


def copy(folder: Path, records: int, asked: int) -> None:
    """Copy what git tracks and set the size in params.yaml."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    for name in tracked.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    yaml, path = YAML(), folder / "params.yaml"
    params: dict[str, Any] = yaml.load(path)
    params["sample"]["nasa"]["projects"] = round(records / RECORDS_A_PROJECT)
    params["sample"]["pretraining"].update(documents=100, dialogues=10)
    params["tasks"]["nasa_rnd"].update(fields=FIELDS, max_documents=asked)
    params["models"]["original"]["steps"] = 1
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


def main(smoke: Annotated[bool, typer.Option()] = False) -> None:
    """Run the stages, print a row for each and the sum."""
    records, asked = (150, 40) if smoke else (RECORDS, ASKED)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy(folder, records, asked)
        typer.echo("| stage | seconds | of the CPU | peak MiB |\n|---|---|---|---|")
        counted: list[Stage] = []
        for name, command in commands(
            folder, "curate" if smoke else "mix@tuned", "reconcile@starter_spending"
        ):
            stage = run(name, command, folder)
            counted += [] if name.startswith(NOT_COUNTED) else [stage]
            typer.echo(f"| {name} | {stage.seconds:.1f} | {stage.cpu_s:.1f} | {stage.peak_mib:.0f} |")
        kept = {p.parent.name: read_json(p)["in"] for p in (folder / "data/accounting").glob("*/all.json")}
        read = sum(read_json(p)["in"] for p in (folder / "data/accounting/ingest").glob("*.json"))
    seconds, peak = sum(s.seconds for s in counted), max(s.peak_mib for s in counted)
    typer.echo(
        to_json(
            {"bench": "study_size", "records": read, "documents": kept["corpus"], "pairs": kept["curate"],
             "seconds": round(seconds, 1),
             "cpu_s": round(sum(s.cpu_s for s in counted), 1), "peak_mib": round(peak), "limits": [LIMIT_S, LIMIT_MIB]}
        )
    )  # fmt: skip
    if seconds > LIMIT_S or peak > LIMIT_MIB:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
