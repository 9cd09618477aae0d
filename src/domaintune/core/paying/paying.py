"""Getting answers at the lowest price: the responses file, then the ledger, then the backend.

`responses.parquet` holds the answers a stage's rows were made from; it travels with dvc push and pull.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from domaintune.core.frames import read_frame, write_frame
from domaintune.core.paying.counting import COUNTING
from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.protocol import Backend, Failure, Reply, Request, answer_hash
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.progress import spend, track
from domaintune.core.stage.running import STATE

POLL_S = 0.2
"""Between two looks at answers that another run is being given."""
SCHEMA: dict[str, Any] = {
    "key": pl.String,
    "request": pl.String,
    "text": pl.String,
    "finish": pl.String,
    "prompt_tokens": pl.Int64,
    "completion_tokens": pl.Int64,
    "model": pl.String,
    "hash": pl.String,
}
ADVICE = (
    "Run `dvc checkout` to restore the file, or delete it: answers in this machine's ledger are not lost."
)
SPARE_ADVICE = (
    "Delete the file, which DVC does not track: it holds pulled answers that nothing asked for when it was written, "
    "and answers in this machine's ledger are not lost."
)


Paid = tuple[Request, Reply]
"""An answer that was paid for."""


class Payer:
    """Answers requests and remembers which answers were used."""

    def __init__(
        self,
        model: str,
        revision: str,
        open_backend: Callable[[], Backend],
        ledger: Ledger | None,
        responses: Path,
    ) -> None:
        """Read `responses`. Without a ledger (embedded backends) every answer is made anew: it costs nothing.

        The backend is opened when something must be sent: who has all answers needs neither key nor server.
        """
        self.model, self.revision, self.embedded = model, revision, ledger is None
        self._open_backend, self._ledger, self._responses = open_backend, ledger, responses
        self._spare = STATE / "responses" / "-".join(responses.parts[-2:])
        self._backend: Backend | None = None
        self.used: dict[str, Paid] = {}
        paths = [path for path in (self._spare, responses) if ledger is not None and path.exists()]
        self._project: dict[str, Paid] = {}
        for path in paths:
            self._project |= read_responses(path)

    def answers(self, requests: Sequence[Request]) -> dict[str, Reply | Failure]:
        """Return the answer to each request by key; one that came with the project enters the ledger as it is used."""
        if self._ledger is not None and (by := COUNTING.get()) is not None:
            return by.answers(self, requests)
        found: dict[str, Reply | Failure] = {}
        missing = {request.key: request for request in requests}
        spend(requests=0)
        if self._ledger is not None and self._project:
            came = (self._project[key] for key in missing if key in self._project)
            self._ledger.import_answers(came)
        while missing:
            for key in list(missing):
                if (known := self.known(missing[key])) is not None:
                    found[key], self.used[key] = known[1], known
                    del missing[key]
            mine = list(missing) if self._ledger is None else self._ledger.claim(list(missing))
            if mine:
                found |= self._ask([missing.pop(key) for key in mine])
            elif missing:
                time.sleep(POLL_S)
        return found

    def write_responses(self) -> None:
        """Rewrite the responses file with exactly the answers used.

        Answers that came with the project and that nothing asked for are foreign to this machine's ledger; they stay
        in the project's own folder, so that a prompt that is changed back costs nothing.
        """
        if self._ledger is not None:
            known, unused = self._ledger.get, self._project.keys() - self.used.keys()
            spare = [self._project[key] for key in unused if known(key) != self._project[key][1]]
            if spare or self._spare.exists():
                write_responses(self._spare, spare)
        write_responses(self._responses, self.used.values())

    def known(self, request: Request) -> Paid | None:
        """Look an answer up: in the project's file, whose rows were made from it, else in the ledger."""
        own = self._project.get(request.key)
        if own is not None or self._ledger is None:
            return own
        reply = self._ledger.get(request.key)
        return None if reply is None else (request, reply)

    def _ask(self, requests: Sequence[Request]) -> dict[str, Reply | Failure]:
        if self._backend is None:
            self._backend = self._open_backend()
        found: dict[str, Reply | Failure] = {}
        for request, reply in track(self._backend.ask(requests), len(requests), "asking"):
            spend(requests=int(self._ledger is not None))
            if isinstance(reply, Reply):
                spend(tokens_read=reply.prompt_tokens, tokens_written=reply.completion_tokens)
                kept = reply if self._ledger is None else self._ledger.put(request, reply)
                self.used[request.key] = request, kept
                found[request.key] = kept
            else:
                found[request.key] = reply
        assert len(found) == len(requests), "a backend answers every request once"
        return found


def write_responses(path: Path, used: Iterable[Paid]) -> None:
    """Write answers sorted by key: the bytes are a function of the answers."""
    rows = [
        {
            "key": request.key,
            "request": request.to_json(),
            **reply._asdict(),
            "hash": answer_hash(request.key, reply.to_json()),
        }
        for request, reply in used
    ]
    write_frame(path, pl.DataFrame(rows, schema=SCHEMA, orient="row"), sort_by=["key"])


def read_responses(path: Path) -> dict[str, Paid]:
    """Read answers by key."""
    advice = SPARE_ADVICE if STATE in path.parents else ADVICE
    frame = read_frame(path, advice)
    if "model" not in frame.columns:  # of a version that did not keep it
        frame = frame.insert_column(-1, pl.lit("").alias("model"))
    if dict(frame.schema) != SCHEMA:
        raise InputError(f"{path}: expected the columns {list(SCHEMA)}, got {frame.columns}. {advice}")
    answers: dict[str, Paid] = {}
    for row in frame.iter_rows(named=True):
        reply = Reply(*(row[name] for name in Reply._fields))
        try:
            request = Request.from_json(row["request"])
            right = answer_hash(key := request.key, reply.to_json())
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}: request {row['key']}: {error}. {advice}") from error
        odd = None in row.values() or row["finish"] not in ("stop", "length", "refused") or key in answers
        if odd or key != row["key"] or row["hash"] != right:
            raise InputError(f"{path}: the row of request {row['key']} was changed or stands twice. {advice}")
        answers[key] = request, reply
    return answers
