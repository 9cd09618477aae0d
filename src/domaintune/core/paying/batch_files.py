"""The files of a server's batch API, a request or an outcome a line, and the table of which batch has which request."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.openai_server import read_reply, request_body
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.stage.files import to_json

URL = "/v1/chat/completions"
MOST_REQUESTS, MOST_BYTES = 50_000, 200_000_000
"""Of one file."""
PASSING = (0, 408, 409, 429, *range(500, 600))
"""Statuses, 0 for none, of what may go well at the next try."""
TABLES = (
    "CREATE TABLE IF NOT EXISTS batches "
    "(key TEXT PRIMARY KEY, run TEXT NOT NULL, line INTEGER NOT NULL, id TEXT)",
    "CREATE TRIGGER IF NOT EXISTS answered AFTER INSERT ON answers "
    "BEGIN DELETE FROM batches WHERE key = NEW.key; END",
)
"""`run` is our id of a batch, `id` the server's."""
Lines = dict[str, int]
"""Requests of a batch by key, with their lines in its file."""


class Batches(Ledger):
    """The ledger, and beside its answers which requests went into which batch and have no answer yet."""

    HOLD = "INSERT OR REPLACE INTO batches VALUES (?, ?, ?, NULL)"
    NAME = "UPDATE batches SET id = ? WHERE run = ?"
    RELEASE = "DELETE FROM batches WHERE key = ?"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        for statement in TABLES:
            self.write(statement, [()])

    def write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement with each row, all in one transaction."""
        with self._explained("written"), self._transaction():
            for row in rows:
                self._db.execute(statement, row)

    def held(self, keys: Iterable[str]) -> dict[tuple[str, str | None], Lines]:
        """Return the batches of requests, by our id and the server's, where that is known."""
        found: dict[tuple[str, str | None], Lines] = {}
        with self._explained("read"):
            for key in keys:
                for *ids, line in self._db.execute("SELECT run, id, line FROM batches WHERE key = ?", [key]):
                    found.setdefault((ids[0], ids[1]), {})[key] = line
        return found


def fill(file: IO[bytes], unsent: list[Request]) -> list[str]:
    """Move requests from a list's end to a file, as many as the protocol allows, and return the keys of its lines."""
    keys: list[str] = []
    while unsent and len(keys) < MOST_REQUESTS:
        key, body = unsent[-1].key, request_body(unsent[-1])
        sent = {"custom_id": key, "method": "POST", "url": URL, "body": body}
        line = to_json(sent, indent=None).encode() + b"\n"
        if keys and file.tell() + len(line) > MOST_BYTES:
            break
        file.write(line)
        keys.append(key)
        unsent.pop()
    file.flush()
    return keys


def read_line(line: bytes) -> tuple[str, Reply | Failure] | None:
    """Return a request's key and what came of it; None of a broken line."""
    try:
        value = json.loads(line)
        key, response = str(value["custom_id"]), value["response"] or {"status_code": 0, "body": {}}
        status, body = int(response["status_code"]), response["body"]
        error = value.get("error") or ({} if status == 200 else body.get("error") or body)
        code, message = error.get("code"), str(error.get("message"))[:300]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
    if not error:
        read = read_reply(json.dumps(body).encode())
        return key, read if isinstance(read, Reply) else Failure("server_error", read.detail)
    told = f"{status or code}: {message}"
    if code == "content_filter":
        return key, Reply(message, "refused", 0, 0)
    if code == "context_length_exceeded" or "context length" in message.lower():
        return key, Failure("too_long", told)
    if status not in PASSING:
        return key, Failure("refused_request", told)
    return key, Failure("timeout" if code == "batch_expired" else "server_error", told)
