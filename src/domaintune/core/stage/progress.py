"""What a person sees of a stage: how far it is, one line of what came of it, what it cost. It shapes no row."""

import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import psutil

from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json, write_text

ItemT = TypeVar("ItemT")
COSTS = Path(".domaintune", "costs")
"""One file a stage and item, of its last run; never in an output, because no two runs take the same time."""
TERMINAL_S, PLAIN_S = 0.2, 30.0
"""Between two looks of a bar on a terminal, and between two lines where there is none."""
REASONS = 3
"""Reasons that the last line names."""
LOSSES = ("duplicates", "contaminated", "rejected", "failed")
SPENT: dict[str, float] = {}
"""What this process sent, read, wrote and paid, by what it is: see `spend`."""
NAMED = [""]
"""The stage and item that runs, for the lines."""


class Meter:
    """How far one piece of work is. Neither bar nor line appears before the first interval is over."""

    def __init__(self, what: str, total: int | None) -> None:
        """Begin; `total`: how many there are, None where nobody knows yet."""
        self.what, self.total, self.first, self.note = what, total, 0, ""
        self._bar: Any = None
        self._every = TERMINAL_S if sys.stderr.isatty() else PLAIN_S
        self._begun = self._told = time.monotonic()

    def at(self, done: int) -> None:
        """Say how many are done; of these `first` were done before this run."""
        now = time.monotonic()
        if now - self._told < self._every:
            return
        self._told = now
        line = self._line(done, now - self._begun)
        if not sys.stderr.isatty():
            sys.stderr.write(f"{line}\n")
            return
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
            self._bar.add_task("")
        self._bar.update(self._bar.task_ids[0], description=line, completed=done, total=self.total)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def _line(self, done: int, seconds: float) -> str:
        rate, of = (
            (done - self.first) / max(seconds, 1e-9),
            "" if self.total is None else f" of {self.total:,}",
        )
        left = "" if self.total is None or not rate else f", {_duration((self.total - done) / rate)} left"
        note = f"; {self.note}" if self.note else ""
        return f"{NAMED[0]}{self.what}: {done:,}{of} ({rate:.3g} a second{left}){note}"


@contextmanager
def working(what: str, total: int | None = None) -> Iterator[Meter]:
    """Yield a meter for work that tells by itself how far it is."""
    meter = Meter(what, total)
    try:
        yield meter
    finally:
        meter.close()


def track(items: Iterable[ItemT], total: int | None, what: str) -> Iterator[ItemT]:
    """Yield the items as they are, and show how many are done."""
    with working(what, total) as meter:
        for done, item in enumerate(items, 1):
            yield item
            meter.at(done)


def spend(**amounts: float) -> None:
    """Count requests, tokens_read, tokens_written, tokens_trained and money as they are spent."""
    for name, amount in amounts.items():
        SPENT[name] = SPENT.get(name, 0) + amount


@contextmanager
def told(stage: str, item: str, run: str, given: Mapping[str, Any]) -> Iterator[None]:
    """End a stage's work with one line, and keep what it cost, also of work that failed.

    `run` names the `dvc repro` it is part of, `given` is the stage's command line.
    """
    SPENT.clear()
    NAMED[0], ended = f"{stage} ({item}): ", "failed"
    try:
        yield
        ended = "done"
        sys.stdout.write(f"{end_line(stage, item, given)}\n")
    finally:
        cost: dict[str, Any] = {
            "stage": stage,
            "item": item,
            "run": run,
            "ended": ended,
            "at": datetime.now().isoformat("T"),
        }
        cost |= {"seconds": round(_seconds(), 2), "peak_memory_bytes": peak_memory()} | SPENT
        with suppress(
            InputError
        ):  # a disk that is full, of which the stage's own message tells where it matters
            write_text(COSTS / f"{stage}@{item}.json", json.dumps(cost, indent=2) + "\n")


def end_line(stage: str, item: str, given: Mapping[str, Any]) -> str:
    """Return what came in, was kept and was lost, by the accounting that the stage wrote; seconds; where to look."""
    path, parts = Path(given.get("accounting") or "-"), []
    look = f"See {given['out']}." if "out" in given else ""
    if path.is_file():
        account = read_json(path)
        asked, look = account.get("requests"), f"See {path}."
        parts = [_balance(account), *([_balance(asked)] if isinstance(asked, dict) else [])]
        if any(account[column] for column in LOSSES) and (lost := _rejects(given)):
            look = f"Lost {account['rows']}: domaintune show {lost}"
    parts += [f"{SPENT['requests']:,} requests sent"] if "requests" in SPENT else []
    return f"{stage} ({item}): {'; '.join([*parts, _duration(_seconds())])}. {look}".rstrip()


def peak_memory() -> int:
    """Return the largest resident set of this process, or of a child that has ended, in bytes."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return int(most * (1 if sys.platform == "darwin" else 1024))


def _balance(account: Mapping[str, Any]) -> str:
    lost: Counter[str] = Counter()
    for column in LOSSES:
        lost.update(account[column])
    named = [f"{reason} {count:,}" for reason, count in lost.most_common(REASONS)]
    why = f" ({', '.join([*named, *(['…'] if len(lost) > REASONS else [])])})" if lost else ""
    return f"{account['in']:,} {account['rows']} in, {account['kept']:,} kept, {lost.total():,} lost{why}"


def _rejects(given: Mapping[str, Any]) -> str | None:
    """Return the stage's table of lost rows; a word such as @kind in its path stands for any folder."""
    path = Path(given.get("rejects") or Path(given["out"], "rejects.parquet"))
    pattern = re.sub(r"@\w+", "*", str(path.relative_to(path.anchor)))
    return next(map(str, Path(path.anchor).glob(pattern)), None)


def _seconds() -> float:
    """Return how long this process runs, the time that its imports took included."""
    return float(time.time() - psutil.Process().create_time())


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    text = TextColumn("{task.description}", markup=False)
    return Progress(BarColumn(20), text, console=Console(stderr=True), transient=True)
