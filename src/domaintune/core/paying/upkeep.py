"""Looking after a ledger: counting, verifying, merging and dropping answers, page by page, so that none fills memory."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.paying.database import TEXT, VERSION
from domaintune.core.paying.ledger import CHANGED, Ledger, key_of, whole
from domaintune.core.paying.protocol import Reply, Request
from domaintune.core.stage.errors import InputError

PAGE = 500
"""Answers that are read at once."""


class Sender(NamedTuple):
    """Who answered; `set_aside` where the answer is damaged and never used."""

    provider: str
    model: str
    revision: str
    set_aside: bool


class Tally(NamedTuple):
    """What a sender's answers amount to."""

    answers: int = 0
    tokens_read: int = 0
    tokens_written: int = 0

    def plus(self, read: int, written: int) -> "Tally":
        """Return the tally with one answer more."""
        return Tally(self.answers + 1, self.tokens_read + read, self.tokens_written + written)


class Merged(NamedTuple):
    """What came of another ledger's answers."""

    new: int
    known: int
    differing: int
    """Of the known: this ledger has another answer, which stays."""
    damaged: list[str]
    """Keys of answers that were not taken."""


class Upkeep(Ledger):
    """An open ledger, with what its owner does beside using it."""

    def tallies(self) -> dict[Sender, Tally]:
        """Count answers and tokens by sender."""
        found: defaultdict[Sender, Tally] = defaultdict(Tally)
        for page in self._pages("key, request, reply"):
            for _, key, request, reply in page:
                sender = sender_of(str(key), str(request))
                found[sender] = found[sender].plus(*_tokens(reply))
        return dict(found)

    def verify(self) -> Iterator[str]:
        """Set aside and tell each answer that is not as it was written, or whose key is not its request's."""
        for page in self._pages("key, request, reply, hash"):
            for rowid, *found in page:
                key, *row = map(str, found)
                if not key.startswith(CHANGED) and _intact(key, *row) is None:
                    self._set_aside(rowid, key)
                    yield key

    def problems(self) -> list[str]:
        """Return what SQLite finds wrong with the file itself."""
        with self._explained("read"):
            return [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]

    def merge(self, other: Path) -> Merged:
        """Take over another ledger's answers; keys that are known keep theirs, damaged ones are not taken."""
        new = known = differing = 0
        damaged: list[str] = []
        for page in _read_other(other):
            with self._explained("written"), self._transaction():
                for key, request, answer, hashed in (map(str, row) for row in page):
                    row = (key, request, answer, hashed)
                    if (reply := _intact(*row)) is None:
                        damaged += [key] if not key.startswith(CHANGED) else []
                    elif self._insert(row):
                        new += 1
                    elif (own := self.get(key)) is None:  # it was damaged, and is set aside now
                        new += self._insert(row)
                    else:
                        known, differing = known + 1, differing + (own != reply)
        return Merged(new, known, differing, damaged)

    def drop(self, keys: Collection[str]) -> int:
        """Forget these answers, and return how many there were."""
        with self._explained("written"), self._transaction():
            gone = self._db.executemany("DELETE FROM answers WHERE key = ?", [(key,) for key in keys])
            return gone.rowcount

    def requests(self, keys: Collection[str]) -> Iterator[Request]:
        """Yield those of the requests that have an answer here."""
        for key in keys:
            with self._explained("read"):
                row = self._db.execute("SELECT request FROM answers WHERE key = ?", (key,)).fetchone()
            if row is not None and key_of(str(row[0])) == key:
                yield Request.from_json(row[0])

    def prune(self, unwanted: Callable[[Sender], bool]) -> None:
        """Drop the answers of some senders, and give their room on the disk back."""
        for page in self._pages("key, request"):
            gone = [(rowid,) for rowid, *row in page if unwanted(sender_of(*map(str, row)))]
            with self._explained("written"), self._transaction():
                self._db.executemany("DELETE FROM answers WHERE rowid = ?", gone)
        with self._explained("written"):
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _pages(self, columns: str) -> Iterator[list[Any]]:
        """Yield all rows, each behind its rowid; between two pages the table may change."""
        last = 0
        query = f"SELECT rowid, {columns} FROM answers WHERE rowid > ? ORDER BY rowid LIMIT {PAGE}"  # noqa: S608
        while True:
            with self._explained("read"):
                rows = self._db.execute(query, (last,)).fetchall()
            if not rows:
                return
            yield rows
            last = rows[-1][0]


def sender_of(key: str, request: str) -> Sender:
    """Read who answered from a request's JSON, at a fraction of the cost of parsing its messages.

    Within a JSON text each quote has a backslash, so that these words are found at their own place alone.
    """
    _, _, behind = request.rpartition('], "model": ')
    named, _, _ = behind.partition(', "sampling": ')
    try:
        who = json.loads(f'{{"model": {named}}}')
        return Sender(who["provider"], who["model"], who["revision"], key.startswith(CHANGED))
    except (ValueError, KeyError):
        return Sender("?", "?", "?", key.startswith(CHANGED))


def _tokens(reply: str) -> tuple[int, int]:
    try:
        read = Reply.from_json(reply)
        return int(read.prompt_tokens), int(read.completion_tokens)
    except (ValueError, TypeError, RecursionError):
        return 0, 0


def _intact(key: str, request: str, reply: str, hashed: str) -> Reply | None:
    return whole(key, reply, hashed) if key_of(request) == key else None


def _read_other(path: Path) -> Iterator[Sequence[Any]]:
    """Yield another ledger's rows without changing a byte of it; where nobody has it open, it needs no right to write."""
    if not path.is_file():
        raise InputError(f"{path}: not found. Name another ledger's file, e.g. a copy of a colleague's.")
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)) as other:
            other.text_factory = TEXT
            version = other.execute("PRAGMA user_version").fetchone()[0]
            if version != VERSION:
                raise InputError(
                    f"{path}: ledger of version {version}, expected {VERSION}. Nothing was taken. Have both machines "
                    "use the same version of domaintune."
                )
            rows = other.execute("SELECT key, request, reply, hash FROM answers")
            while page := rows.fetchmany(PAGE):
                yield page
    except sqlite3.Error as error:
        raise InputError(f"{path}: cannot be read as a ledger: {error}. What was taken before stays.") from error
