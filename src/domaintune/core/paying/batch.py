"""A server's batch API: requests go up as files, answers come down as files within a day, often at half the price.

No batch is made twice. Its requests stand beside the ledger's answers before they are sent, with our id of it, which is
in its metadata, and the server's as soon as that is known: so it is found even if this process died before. An answer
that enters the ledger leaves its batch in the same transaction.
"""

import io
import os
import secrets
import sys
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from tempfile import TemporaryFile
from typing import Any

from domaintune.core.paying.batch_files import PASSING, URL, Batches, Lines, fill, read_line
from domaintune.core.paying.connection import Connection
from domaintune.core.paying.ledger import ledger_path
from domaintune.core.paying.openai_server import other_model
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.stage.progress import Meter, spend

SHORTEST_S, LONGEST_S = 1.0, 60.0
"""Between two looks at a batch, and between two tries to make one."""
OURS = "domaintune"
"""Name of our id of a batch in its metadata."""


class BatchServer:
    """A server that completes chats batch by batch."""

    _batches: Batches

    def __init__(self, connection: Connection) -> None:
        """Open a client for files and batches; it follows no redirect, so that prompts stay with this host."""
        import openai

        self._connection, self._retries = connection, connection.runtime.max_retries
        self._where = connection.where()
        self._client: Any = openai.OpenAI(
            base_url=connection.server.base_urls[0],
            api_key=connection.key or "none",
            timeout=connection.runtime.timeout_s,
            max_retries=self._retries,
            http_client=openai.DefaultHttpxClient(follow_redirects=False),
        )

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its reply; what failed for a while goes into up to `max_retries` further batches."""
        left, server = {request.key: request for request in requests}, self._connection.server
        with Batches(ledger_path(os.environ)) as self._batches:
            for tries in range(self._retries, -1, -1):
                self._send(left, tries)
                for key, outcome in self._ended(left):
                    if isinstance(outcome, Failure):
                        self._batches.write(Batches.RELEASE, [(key,)])
                        if tries and outcome.reason in ("server_error", "timeout"):
                            continue
                    elif server.price_in is not None and server.price_out is not None:
                        read, written = outcome.prompt_tokens, outcome.completion_tokens
                        spend(money=(read * server.price_in + written * server.price_out) / 1e6)
                    request = left.pop(key)
                    yield (
                        request,
                        outcome
                        if isinstance(outcome, Failure)
                        else outcome._replace(model=other_model(request.model, outcome.model)),
                    )

    def _send(self, wanted: dict[str, Request], tries: int) -> None:
        """Make batches of the requests that are in none.

        One whose making failed may be made all the same: the next try looks for it. Its requests are in no other.
        """
        unsent = dict(wanted)
        for (run, known), lines in self._batches.held(wanted).items():
            if name := known or self._find(run):
                self._batches.write(Batches.NAME, [(name, run)])
                unsent = {key: request for key, request in unsent.items() if key not in lines}
        create, rest = self._client.with_options(max_retries=0).batches.create, [*unsent.values()][::-1]
        while rest:
            with TemporaryFile() as file:
                run, keys = secrets.token_hex(8), fill(file, rest)
                self._batches.write(Batches.HOLD, [(key, run, line) for line, key in enumerate(keys, 1)])
                upload = partial(self._client.files.create, file=("requests.jsonl", file), purpose="batch")
                given = {"input_file_id": self._asked(upload, "id").id, "metadata": {OURS: run}}
            make = partial(create, **given, endpoint=URL, completion_window="24h")
            if made := self._asked(make, "id", none_at=PASSING if tries else ()):
                self._batches.write(Batches.NAME, [(made.id, run)])
            else:
                time.sleep(min(SHORTEST_S * 2 ** (self._retries - tries), LONGEST_S))

    def _ended(self, wanted: Iterable[str]) -> Iterator[tuple[str, Reply | Failure]]:
        """Yield what came of requests as their batches end."""
        waiting = {name: lines for (_, name), lines in self._batches.held(wanted).items() if name}
        names, total, interval = ", ".join(waiting), sum(map(len, waiting.values())), SHORTEST_S
        sys.stderr.write(f"{self._where}: {total:,} requests are in batch {names}.\n" if waiting else "")
        try:
            with closing(Meter(f"batch {names}", total)) as meter:
                while waiting:
                    done = total - sum(map(len, waiting.values()))
                    for name in list(waiting):
                        batch = self._asked(partial(self._client.batches.retrieve, name), "status", (404,))
                        if batch is None or batch.status in ("completed", "expired", "cancelled", "failed"):
                            yield from self._read(name, batch, waiting.pop(name))
                        elif batch.request_counts:
                            done += batch.request_counts.completed or 0
                    meter.at(min(done, total))
                    time.sleep(interval if waiting else 0)
                    interval = min(interval * 1.5, LONGEST_S)
        except KeyboardInterrupt:
            told = f"stopped, but batch {names} goes on there and is not cancelled"
            raise self._connection.failure(told, "`dvc repro` picks it up.") from None

    def _read(self, name: str, batch: Any, lines: Lines) -> Iterator[tuple[str, Reply | Failure]]:
        """Yield what came of a batch's requests: answers first, so that none is lost to an error beside it."""
        status = batch.status if batch else "forgotten there"
        failed = self._refused(name, batch, lines) if status == "failed" else {}
        for file in filter(None, (batch.output_file_id, batch.error_file_id) if batch else ()):
            for key, outcome in self._lines(file):
                if isinstance(outcome, Failure):
                    failed.setdefault(key, outcome)
                elif lines.pop(key, None):
                    yield key, outcome
        if lacking := len(lines.keys() - failed.keys()):
            sys.stderr.write(f"{self._where}: batch {name} ({status}) lacks {lacking:,} answers.\n")
        if status == "cancelled" and lines:  # by somebody, on purpose
            self._stop(lines, f"batch {name} was cancelled there, {len(lines):,} requests have no answer")
        lost = Failure("timeout" if status == "expired" else "server_error", f"batch {name}: {status}")
        yield from ((key, failed.get(key, lost)) for key in lines)

    def _refused(self, name: str, batch: Any, lines: Lines) -> dict[str, Failure]:
        """Return the requests that a batch was refused for, so that the others go on; stop if these are none or all."""
        errors = (batch.errors and batch.errors.data) or []
        words = {one.line: self._connection.clean(f"line {one.line}: {one.message}") for one in errors}
        if any(
            one.code == "token_limit_exceeded" for one in errors
        ):  # in waiting batches: later it may begin
            return dict.fromkeys(lines, Failure("server_error", "; ".join(words.values())))
        named = {key: words[line] for key, line in lines.items() if line in words}
        failed = {key: Failure("refused_request", told) for key, told in named.items()}
        if len(failed) in (0, len(lines)):
            told = "; ".join([*words.values()][:3]) or "no reason given"
            self._stop(lines, f"batch {name} was refused, and nothing of it paid: {told}")
        return failed

    def _stop(self, lines: Lines, told: str) -> None:
        self._batches.write(Batches.RELEASE, [(key,) for key in lines])
        raise self._connection.failure(told, "The next run sends them in a new batch.")

    def _find(self, run: str) -> str | None:
        """Return the server's id of a batch of ours, if it has made it."""
        made = partial(self._client.batches.list, limit=100)
        listed = self._asked(lambda: {(one.metadata or {}).get(OURS): one.id for one in made()})
        return dict(listed).get(run)

    def _lines(self, file: str) -> Iterator[tuple[str, Reply | Failure]]:
        got, key = (
            self._asked(partial(self._client.files.content, file), "content", (404,)),
            self._connection.key,
        )
        content = b"" if got is None else got.content
        if len(key) >= 8:  # a shorter one may be a word
            content = content.replace(key.encode(), b"***")
        if content.strip() and b'"custom_id"' not in content:
            told = f"file {file}: no outcome in {content[:100]!r}"
            raise self._connection.failure(told, "It is kept there.")
        yield from filter(None, map(read_line, io.BytesIO(content)))

    def _asked(self, call: Callable[[], Any], field: str = "", none_at: Container[int] = ()) -> Any:
        """Return what the server gives, which must have `field`; None where it fails with one of these statuses."""
        import openai

        try:
            got = call()
            if not field or getattr(got, field, None) is not None:
                return got
            status, said = 0, f"no {field} in {str(got)[:100]}"
        except (openai.APIError, ValueError, TypeError, AttributeError) as error:
            status, said = getattr(error, "status_code", 0), str(getattr(error, "message", error))
        # Outside of the block, because a chained error would hold the request with its key.
        if status in none_at:
            if status == 404:
                self._find("")  # fails, too, where base_url is wrong; otherwise the server has forgotten
            return None
        advice = "Check base_url and key; a server without a batch API wants mode: live. Batches that were made go on."
        raise self._connection.failure(f"the batch API: {self._connection.clean(said)}", advice)
