"""Looking after a ledger: counting, verifying, merging and dropping answers, none of which is held in memory."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from domaintune.core.paying.database import VERSION
from domaintune.core.paying.ledger import CHANGED, INSERT, Ledger, key_of, whole
from domaintune.core.paying.protocol import Request
from domaintune.core.stage.errors import InputError

TOKENS = re.compile(r'"completion_tokens": (\d+), .*?"prompt_tokens": (\d+)')
ASIDE = f"key LIKE '{CHANGED}%'"
CHUNK = 1_000
"""Rows of one transaction: they fit into memory, and other processes write in between."""


class Sender(NamedTuple):
    """Who answered; damaged answers, which are never used, are set aside."""

    provider: str
    model: str
    revision: str
    set_aside: bool


class Merged(NamedTuple):
    """What came of another ledger's answers: some of the known differ from ours; damaged ones are named by key."""

    new: int
    known: int
    differing: int
    damaged: list[str]


class Upkeep(Ledger):
    """An open ledger, with what its owner does beside using it."""

    def tallies(self) -> dict[Sender, list[int]]:
        """Return each sender's answers, tokens read and tokens written."""
        found: defaultdict[Sender, list[int]] = defaultdict(lambda: [0, 0, 0])
        with self._explained("read"):
            for key, request, reply in self._db.execute("SELECT key, request, reply FROM answers"):
                tally, tokens = found[sender_of(key, request)], TOKENS.search(reply)
                written, read = map(int, tokens.groups()) if tokens else (0, 0)
                tally[:] = tally[0] + 1, tally[1] + read, tally[2] + written
        return dict(found)

    def verify(self) -> int:
        """Set aside and tell the answers that are not as they were written, or whose key is not their request's."""
        with self._explained("read"):
            rows = self._db.execute(f"SELECT key, request, reply, hash, rowid FROM answers WHERE NOT {ASIDE}")  # noqa: S608
            damaged = [(row[4], row[0]) for row in rows if not _is_whole(row)]
        for rowid, key in damaged:
            self._set_aside(rowid, key)
        return len(damaged)

    def problems(self) -> list[str]:
        """Return what SQLite finds wrong with the file itself."""
        with self._explained("read"):
            return [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]

    def merge(self, other: Path) -> Merged:
        """Take over another ledger's answers; keys that are known keep theirs, damaged ones are not taken.

        Not a byte of the other file is changed: where nobody has it open, it is read as it is.
        """
        if not other.is_file():
            raise InputError(f"{other}: not found. Name another ledger's file, e.g. a copy of a colleague's.")
        how = "mode=ro" if other.with_name(f"{other.name}-wal").exists() else "immutable=1"
        try:
            self._db.execute("ATTACH ? AS other", (f"{other.resolve().as_uri()}?{how}",))
            version = self._db.execute("PRAGMA other.user_version").fetchone()[0]
            if version == VERSION:
                return self._take()
        except sqlite3.Error as error:
            message = f"{other}: could not be merged into {self.path}: {error}. What was taken before stays."
            raise InputError(message) from error
        raise InputError(f"{other}: ledger of version {version}, expected {VERSION}. Nothing was taken.")

    def _take(self) -> Merged:
        counts, damaged = Counter[str](), []
        last = self._db.execute("SELECT max(rowid) FROM other.answers").fetchone()[0] or 0
        differing = "SELECT count(*) FROM other.answers o JOIN answers a USING (key) WHERE o.hash != a.hash"
        for start in range(0, last, CHUNK):
            page = f"SELECT * FROM other.answers WHERE rowid > ? AND rowid <= ? AND NOT {ASIDE}"  # noqa: S608
            rows = self._db.execute(page, (start, start + CHUNK)).fetchall()
            good = [row for row in rows if _is_whole(row)]
            damaged += [row[0] for row in rows if not _is_whole(row)]
            with self._transaction():
                new = self._db.executemany(INSERT, good).rowcount
            counts.update(new=new, known=len(good) - new)
        return Merged(counts["new"], counts["known"], self._db.execute(differing).fetchone()[0], damaged)

    def requests(self, keys: Iterable[str]) -> Iterator[Request]:
        """Yield those of the requests that have an answer here."""
        for key in keys:
            with self._explained("read"):
                row = self._db.execute("SELECT request FROM answers WHERE key = ?", (key,)).fetchone()
            if row is not None and key_of(str(row[0])) == key:
                yield Request.from_json(row[0])

    def drop(self, keys: Iterable[str]) -> None:
        """Forget answers by their keys."""
        with self._explained("written"), self._transaction():
            self._db.executemany("DELETE FROM answers WHERE key = ?", ((key,) for key in keys))

    def prune(self, senders: Collection[Sender]) -> None:
        """Drop all answers of these senders, and give their room on the disk back."""
        with self._explained("written"):
            with self._transaction():  # another process's VACUUM may give rows other ids
                rows = self._db.execute("SELECT rowid, key, request FROM answers")
                gone = [(rowid,) for rowid, *row in rows if sender_of(*row) in senders]
                self._db.executemany("DELETE FROM answers WHERE rowid = ?", gone)
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def sender_of(key: str, request: str) -> Sender:
    """Find who answered in a request's JSON without parsing its texts, inside which each quote has a backslash."""
    named = request.rpartition('], "model": ')[2].partition(', "sampling": ')[0]
    return _sender(named, key.startswith(CHANGED))


@lru_cache(maxsize=1_000)
def _sender(named: str, set_aside: bool) -> Sender:
    who: dict[str, str] = {}  # of a damaged request
    with suppress(ValueError):
        who = json.loads(f'{{"model": {named}}}')
    provider, model, revision = (str(who.get(name, "?")) for name in ("provider", "model", "revision"))
    return Sender(provider, model, revision, set_aside)


def _is_whole(row: Sequence[object]) -> bool:
    key, request, reply, hashed, *_ = map(str, row)
    return key_of(request) == key and whole(key, reply, hashed) is not None
