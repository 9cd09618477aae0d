"""What a person sees of a stage: how far it is, one line of what came of it, what it cost. It shapes no row."""

import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
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
        self._told, rate = now, max(done - self.first, 1e-9) / max(now - self._begun, 1e-9)
        left = (
            "" if self.total is None else f" of {self.total:,}, {_duration((self.total - done) / rate)} left"
        )
        line = f"{NAMED[0]}{self.what}: {done:,}{left}, {rate:.3g} a second{self.note}"
        if not sys.stderr.isatty():
            sys.stderr.write(f"{line}\n")
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            text = TextColumn("{task.description}", markup=False)
            self._bar = Progress(BarColumn(20), text, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task("")
        self._bar.update(self._bar.task_ids[0], description=line, completed=done, total=self.total)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def track(items: Iterable[ItemT], total: int | None, what: str) -> Generator[ItemT, None, None]:
    """Yield the items as they are, and show how many are done."""
    with closing(Meter(what, total)) as meter:
        for done, item in enumerate(items, 1):
            yield item
            meter.at(done)


def spend(**amounts: float) -> None:
    """Count requests, tokens_read, tokens_written, tokens_trained and money as they are spent."""
    for name, amount in amounts.items():
        SPENT[name] = SPENT.get(name, 0) + amount


@contextmanager
def told(stage: str, item: str, run: str, given: Mapping[str, Any]) -> Iterator[None]:
    """End a stage's work, part of `run` with the words `given`, with one line; keep its cost, also if it failed."""
    SPENT.clear()
    NAMED[0], ended = f"{stage} ({item}): ", "failed"
    try:
        yield
        ended = "done"
        sys.stdout.write(f"{end_line(stage, item, given)}\n")
    finally:
        cost = {"stage": f"{stage}@{item}", "ended": ended, "run": run, "at": time.time(), **SPENT}
        cost |= {"seconds": round(_seconds(), 1), "peak_GiB": round(peak_memory() / 2**30, 2)}
        with suppress(InputError):  # a full disk: the stage's own message tells where it matters
            write_text(COSTS / f"{stage}@{item}.json", json.dumps(cost, indent=2) + "\n")


def end_line(stage: str, item: str, given: Mapping[str, Any]) -> str:
    """Return what came in, was kept and was lost, by the accounting that the stage wrote; seconds; where to look."""
    parts, look = [], f"See {given['out']}." if "out" in given else ""
    if (path := Path(given.get("accounting") or "-")).is_file():
        account = read_json(path)
        asked, look = account.get("requests"), f"See {path}."
        parts = [_balance(account), *([_balance(asked)] if isinstance(asked, dict) else [])]
        rejects = Path(given.get("rejects") or Path(given["out"], "rejects.parquet"))
        pattern = re.sub(r"@\w+", "*", str(rejects.relative_to(rejects.anchor)))  # @kind: any folder
        for lost in Path(rejects.anchor).glob(pattern) if any(account[column] for column in LOSSES) else ():
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
    named = [f"{reason} {count:,}" for reason, count in lost.most_common(3)]
    why = f" ({', '.join([*named, *(['…'] if len(lost) > 3 else [])])})" if lost else ""
    wanted = f" of {account['wanted']:,} wanted" if "wanted" in account else ""
    return f"{account['in']:,} {account['rows']} in, {account['kept']:,} kept{wanted}, {lost.total():,} lost{why}"


def _seconds() -> float:
    """Return how long this process runs, the time that its imports took included."""
    return float(time.time() - psutil.Process().create_time())


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:,.0f} min"
