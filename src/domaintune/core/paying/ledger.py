"""The ledger: every answer that was ever paid for on this machine, so that none is paid for twice.

One SQLite file a machine, not a project: experiments also run in other folders and on other branches. A row
is committed as its answer arrives, so kill -9 loses only requests in flight. Keys hold everything that shapes
an answer; addresses and API keys are in neither key nor row.

Claims keep two runs from paying for the same request. An owner of claims lives as long as it holds the lock on its own
small file beside the ledger: the kernel drops the lock when the process dies, however it dies, so no claim outlives its
owner (process ids are reused).
"""

import fcntl
import hashlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import IO, Self

from domaintune.core.paying.database import Database
from domaintune.core.paying.protocol import Reply, Request, answer_hash
from domaintune.core.stage.files import cache_folder

INSERT = "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?)"
CHANGED = "changed "
"""Stands before the key of an answer that was set aside."""


def key_of(request: str) -> str:
    """Return the key of a request's JSON."""
    return hashlib.sha256(request.encode()).hexdigest()


def whole(key: str, reply: str, hashed: str) -> Reply | None:
    """Return an answer that is as it was written."""
    if answer_hash(key, reply) == hashed:
        with suppress(ValueError, TypeError, RecursionError):
            return Reply.from_json(reply)
    return None


def _row(request: Request, reply: Reply) -> tuple[str, str, str, str]:
    asked, answer = request.to_json(), reply.to_json()
    key = key_of(asked)
    return key, asked, answer, answer_hash(key, answer)


def ledger_path(environment: Mapping[str, str]) -> Path:
    """Return DOMAINTUNE_LEDGER, or the file in the user's cache folder."""
    if given := environment.get("DOMAINTUNE_LEDGER"):
        return Path(given).expanduser()
    return cache_folder(environment) / "ledger.sqlite3"


class Ledger(Database):
    """An open ledger. Use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self._owner = ""
        self._held: IO[bytes] | None = None
        super().__init__(path)

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
            row = self._db.execute("SELECT rowid, reply, hash FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if (reply := whole(key, *map(str, row[1:]))) is None:
            self._set_aside(row[0], key)
        return reply

    def put(self, request: Request, reply: Reply) -> Reply:
        """Keep an answer, committed at once, and return the one that counts: the first that arrived."""
        row = _row(request, reply)
        with self._explained("written"):
            new = self._db.execute(INSERT, row).rowcount
        return reply if new else self.get(row[0]) or self.put(request, reply)

    def import_answers(self, answers: Iterable[tuple[Request, Reply]]) -> None:
        """Keep many answers in one transaction; keys that are known keep their answer."""
        rows = [_row(request, reply) for request, reply in answers]
        with self._explained("written"), self._transaction():
            self._db.executemany(INSERT, rows)

    def claim(self, keys: Sequence[str]) -> list[str]:
        """Reserve requests for this process and return those it got; living processes hold the others."""
        with self._explained("written"), self._transaction():
            if self._held is None:  # nobody else is making such a file: the transaction is the only one
                owners = {row[0] for row in self._db.execute("SELECT DISTINCT owner FROM claims")}
                for file in self.path.parent.glob(f"{escape(self.path.name)}.*.owner"):
                    owners.add(file.name.removeprefix(f"{self.path.name}.").removesuffix(".owner"))
                self._release(owners)
                self._owner = f"{os.getpid()}-{os.urandom(8).hex()}"
                self._held = self._file_of(self._owner).open("wb")
                fcntl.flock(self._held, fcntl.LOCK_EX)
            owners_of = self._owners_of(keys)
            if self._release({*owners_of.values()} - {self._owner}):
                owners_of = self._owners_of(keys)
        return [key for key in keys if owners_of[key] == self._owner]

    def _owners_of(self, keys: Sequence[str]) -> dict[str, str]:
        """Claim what is free, and return who has each; only these keys are looked up, however many are claimed."""
        mine, wanted = ((key, self._owner) for key in keys), "SELECT owner FROM claims WHERE key = ?"
        self._db.executemany("INSERT OR IGNORE INTO claims VALUES (?, ?)", mine)
        return {key: self._db.execute(wanted, (key,)).fetchone()[0] for key in keys}

    def _release(self, owners: Iterable[str]) -> bool:
        """Drop the claims of those owners that are dead, and tell whether there was one."""
        dead = [(owner,) for owner in owners if not self._is_alive(owner)]
        self._db.executemany("DELETE FROM claims WHERE owner = ?", dead)
        return bool(dead)

    def _set_aside(self, rowid: int, key: str) -> None:
        with self._explained("written"):
            aside = "UPDATE OR REPLACE answers SET key = ? || key WHERE rowid = ?"
            self._db.execute(aside, (CHANGED, rowid))
        sys.stderr.write(
            f"{self.path}: the answer to request {key} is not as it was written; it was set aside, is never used, and "
            "the request is sent once more unless data/responses holds its answer.\n"
        )

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
