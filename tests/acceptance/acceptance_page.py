"""The page of `make acceptance`: one line a promise, what it came to, and the figures; no names of tests."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

LINES = {
    1: "set-up and `dvc repro` from nothing ≤ 8 min, `dvc repro` alone ≤ 5 min; a second one no stage, ≤ 2 s",
    2: "`dvc exp run -S lora.r=32` reruns train … report alone, ≤ 2½ min; metrics diff; exp show fits a screen",
    3: "a comment in `judge`, a new arm, a new document rerun and send what they must, nothing else",
    4: "the study's golden numbers out of `domaintune stats`",
    5: "in = kept + every kind of loss in every stage; rows in = rows TRL trained on",
    7: "`openai` teacher and judge against real servers on loopback, faults included; `transformers serve`",
    8: "kill -9 in generate and train; pulled responses and an empty ledger send nothing",
    9: "two clones: byte-identical data and adapters",
    10: "bad input: one clear message, nothing half-written",
    11: "`.ci/run` in a clean clone ≤ 25 min: lint, `make repro`, then `make test` in the same clone",
    12: "the chemistry study prints arms × subsets with the published figures; ≤ 90 s at size test, ≤ 10 min at starter",
    13: "planted copies of benchmark questions never reach training (recall and precision: docs/contamination.md)",
    14: "IUPAC names and units survive every normaliser",
    15: "an arm more runs that arm alone; one task's wording asks and runs that task alone",
    16: "a wrong task file, exam row, hub name or mixture: one clear message",
    18: "the Korean survey and KONI: ≤ 90 s at size test, ≤ 10 min at size starter",
    19: "the self-guided study by category, without and with grades; ≤ 90 s at size test, ≤ 10 min at size starter",
    20: "a judge grades after it told planted good answers from bad; every way of answering has its outcome",
    21: "another threshold selects and trains anew and grades nothing; rows more are graded alone",
    22: "the Korean template's text, tokens and loss mask; packed and unpacked rows have one loss; two processes, kill and "
    "resume; every PEFT method × quantisation works or is refused at start",
    23: "the false-positive rate of every verdict is at most what it says: `bench/evidence.py`, ≤ 15 min (docs/evidence.md)",
    24: "a judge that is constant, prefers the first place or length, or contradicts itself is refused or bannered",
    25: "every script of `bench/` runs",
    26: "kill -9 or a full disk at the n-th write, rename, commit or request of every stage: no traceback, nothing lost, "
    "the next run has the same bytes (docs/runs/reliability.md)",
    27: "any bytes, to any reader: rows or the project's own error, and the books reconcile",
}
"""Numbers are those of the tests' marks `promise(n)`; 6 and 17 are runs on real data, told in docs/runs/."""


class Result(NamedTuple):
    """What one part of a line came to; `tests` are those it stands for."""

    passed: bool
    figures: list[str]
    tests: int = 0


Results = dict[int, list[Result]]


def page(results: Mapping[int, list[Result]], about: str) -> str:
    """Return the page; `about` says where and when it was measured."""
    lines = ["# Acceptance", "", about, "", "| line | promise | outcome | figures |", "|---|---|---|---|"]
    lines += [row(number, results[number]) for number in LINES]
    lines += [
        "",
        "Real data: [NASA](nasa_rnd.md), [chemistry](chemistry.md), [Korean](korean_survey.md),",
    ]
    return "\n".join([*lines, "[balance of languages](koni.md), [graded data](self_guided.md).", ""])


def row(number: int, found: list[Result]) -> str:
    """Return a promise's line: failures first, then each figure once, then how many tests it took."""
    outcome = "not tried here" if not found else "holds" if all(r.passed for r in found) else "**fails**"
    failed = [figure for result in found if not result.passed for figure in result.figures]
    figures = [figure for result in found if result.passed for figure in result.figures]
    tests = sum(result.tests for result in found)
    told = list(dict.fromkeys(failed + figures)) + ([f"{tests} test{'s' * (tests > 1)}"] if tests else [])
    return f"| {number} | {LINES[number]} | {outcome} | {'; '.join(told)} |"


def collect(report: Path, results: Results) -> None:
    """Add each test of a JUnit report that carries a promise to its line: its figures, or its sentence if it failed."""
    for case in ET.parse(report).getroot().iter("testcase"):
        if case.find("skipped") is not None:
            continue
        found = [(one.get("name", ""), one.get("value", "")) for one in case.iter("property")]
        bad = case.find("failure") is not None or case.find("error") is not None
        sentence = re.sub(r"\[.*", "", str(case.get("name")), flags=re.DOTALL).removeprefix("test_")
        told = [f"{name}: {value}" for name, value in found if name != "promise"]
        figures = [f"failed: {sentence.replace('_', ' ')}"] if bad else told
        for line in {int(value) for name, value in found if name == "promise"}:
            results[line].append(Result(not bad, figures, 1))
