"""How fast a ledger keeps and claims answers, empty and full, and how long it takes to look after a full one.

    python bench/ledger.py                      # 1,000,000 answers: about 4 minutes, 3 GB in the temporary folder
    python bench/ledger.py --answers 100000
    python bench/ledger.py --smoke

An answer is 2 KB, its request 1.5 KB of it. `put` commits each answer as it arrives; `claim` takes 1,000 keys a call, in the
full ledger while another living run holds 100,000 claims. Both are rates a second, and the last column says how much is left.
"""

import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.protocol import Message, Reply, Request, Sampling
from domaintune.core.paying.upkeep import Upkeep

WORDS = [f"w{number:05d}" for number in range(5_000)]
SAMPLING = Sampling(0.0, 1.0, 512, 0)
BATCH, CLAIMED = 10_000, 1_000


def answers(numbers: Iterator[int], how_many: int) -> list[tuple[Request, Reply]]:
    """Return answers that no other call returns."""
    found = []
    for number in (next(numbers) for _ in range(how_many)):
        rng = random.Random(number)
        asked = f"Document {number}: {' '.join(rng.choices(WORDS, k=180))}"
        messages = (Message("system", "Write a question about the document."), Message("user", asked))
        request = Request("loopback", f"m{number % 3}", "", messages, SAMPLING, "", 0)
        found.append((request, Reply(" ".join(rng.choices(WORDS, k=45)), "stop", 400, 100)))
    return found


def rates(path: Path, numbers: Iterator[int], size: int) -> tuple[float, float]:
    """Return answers put and keys claimed a second."""
    given = answers(numbers, size)
    keys = [f"{next(numbers):064x}" for _ in range(size)]
    with Ledger(path) as ledger:
        begun = time.perf_counter()
        for request, reply in given:
            ledger.put(request, reply)
        put = time.perf_counter()
        for start in range(0, size, CLAIMED):
            assert len(ledger.claim(keys[start : start + CLAIMED])) == len(keys[start : start + CLAIMED])
        claimed = time.perf_counter()
    return size / (put - begun), size / (claimed - put)


def main(
    answers_kept: Annotated[int, typer.Option("--answers", help="In the full ledger.")] = 1_000_000,
    smoke: bool = False,
) -> None:
    """Print the rates in an empty and in a full ledger, and seconds and memory of what reads it whole."""
    full, size = (2_000, 1_000) if smoke else (answers_kept, 20_000)
    numbers = count()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite3"
        empty = rates(path, numbers, size)
        with Ledger(path) as ledger:
            while (left := full - next(numbers)) > 0:
                ledger.import_answers(answers(numbers, min(BATCH, left)))
        with Ledger(path) as other:
            other.claim([f"{next(numbers):064x}" for _ in range(size * 5)])
            now = rates(path, numbers, size)
        print(f"{'':8}{'at 0':>10}{f'at {full:,}':>14}{'left':>8}")
        for name, before, after in zip(("put", "claim"), empty, now, strict=True):
            print(f"{name:8}{before:>10,.0f}{after:>14,.0f}{after / before:>8.0%}")
        print(f"{path.stat().st_size / 1e6:,.0f} MB")
        with Upkeep(path) as upkeep:
            looks: dict[str, Callable[[], object]] = {
                "stats": upkeep.tallies, "verify": upkeep.verify, "integrity": upkeep.problems,
            }  # fmt: skip
            for name, look in looks.items():
                begun = time.perf_counter()
                assert look() or name != "stats"
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(f"{name:10}{time.perf_counter() - begun:>8.1f} s, peak so far {peak:,.0f} MiB")


if __name__ == "__main__":
    typer.run(main)
