"""Faults by occurrence: every stage killed, or its disk filled, at the n-th write, rename, commit or request.

`struck` runs the stages of a finished pipeline again, each in a fork of one process that has the libraries loaded and
faults.c preloaded. A first run counts what it does; each fault then strikes at a seeded occurrence, and the next run
must give the very files of the undisturbed pipeline.
"""

import ctypes
import hashlib
import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import traceback
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from ruamel.yaml import YAML

from domaintune.core.stage.running import guarded

SOURCE = Path(__file__).with_suffix(".c")
HEAVY = ("transformers", "openai", "great_expectations")
HEAVY_TO_LEARN = ("torch", "trl", "peft")
"""Imported once, before anything is forked."""
LEARNING = {"answer", "benchmark", "foundation", "train", "vocabulary"}
"""Stages that load a model's weights, seconds each time: left out where only some faults of a stage are tried."""
ALIKE = [f"{stage}@base" for stage in ("answer", "benchmark", "judge", "mix")]
ALIKE += [f"{stage}@served" for stage in ("judge", "mix", "train")]
ALIKE += ["benchmark@tuned", "generate@summarise_extract", "ingest@starter_awards", "validate@instructions"]
"""Items that do what another one does."""
CONCURRENCY = 8
"""Requests that a kill may lose, because they were in flight."""


class Job(NamedTuple):
    """A stage's item as dvc.lock has it."""

    name: str
    words: list[str]
    outs: list[str]


class Fault(NamedTuple):
    """Where it strikes: the n-th of so many occurrences at a place, which touches a path."""

    place: str
    nth: int
    of: int
    path: str
    full: bool


class Outcome(NamedTuple):
    """How the struck run ended and what the next one came to; no problems is what is required."""

    job: str
    fault: Fault
    ended: str
    sent_again: int
    problems: list[str]


def struck(pipeline: Path, scratch: Path, seed: int, kills: int, most: int | None = None) -> list[Outcome]:
    """Strike every stage of a finished pipeline, in a copy: so many kills at each place, a full disk at each output.

    `most`: so many of these faults a stage, drawn by the seed; None: all.
    """
    folder, library = scratch / "struck", str(scratch / "faults.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, str(SOURCE)], check=True)
    ignored = shutil.ignore_patterns(".git", ".dvc", ".domaintune", "tests", "docs")
    shutil.copytree(pipeline, folder, ignore=ignored)
    words = [sys.executable, str(Path(__file__)), str(folder), str(seed), str(kills), json.dumps(most)]
    environment = os.environ | {"LD_PRELOAD": library, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["DOMAINTUNE_LEDGER"] = f"{folder}/ledger/l.sqlite3"
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True)
    read = (json.loads(line) for line in done.stdout.splitlines())
    return [Outcome(job, Fault(*fault), *rest) for job, fault, *rest in read]


def jobs(folder: Path, left_out: set[str]) -> Iterator[Job]:
    """Yield the items of dvc.lock, but for those of the stages left out and those that do what another one does."""
    locked = YAML(typ="safe").load(folder / "dvc.lock")["stages"]
    for name, stage in sorted(locked.items()):
        if name not in ALIKE and name.split("@")[0] not in left_out:
            yield Job(name, shlex.split(stage["cmd"])[2:], [out["path"] for out in stage.get("outs", [])])


class Runner:
    """Runs jobs in forks of this process, in one folder."""

    def __init__(self, folder: Path, library: str) -> None:
        self.folder, self.shim, self.errors = folder, ctypes.CDLL(library), tempfile.TemporaryFile()
        servers = YAML(typ="safe").load(folder / "params.yaml")["runtime"]["servers"]
        self.count_url = servers["teacher"]["base_url"].removesuffix("/v1") + "/count"
        self.clean = self.snapshot()

    def snapshot(self) -> dict[str, str]:
        """Return path → hash of all files but our own state."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            name = str(path.relative_to(self.folder))
            if path.is_file() and not name.startswith((".domaintune", "ledger")):
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def changed(self) -> list[str]:
        """Return the files that are not as the pipeline left them, missing and new ones too."""
        now = self.snapshot()
        return sorted(
            name for name in now.keys() | self.clean.keys() if now.get(name) != self.clean.get(name)
        )

    def forget(self, job: Job) -> None:
        """Put the folder where nothing of the job was ever done."""
        self.remove(job.outs)
        for state in (".domaintune", "ledger"):
            shutil.rmtree(self.folder / state, ignore_errors=True)

    def remove(self, outs: list[str]) -> None:
        for out in outs:
            path = self.folder / out
            if path.is_dir():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)

    def run(self, job: Job, fault: Fault | None = None, log: int = -1) -> tuple[int, str]:
        """Run a job as dvc does, which removes what does not persist, and return its status and stderr."""
        self.remove([out for out in job.outs if not out.startswith("data/responses")])
        self.errors.seek(0)
        self.errors.truncate()
        if (pid := os.fork()) == 0:
            os._exit(self._child(job, fault, log))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.errors.seek(0)
        return status, self.errors.read().decode(errors="replace")

    def _child(self, job: Job, fault: Fault | None, log: int) -> int:
        os.dup2(self.errors.fileno(), 1)
        os.dup2(self.errors.fileno(), 2)
        try:
            os.chdir(self.folder)
            module, *sys.argv[1:] = job.words
            os.environ["DVC_STAGE"] = job.name
            app = importlib.import_module(f"{module}.__main__").app
            if fault or log >= 0:
                place, nth, full = (fault.place, fault.nth, fault.full) if fault else ("", 0, False)
                self.shim.arm(str(self.folder).encode(), place.encode(), ctypes.c_long(nth), int(full), log)
            guarded(app)
        except SystemExit as left:
            return int(left.code or 0)
        except BaseException:  # noqa: BLE001 what a stage lets through is what this looks for
            sys.stderr.write(traceback.format_exc())
            return 70
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        return 0

    def requests(self) -> int:
        """Return how many requests the server has had."""
        with urllib.request.urlopen(self.count_url) as answer:
            return int(json.load(answer)["requests"])

    def count(self, job: Job) -> tuple[list[tuple[str, str]], int]:
        """Return what an undisturbed run does, place and path of each call, and how many requests it sends."""
        before = self.requests()
        with tempfile.TemporaryFile() as log:
            status, errors = self.run(job, log=log.fileno())
            log.seek(0)
            calls = [tuple(line.split(" ", 1)) for line in log.read().decode().splitlines()]
        assert status == 0, f"{job.name}: {errors}"
        assert self.changed() == [], f"{job.name} wrote other files than the pipeline did"
        return [(place, plain(path)) for place, path in calls], self.requests() - before

    def strike(self, job: Job, fault: Fault, usual: int) -> Outcome:
        """Run into the fault, then once more, and tell."""
        self.forget(job)
        before, problems = self.requests(), []
        status, errors = self.run(job, fault)
        if "Traceback" in errors:
            problems.append(f"traceback: {errors[-300:]}")
        if not fault.full and status != -9:
            problems.append(f"not killed, exited {status}")
        told = len(re.findall(r"^error: ", errors, re.MULTILINE))
        if fault.full and (status, told) not in ((0, 0), (1, 1)):
            problems.append(f"exited {status} with {told} messages: {errors[-300:]}")
        halves = [name for name in self.changed() if (self.folder / name).exists()]
        if fault.full and halves:
            problems.append(f"left behind: {', '.join(halves)}")
        again, complaint = self.run(job)
        if again:
            problems.append(f"the next run exited {again}: {complaint[-300:]}")
        if changed := self.changed():
            problems.append(f"the next run differs: {', '.join(changed)}")
        sent_again = self.requests() - before - usual
        if sent_again > CONCURRENCY:
            problems.append(f"{sent_again} requests were sent again")
        ended = {-9: "killed", 1: "one message", 0: "went on"}.get(status, f"exited {status}")
        return Outcome(job.name, fault, ended, sent_again, problems)


def plain(path: str) -> str:
    """Return a path without what differs between runs and machines."""
    return re.sub(r"[0-9a-f]{16,}", "*", re.sub(r"(?<=checkpoint-)\d+", "*", path))


def choose(calls: list[tuple[str, str]], rng: Random, kills: int, most: int | None) -> list[Fault]:
    """Choose occurrences: kills at each place; full disks at each output, a rename, a commit and our own state."""
    total, seen = Counter(place for place, _ in calls), Counter[str]()
    places, disks = defaultdict(list), defaultdict(list)
    for place, path in calls:
        seen[place] += 1
        fault = Fault(place, seen[place], total[place], path, full=False)
        places[place].append(fault)
        if place != "request":
            target = path if place == "write" and not path.startswith(".") else ""
            disks[place, target].append(fault._replace(full=True))
    faults = []
    for _, found in sorted(places.items()):
        faults += sorted(rng.sample(found, min(kills, len(found))))
    faults += [rng.choice(found) for _, found in sorted(disks.items())]
    return faults if most is None else rng.sample(faults, min(most, len(faults)))


def counted(outcomes: list[Outcome]) -> str:
    """Return how many faults of each kind there were, for this page and for that of `make acceptance`."""
    full = sum(outcome.fault.full for outcome in outcomes)
    return f"{len(outcomes) - full} kills (-9) and {full} full disks"


def page(outcomes: list[Outcome]) -> str:
    """Return the table of places, occurrences and outcomes."""
    lines = [
        "# Reliability: every stage struck",
        "",
        f"Written by `make acceptance`: {counted(outcomes)}, at occurrences drawn by a seed, in every stage of the starter at "
        "size test",
        "with teacher, judge, grader and one arm behind a server. A kill leaves half of the n-th write behind, or comes",
        "before the n-th rename, within the n-th write to the ledger, or after the n-th request was sent. A full disk stays",
        "full. Required, and what a line without a remark says: no traceback; after a full disk one message and nothing",
        "half-written; the next run gives every file of the undisturbed pipeline to the byte, and no file more.",
        f"Requests sent again are those in flight, at most {CONCURRENCY}. `tests/recovery/faults.py` has the means.",
        "",
        "| stage | fault | at | of | where | ended | sent again | remark |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for job, fault, ended, again, problems in outcomes:
        kind = f"{'disk full' if fault.full else 'kill'}, {fault.place}"
        where = f"`{fault.path}`" if fault.path else ""
        remark = " ".join("; ".join(problems).split())
        lines.append(
            f"| {job} | {kind} | {fault.nth} | {fault.of} | {where} | {ended} | {again or ''} | {remark} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Strike every job; one line of JSON an outcome."""
    folder, seed, kills, most = Path(sys.argv[1]), *map(json.loads, sys.argv[2:])
    library = os.environ.pop("LD_PRELOAD")
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    chosen = list(jobs(folder, set() if most is None else LEARNING))
    modules = {f"{job.words[0]}.__main__" for job in chosen}
    for name in [*HEAVY, *(HEAVY_TO_LEARN if most is None else ()), *sorted(modules)]:
        importlib.import_module(name)
    runner = Runner(folder.resolve(), library)
    for job in chosen:
        runner.forget(job)
        calls, usual = runner.count(job)
        for fault in choose(calls, Random(f"{seed} {job.name}"), kills, most):
            out.write(json.dumps(runner.strike(job, fault, usual)) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
