"""`make acceptance`: every promise tried on a clean clone; figures go to docs/runs/acceptance.md.

Lines 1 and 2 are timed here, on a clone that builds its own environment; line 11 is `.ci/run` in another clone. The
other lines are the tests marked `promise(n)`, slow ones included; what they record as figures stands beside them.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LINES = {
    1: "`make repro` from nothing; `dvc repro` alone ≤ 5 min; a second one no stage, ≤ 2 s",
    2: "`dvc exp run -S lora.r=32` reruns train … report alone, ≤ 2 min; metrics diff; exp show fits a screen",
    3: "a comment in `judge`, a new arm, a new document rerun and send what they must, nothing else",
    4: "the study's golden numbers out of `domaintune stats`",
    5: "in = kept + every kind of loss in every stage; rows in = rows TRL trained on",
    6: "the real NASA run (docs/runs/nasa-real.md)",
    7: "`openai` teacher and judge against real servers on loopback, faults included; `transformers serve`",
    8: "kill -9 in generate and train; pulled responses and an empty ledger send nothing",
    9: "two clones: byte-identical data and adapters",
    10: "bad input: one clear message, nothing half-written",
    11: "`.ci/run` in a clean clone ≤ 25 min",
    12: "the chemistry study prints arms × subsets with the published figures; ≤ 90 s at size test, ≤ 10 min at size starter",
    13: "planted copies of benchmark questions never reach training (recall and precision: docs/contamination.md)",
    14: "IUPAC names and units survive every normaliser",
    15: "an arm more runs that arm alone; one task's wording asks and runs that task alone",
    16: "a wrong task file, exam row, hub name or mixture: one clear message",
    17: "the real chemistry run, scores equal to lm-eval's own (docs/runs/chemistry-real.md)",
    18: "the Korean survey and KONI: ≤ 90 s at size test, ≤ 10 min at size starter",
    19: "the self-guided study prints its table by category, without and with grades; ≤ 90 s at size test, ≤ 10 min at size starter",
    20: "a judge grades after it told planted good answers from bad; every way of answering has its outcome",
    21: "another threshold selects and trains anew and grades nothing; rows more are graded alone",
    22: "the Korean template's text, tokens and loss mask; packed and unpacked rows have one loss; two processes, kill and resume; every PEFT method × quantisation works or is refused at start",
}


class Result(NamedTuple):
    """What one line of the list came to."""

    passed: bool
    figures: list[str]


def main() -> None:
    """Try everything, write the page after each part, exit 1 when a line failed."""
    results: dict[int, list[Result]] = {line: [] for line in LINES}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "ci"):
            subprocess.run(["git", "clone", "-q", str(ROOT), str(Path(folder) / name)], check=True)
        continuous_integration(Path(folder) / "ci", results)
        write(results)
        first_lines(Path(folder) / "first", results)
        write(results)
        slow_tests(Path(folder) / "slow.xml", results)
    sys.stdout.write(write(results))
    sys.exit(0 if all(r.passed for found in results.values() for r in found) else 1)


def first_lines(clone: Path, results: dict[int, list[Result]]) -> None:
    """Time set-up, the first and second repro and an experiment, with the clone's own environment."""
    scripts = clone / ".venv/bin"
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    env |= {"PATH": f"{scripts}:{env['PATH']}", "DOMAINTUNE_LEDGER": str(clone.parent / "ledger.sqlite3")}
    setup = timed(clone, env, "make", "setup", f"PYTHON={sys._base_executable}")
    first = timed(clone, env, "dvc", "repro")
    second = timed(clone, env, "dvc", "repro")
    ran = re.findall(r"Running stage '([^']+)'", second[1])
    results[1].append(
        Result(
            first[2] == 0 and first[0] <= 300 and not ran and second[0] <= 2.0,
            [
                f"set-up {setup[0]:.0f} s",
                f"first `dvc repro` {first[0]:.0f} s",
                f"second {second[0]:.2f} s, {len(ran)} stages",
            ],
        )
    )
    timed(clone, env, "git", "add", "-A")
    timed(
        clone, env, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "first run"
    )
    env |= {
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    variant = timed(clone, env, "dvc", "exp", "run", "-S", "lora.r=32")
    ran = sorted(set(re.findall(r"Running stage '(\w+)", variant[1])))
    diff = timed(clone, env, "dvc", "metrics", "diff", "--md")
    shown = timed(clone, env, "dvc", "exp", "show", "--csv", "--only-changed")
    columns = len(shown[1].splitlines()[0].split(","))
    good = (
        variant[0] <= 120
        and set(ran) <= {"train", "answer", "judge", "benchmark", "compare", "report"}
        and "train" in ran
    )
    results[2].append(
        Result(
            good and "|" in diff[1],
            [
                f"{variant[0]:.0f} s, ran {', '.join(ran)}",
                f"{len(diff[1].splitlines()) - 2} figures differ",
                f"{columns} columns",
            ],
        )
    )
    for size, limit_s in (("test", 90), ("starter", 600)):
        results[12].append(study(clone, env, "chemistry", size, limit_s, ["high_school", "McNemar"]))
        results[18].append(study(clone, env, "korean_survey", size, limit_s, ["llm_eval", "4.083"]))
        results[18].append(study(clone, env, "koni", size, limit_s, ["56.08", "Forgetting, science"]))
        results[19].append(
            study(clone, env, "self_guided", size, limit_s, ["by_category", "6.286", "unseen"])
        )


def study(clone: Path, env: dict[str, str], name: str, size: str, limit_s: int, printed: list[str]) -> Result:
    """Time a study from its recipe to its tables, which hold the texts `printed`."""
    used = timed(clone, env, "domaintune", "recipe", "use", name, "--size", size)
    done = timed(clone, env, "dvc", "repro")
    arms = len(set(re.findall(r"Running stage 'benchmark@([^']+)'", done[1])))
    shown = all(text in done[1] for text in printed)
    return Result(
        used[2] == done[2] == 0 and shown and used[0] + done[0] <= limit_s,
        [f"{name}, size {size}: {used[0] + done[0]:.0f} s of {limit_s} s, {arms} arms scored"],
    )


def timed(clone: Path, env: dict[str, str], *command: str) -> tuple[float, str, int]:
    """Return seconds, output and exit code of a command in the clone."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(
            f"{' '.join(command)} exited {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}\n"
        )
    return time.monotonic() - began, done.stdout, done.returncode


def continuous_integration(clone: Path, results: dict[int, list[Result]]) -> None:
    """Run .ci/run from nothing, time it, and read what its tests recorded."""
    report = clone.parent / "ci.xml"
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    env |= {"PATH": os.pathsep.join(p for p in env["PATH"].split(os.pathsep) if ".venv" not in p)}
    seconds, _, code = timed(
        clone, env | {"PYTEST_ADDOPTS": f"--junitxml={report}", "CI": "true"}, "bash", ".ci/run"
    )
    passed = (
        sum(1 for case in ET.parse(report).getroot().iter("testcase") if not len(case))
        if report.exists()
        else 0
    )
    good = code == 0 and seconds <= 25 * 60
    results[11].append(
        Result(good, [f"{seconds / 60:.1f} min, exit code {code}, {passed} tests passed at least"])
    )
    if report.exists():
        collect(report, results)


def slow_tests(report: Path, results: dict[int, list[Result]]) -> None:
    """Run the slow tests that carry a promise."""
    options = ["-m", "promise and slow", "-o", "addopts=--import-mode=importlib", f"--junitxml={report}"]
    subprocess.run([sys.executable, "-m", "pytest", *options], cwd=ROOT, check=False)
    collect(report, results)


def collect(report: Path, results: dict[int, list[Result]]) -> None:
    """Add each test that carries a promise to its line, with the figures it recorded; skipped ones are left out."""
    for case in ET.parse(report).getroot().iter("testcase"):
        if case.find("skipped") is not None:
            continue
        found = [(p.get("name", ""), p.get("value", "")) for p in case.iter("property")]
        bad = any(case.find(kind) is not None for kind in ("failure", "error"))
        figures = "; ".join(f"{key}: {value}" for key, value in found if key != "promise")
        name = str(case.get("name")).removeprefix("test_").replace("_", " ")
        note = f"{name}{f' ({figures})' if figures else ''}{' FAILED' if bad else ''}"
        for line in sorted({int(value) for key, value in found if key == "promise"}):
            results[line].append(Result(not bad, [note]))


def write(results: dict[int, list[Result]]) -> str:
    """Write the page and return it."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [
        "# Acceptance",
        "",
        f"Written by `make acceptance` at commit {commit.stdout.strip()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores.",
        "",
        "| line | promise | outcome | figures and tests |",
        "|---|---|---|---|",
    ]
    for line, promise in LINES.items():
        found = results[line]
        outcome = "not tried here" if not found else "holds" if all(r.passed for r in found) else "**fails**"
        lines.append(
            f"| {line} | {promise} | {outcome} | {'<br>'.join(f for r in found for f in r.figures)} |"
        )
    page = "\n".join(lines) + "\n"
    (ROOT / "docs/runs/acceptance.md").write_text(page, encoding="utf-8")
    return page


if __name__ == "__main__":
    main()
