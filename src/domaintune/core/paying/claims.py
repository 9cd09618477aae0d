"""Claims on requests: two runs at once do not pay for the same request."""

import fcntl
import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import IO

TABLE = "CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, owner TEXT NOT NULL)"


class Claims:
    """This process's claims, kept in the ledger's file.

    An owner lives as long as it holds the lock on its own small file beside the ledger: the kernel drops the
    lock when the process dies, however it dies, so no claim outlives its owner (process ids are reused).
    """

    def __init__(self, database: sqlite3.Connection, ledger: Path) -> None:
        self._db, self._ledger = database, ledger
        self._owner = ""
        self._held: IO[bytes] | None = None

    def take(self, keys: Sequence[str]) -> list[str]:
        """Reserve requests and return those that no other living process holds; inside a transaction.

        At first it makes this process's file, and removes those of dead ones: nobody else is making one.
        """
        if self._held is None:
            start, end = f"{self._ledger.name}.", ".owner"
            for path in self._ledger.parent.glob(f"{escape(start)}*{end}"):
                with suppress(PermissionError):  # another user's
                    self._is_alive(path.name.removeprefix(start).removesuffix(end))
            self._owner = f"{os.getpid()}-{os.urandom(8).hex()}"
            self._held = self._file(self._owner).open("wb")
            fcntl.flock(self._held, fcntl.LOCK_EX)
        alive: dict[str, bool] = {self._owner: False}
        mine = []
        for key in keys:
            row = self._db.execute("SELECT owner FROM claims WHERE key = ?", (key,)).fetchone()
            if row is not None and row[0] not in alive:
                alive[row[0]] = self._is_alive(row[0])
            if row is None or not alive[row[0]]:
                self._db.execute("INSERT OR REPLACE INTO claims VALUES (?, ?)", (key, self._owner))
                mine.append(key)
        return mine

    def release(self) -> None:
        """Give up all claims of this process."""
        if self._held is None:
            return
        self._db.execute("DELETE FROM claims WHERE owner = ?", (self._owner,))
        self._file(self._owner).unlink(missing_ok=True)
        self._held.close()
        self._held = None

    def _is_alive(self, owner: str) -> bool:
        """Tell whether the owner's process lives, and remove a dead one's file."""
        path = self._file(owner)
        try:
            with path.open("rb") as handle:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        path.unlink(missing_ok=True)
        return False

    def _file(self, owner: str) -> Path:
        return self._ledger.with_name(f"{self._ledger.name}.{owner}.owner")
