"""The SQLite file behind the ledger: opened, of the right version, and its errors told in words that say what to do."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from domaintune.core.stage.errors import InputError

TABLES = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(key TEXT PRIMARY KEY, request TEXT NOT NULL, reply TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, owner TEXT NOT NULL)",
)
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
TEXT = partial(str, encoding="utf-8", errors="replace")
"""A damaged text is read, too: its hash tells."""


class Database:
    """An open file with the ledger's tables."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, uri=True)
            self._db.text_factory = TEXT
            try:
                self._db.execute("PRAGMA page_size=8192")  # of a new file: of 4 KB, an answer wastes half
                self._write_ahead()
                self._db.execute("PRAGMA synchronous=NORMAL")
                with self._transaction():
                    self._create_tables()
            except BaseException:
                self._db.close()  # or its lock would stay
                raise

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
        for table in TABLES:
            self._db.execute(table)
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
