"""`make acceptance`: every promise tried on a clean clone; figures go to docs/runs/acceptance.md.

`.ci/run` builds the clone's environment, runs the starter and the tests; what follows is timed in the same clone: a
second repro, an experiment, the studies. The slow tests come last, beside `bench/evidence.py`, which uses one core.
Seconds of each part are printed as it ends.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from acceptance_page import LINES, Result, Results, collect, page

ROOT = Path(__file__).parents[2]
AFTER_TRAIN = {"check", "train", "answer", "judge", "benchmark", "compare", "report"}
STUDIES = (
    (12, "chemistry", ["high_school", "McNemar"]),
    (18, "korean_survey", ["llm_eval", "4.083"]),
    (18, "koni", ["56.08", "Forgetting, science"]),
    (19, "self_guided", ["by_category", "6.286", "all other categories"]),
)
"""Line, recipe, texts that its tables hold."""
PARTS = ("set-up", "lint", "repro", "tests")
"""Of .ci/run, in its order."""


class Ran(NamedTuple):
    """A finished command; `output` is stdout and stderr."""

    seconds: float
    output: str
    code: int

    @property
    def stages(self) -> set[str]:
        """Stages that DVC ran, without their items."""
        return set(re.findall(r"Running stage '(\w+)", self.output))


class Place(NamedTuple):
    """A clone and the environment its commands get."""

    clone: Path
    env: dict[str, str]

    def run(self, *command: str, **env: str) -> Ran:
        """Run a command; its seconds go to stderr, and its last words when it failed."""
        began = time.monotonic()
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(command, cwd=self.clone, env=self.env | env, text=True, check=False, **both)
        seconds = time.monotonic() - began
        sys.stderr.write(f"{seconds:6.0f} s  {' '.join(command)}\n")
        if done.returncode:
            sys.stderr.write(f"exited {done.returncode}\n{done.stdout[-6000:]}\n")
        return Ran(seconds, done.stdout, done.returncode)


def main() -> None:
    """Try everything, write the page after each part, exit 1 when a line failed."""
    results: Results = {line: [] for line in LINES}
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        outside = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        outside["PATH"] = os.pathsep.join(p for p in outside["PATH"].split(os.pathsep) if ".venv" not in p)
        outside["DOMAINTUNE_LEDGER"] = f"{folder}/ledger.sqlite3"
        names = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
        who = dict.fromkeys(names, "a@example.org")
        inside = outside | who | {"PATH": f"{clone / '.venv/bin'}:{outside['PATH']}"}
        continuous_integration(Place(clone, outside), results)
        for part in (again_and_another_rank, studies, slow_tests):
            write(results)
            part(Place(clone, inside), results)
    sys.stdout.write(write(results))
    sys.exit(0 if all(r.passed for found in results.values() for r in found) else 1)


def continuous_integration(place: Place, results: Results) -> None:
    """Run .ci/run from nothing; its parts are lines 1 and 11, its tests tell of the others."""
    report = place.clone.parent / "ci.xml"
    options = {"PYTHON": sys._base_executable, "PYTEST_ADDOPTS": f"--junitxml={report}", "CI": "true"}
    done = place.run("bash", ".ci/run", **options)
    found = re.findall(r"^seconds of ([\w-]+): (\d+)$", done.output, re.MULTILINE)
    parts = {name: int(seconds) for name, seconds in found}
    if {"set-up", "repro"} <= set(parts):
        told = [f"set-up {parts['set-up']} s", f"first `dvc repro` {spent(parts['repro'], 300)}"]
        results[1].append(Result(parts["repro"] <= 300 and parts["set-up"] + parts["repro"] <= 480, told))
    failed = [f"stopped in part {name}" for name in PARTS if name not in parts][:1]
    told = [spent(done.seconds, 1500), *(f"{name} {s} s" for name, s in parts.items()), *failed]
    results[11].append(Result(not failed and done.seconds <= 1500, told))
    if report.exists():
        collect(report, results)


def again_and_another_rank(place: Place, results: Results) -> None:
    """Time a second repro, which runs nothing, and an experiment with another rank."""
    second = place.run("dvc", "repro")
    told = [f"second {second.seconds:.2f} s, {len(second.stages)} stages"]
    results[1].append(Result(second.code == 0 and not second.stages and second.seconds <= 2.0, told))
    place.run("git", "add", "-A")
    place.run("git", "commit", "-qm", "first run")
    variant = place.run("dvc", "exp", "run", "-S", "lora.r=32")
    differ = len(place.run("dvc", "metrics", "diff", "--md").output.strip().splitlines()) - 2
    shown = place.run("dvc", "exp", "show", "--csv", "--only-changed").output.splitlines()
    columns = 1 + max((line.count(",") for line in shown), default=0)
    good = variant.code == 0 and variant.seconds <= 150 and "train" in variant.stages <= AFTER_TRAIN
    told = [spent(variant.seconds, 150), f"{differ} figures differ", f"{columns} columns"]
    results[2].append(Result(good and differ > 0, told))


def studies(place: Place, results: Results) -> None:
    """Time each study from its recipe to its tables, at both sizes."""
    for size, limit_s in (("test", 90), ("starter", 600)):
        for line, name, printed in STUDIES:
            used = place.run("domaintune", "recipe", "use", name, "--size", size)
            done = place.run("dvc", "repro")
            seconds, failed = used.seconds + done.seconds, used.code or done.code
            arms = len(set(re.findall(r"Running stage 'benchmark@([^']+)'", done.output)))
            lacks = [text for text in printed if text not in done.output]
            told = f"{name}, {size}: {spent(seconds, limit_s)}" + (f", {arms} arms scored" if arms else "")
            told += ", stopped" if failed else f", its tables lack {', '.join(lacks)}" if lacks else ""
            results[line].append(Result(not failed and not lacks and seconds <= limit_s, [told]))


def slow_tests(place: Place, results: Results) -> None:
    """Run the slow tests that carry a promise, and the simulations beside them: a core each."""
    report, python = place.clone.parent / "slow.xml", str(place.clone / ".venv/bin/python")
    place.run("git", "checkout", "-qf", "HEAD")
    options = ["-m", "promise and slow", "-o", "addopts=--import-mode=importlib", f"--junitxml={report}"]
    with ThreadPoolExecutor() as pool:
        simulated = pool.submit(place.run, python, "bench/evidence.py", OMP_NUM_THREADS="1")
        reliability = str(ROOT / "docs/runs/reliability.md")
        place.run(python, "-m", "pytest", *options, OMP_NUM_THREADS="1", RELIABILITY_PAGE=reliability)
    if report.exists():
        collect(report, results)
    rates = simulated.result()
    stopped = ["stopped, or a rate is above what it may be"] if rates.code else []
    told = [spent(rates.seconds, 900), *stopped]
    results[23].append(Result(rates.code == 0 and rates.seconds <= 900, told))


def spent(seconds: float, limit_s: int) -> str:
    """Return the seconds, with their limit where they are over it."""
    return f"{seconds:.0f} s" + (f", over {limit_s} s" if seconds > limit_s else "")


def write(results: Results) -> str:
    """Write the page and return it."""
    show = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    about = f"Written by `make acceptance` at commit {commit}, Python {platform.python_version()}, {os.cpu_count()} cores."
    text = page(results, about)
    (ROOT / "docs/runs/acceptance.md").write_text(text, encoding="utf-8")
    return text


if __name__ == "__main__":
    main()
