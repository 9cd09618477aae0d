"""A hard cap on money: what an answer may cost at most is set aside before its request is sent.

The sums stand in a file, so that the cap is one over all runs, kills included: what was set aside and never settled
counts in full, because the server may have written the answer that nobody received.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from domaintune.core.stage.running import STATE


class Budget:
    """The cap of one server of `runtime.servers` in this project; several processes may share it."""

    def __init__(self, server: str, most: float, folder: Path = STATE / "budget") -> None:
        """Open the file of what was spent."""
        self.server, self.most, self.path = server, most, folder / f"{server}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = self.path.open("ab+")
        self._read, self._spent = 0, 0.0

    def hold(self, money: float) -> bool:
        """Set an amount aside, or return False where the cap would be passed."""
        with self._locked():
            if fits := self._total() + money <= self.most:
                self._write(money)
        return fits

    def settle(self, held: float, money: float) -> None:
        """Put what an answer did cost in the place of what was set aside."""
        if money != held:
            with self._locked():
                self._write(money - held)

    def told(self, money: float) -> tuple[str, str]:
        """Return what stopped the run, and what to do."""
        with self._locked():
            spent = self._total()
        return (
            f"its budget_usd is {self.most:g}, of which {spent:.4f} is spent, and the next answer may cost {money:.4f}",
            f"Raise runtime.servers.{self.server}.budget_usd (what was spent stands in {self.path}).",
        )

    def _total(self) -> float:
        """Return what is spent and set aside, by all processes."""
        self._file.seek(self._read)
        content = self._file.read()
        self._read += len(content)
        for line in content.splitlines():
            with suppress(ValueError):  # torn by a kill, before its request was sent
                self._spent += float(line)
        return self._spent

    def _write(self, money: float) -> None:
        self._file.write(f"\n{money!r}\n".encode())
        self._file.flush()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
