"""The ledger: every answer that was ever paid for on this machine, so that none is paid for twice.

One SQLite file a machine, not a project: experiments also run in other folders and on other branches. A row
is committed as its answer arrives, so kill -9 loses only requests in flight. Keys hold everything that shapes
an answer; addresses and API keys are in neither key nor row.

Claims keep two runs from paying for the same request. An owner of claims lives as long as it holds the lock on its own
small file beside the ledger: the kernel drops the lock when the process dies, however it dies, so no claim outlives its
owner (process ids are reused).
"""

import fcntl
import os
import re
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import IO, Self

from domaintune.core.paying.protocol import Reply, Request, answer_hash
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import cache_folder

ANSWERS_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(key TEXT PRIMARY KEY, request TEXT NOT NULL, reply TEXT NOT NULL, hash TEXT NOT NULL)"
)
CLAIMS_TABLE = "CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, owner TEXT NOT NULL)"
VERSION = 2
BUSY_S = 60.0
ADVICE = {
    "full|No space|I/O": "Free some space on that disk, or point DOMAINTUNE_LEDGER at a file on another one.",
    "not a database|malformed": (
        "Move the file away: answers in data/responses are used again, those of arms with an endpoint are asked for "
        "again unless you import them again (`domaintune answers import`)."
    ),
    "locked": f"Another process held it for more than {BUSY_S:.0f} s; network folders cannot hold a ledger.",
    "": "Check the folder's permissions, or point DOMAINTUNE_LEDGER at a file you can write.",
}
"""Words of an error, and what to do then."""
RETRY_S = 0.01


def ledger_path(environment: Mapping[str, str]) -> Path:
    """Return DOMAINTUNE_LEDGER, or the file in the user's cache folder."""
    if given := environment.get("DOMAINTUNE_LEDGER"):
        return Path(given).expanduser()
    return cache_folder(environment) / "ledger.sqlite3"


class Ledger:
    """An open ledger. Use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._owner = ""
        self._held: IO[bytes] | None = None
        with self._explained("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            try:
                self._write_ahead()
                self._db.execute("PRAGMA synchronous=NORMAL")
                with self._transaction():
                    self._create_tables()
            except BaseException:
                self._db.close()  # or its lock would stay
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._held is not None:
                with self._explained("written"), self._held:
                    self._db.execute("DELETE FROM claims WHERE owner = ?", (self._owner,))
                    self._file_of(self._owner).unlink(missing_ok=True)
        finally:
            self._db.close()

    def get(self, key: str) -> Reply | None:
        """Return the answer to a request, or None; one that is not as it was written is set aside and told."""
        with self._explained("read"):
            row = self._db.execute("SELECT reply, hash FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if answer_hash(key, str(row[0])) == row[1]:
            with suppress(ValueError, TypeError, RecursionError):
                return Reply.from_json(row[0])
        with self._explained("written"):
            self._db.execute("UPDATE OR REPLACE answers SET key = 'changed ' || key WHERE key = ?", (key,))
        sys.stderr.write(
            f"{self.path}: the answer to request {key} is not as it was written; it was set aside, is never used, and "
            "the request is sent once more unless data/responses holds its answer.\n"
        )
        return None

    def put(self, request: Request, reply: Reply) -> Reply:
        """Keep an answer, committed at once, and return the one that counts: the first that arrived."""
        self.import_answers([(request, reply)])
        return self.get(request.key) or reply

    def import_answers(self, answers: Iterable[tuple[Request, Reply]]) -> None:
        """Keep many answers in one transaction; keys that are known keep their answer."""
        rows = [(request.key, request.to_json(), reply.to_json()) for request, reply in answers]
        hashed = [(*row, answer_hash(row[0], row[2])) for row in rows]
        with self._explained("written"), self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?)", hashed)

    def claim(self, keys: Sequence[str]) -> list[str]:
        """Reserve requests for this process and return those it got; living processes hold the others."""
        with self._explained("written"), self._transaction():
            owners = {row[0] for row in self._db.execute("SELECT DISTINCT owner FROM claims")}
            for file in self.path.parent.glob(f"{escape(self.path.name)}.*.owner"):
                owners.add(file.name.removeprefix(f"{self.path.name}.").removesuffix(".owner"))
            dead = [(owner,) for owner in owners if not self._is_alive(owner)]
            self._db.executemany("DELETE FROM claims WHERE owner = ?", dead)
            if self._held is None:  # nobody else is making such a file: the transaction is the only one
                self._owner = f"{os.getpid()}-{os.urandom(8).hex()}"
                self._held = self._file_of(self._owner).open("wb")
                fcntl.flock(self._held, fcntl.LOCK_EX)
            self._db.executemany(
                "INSERT OR IGNORE INTO claims VALUES (?, ?)", [(key, self._owner) for key in keys]
            )
            mine = {
                row[0] for row in self._db.execute("SELECT key FROM claims WHERE owner = ?", (self._owner,))
            }
        return [key for key in keys if key in mine]

    def _file_of(self, owner: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{owner}.owner")

    def _is_alive(self, owner: str) -> bool:
        """Tell whether an owner's process lives, and remove a dead one's file."""
        try:
            path = self._file_of(owner)
            with path.open("rb") as handle:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except (FileNotFoundError, ValueError):  # a ledger changed by hand may hold what is no name
            return False
        except (BlockingIOError, PermissionError):  # of another user's nothing is known
            return True
        return False

    def _write_ahead(self) -> None:
        """Switch the file to write-ahead logging; SQLite's own waiting does not cover this switch."""
        deadline = time.monotonic() + BUSY_S
        while True:
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_S)
            else:
                return

    def _create_tables(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise InputError(
                f"{self.path}: ledger of version {version}, expected {VERSION}. Update domaintune, or point "
                "DOMAINTUNE_LEDGER at another file."
            )
        self._db.execute(ANSWERS_TABLE)
        self._db.execute(CLAIMS_TABLE)
        self._db.execute(f"PRAGMA user_version={VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Turn SQLite's and the file system's errors into one message that says what to do."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            advice = (one for words, one in ADVICE.items() if re.search(words, str(error)))
            raise InputError(
                f"{self.path}: the ledger could not be {what}: {error}. {next(advice)} Answers that "
                "arrived before are kept; run `dvc repro` again to go on."
            ) from error
