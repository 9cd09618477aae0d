"""Requests in flight: when each is sent, to which address, and what becomes of those that fail.

Answers leave in the order in which they arrive. None is sent between an answer's arrival and its being taken, so that
who commits it at once can lose to a kill no more than what is in flight.
"""

import asyncio
import heapq
import random
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic

from domaintune.core.paying.budget import Budget
from domaintune.core.paying.connection import Connection
from domaintune.core.paying.dialect import Address, Amount, Attempt, Dialect, ItemT, ResultT
from domaintune.core.paying.posting import Response, Trouble, open_session, post
from domaintune.core.paying.protocol import Failure
from domaintune.core.paying.verdicts import Again
from domaintune.core.paying.window import Pace
from domaintune.core.stage.errors import TeacherError

IN_A_ROW = 25
"""Requests lost one after the other, with no answer between them, after which the server is held to be ill."""
BACKOFF_S, LONGEST_S = 0.2, 30.0
"""Wait before the second attempt, four times as long before each further one; and the longest."""


class Flight(Generic[ItemT, ResultT]):
    """One run of requests to one server."""

    def __init__(self, connection: Connection, dialect: Dialect[ItemT, ResultT]) -> None:
        self._connection, self._dialect = connection, dialect
        server, runtime = connection.server, connection.runtime
        self._budget = None if server.budget_usd is None else Budget(connection.name, server.budget_usd)
        self._addresses = [
            Address(url.rstrip("/") + dialect.path, runtime.concurrency, runtime.timeout_s)
            for url in server.base_urls
        ]
        self._paces = Pace(server.requests_per_minute), Pace(server.tokens_per_minute)
        self._later: list[tuple[float, Attempt[ItemT]]] = []
        self._arrived: deque[tuple[ItemT, ResultT | Failure]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._lost_in_a_row = 0
        self._error: BaseException | None = None
        self._wake, self._wake_at = asyncio.Event(), 0.0

    def run(self, items: Iterable[ItemT]) -> Iterator[tuple[ItemT, ResultT | Failure]]:
        """Yield each item with its result, or with why there is none.

        After an error, and after Ctrl-C, nothing new is sent; what is in flight is awaited and yielded, because it is
        paid for, before the error is raised.
        """
        fresh = iter(items)
        with asyncio.Runner() as runner, interruptible(self._interrupted, self._wake, runner.get_loop()):
            loop, self._session = runner.get_loop(), runner.run(_opened())
            try:
                while self._send(fresh, loop) or self._tasks:
                    loop.run_until_complete(self._waited())
                    while self._arrived:
                        yield self._arrived.popleft()
            finally:
                runner.run(self._stop())
        if self._error is not None:
            raise self._error

    def _send(self, fresh: Iterator[ItemT], loop: asyncio.AbstractEventLoop) -> bool:
        """Send what may be sent now; tell whether there is, or will be, something to wait for."""
        self._wake_at = now = time.monotonic()
        while self._error is None:
            free = [address for address in self._addresses if address.room(now)]
            if not free:
                waits = [address.not_before for address in self._addresses if address.not_before > now]
                return self._sleep(min(waits, default=float("inf")))
            if wait := max(pace.wait(now) for pace in self._paces):
                return self._sleep(now + wait)
            if (attempt := self._next(fresh, now)) is None:
                return bool(self._later) and self._sleep(self._later[0][0])
            if self._budget is not None and not self._budget.hold(attempt.most.money):
                heapq.heappush(self._later, (now, attempt))
                if self._tasks:
                    return self._sleep(float("inf"))
                self._error = self._connection.failure(*self._budget.told(attempt.most.money))
                return False
            for pace, amount in zip(self._paces, (1.0, attempt.most.tokens), strict=True):
                pace.take(amount)
            address = min(free, key=lambda one: one.flying / one.window.size)
            address.flying += 1
            task = loop.create_task(self._fly(attempt, address))
            self._tasks.add(task)
            task.add_done_callback(self._landed)
        return False

    def _next(self, fresh: Iterator[ItemT], now: float) -> Attempt[ItemT] | None:
        if self._later and self._later[0][0] <= now:
            return heapq.heappop(self._later)[1]
        for item in fresh:
            return Attempt(item, self._dialect.body(item), self._dialect.most(item))
        return None

    def _sleep(self, until: float) -> bool:
        self._wake_at = until
        return True

    async def _waited(self) -> None:
        """Wait until something arrives, or the time has come to send more."""
        wait = self._wake_at - time.monotonic()
        if not self._arrived and (wait > 0 or self._tasks):
            self._wake.clear()
            timer = None
            if 0 < wait < float("inf"):
                timer = asyncio.get_running_loop().call_later(wait, self._wake.set)
            await self._wake.wait()
            if timer is not None:
                timer.cancel()

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._error = self._error or error
        self._wake.set()

    async def _fly(self, attempt: Attempt[ItemT], address: Address) -> None:
        """Send one attempt and file what comes of it."""
        sent, attempt.answers_before = time.monotonic(), address.answers
        response = await post(
            self._session,
            address.url,
            attempt.body,
            self._dialect.headers(),
            timeout_s=self._connection.runtime.timeout_s,
            proxy=address.proxy,
        )
        verdict, now = self._dialect.verdict(attempt.item, response), time.monotonic()
        slow, full = isinstance(verdict, Again) and verdict.slow, address.flying >= int(address.window.size)
        address.flying -= 1
        if not isinstance(verdict, Again) or verdict.reason != "unreachable":
            address.window.came(now, now - sent, slow=slow, full=full)
            address.refused = 0
        if isinstance(verdict, TeacherError):
            self._settle(Amount(0.0, 0.0), attempt)
            self._error = self._error or verdict
        elif isinstance(verdict, Again | Failure):
            billed = isinstance(response, Trouble) and response.problem != "unreachable"
            paid = billed or (isinstance(response, Response) and response.status < 300)
            self._settle(attempt.most if paid else Amount(0.0, 0.0), attempt)
            self._failed(attempt, address, verdict, sent)
        else:
            address.answers += 1
            self._lost_in_a_row = 0
            self._settle(self._dialect.taken(verdict), attempt)
            self._arrived.append((attempt.item, verdict))

    def _settle(self, took: Amount, attempt: Attempt[ItemT]) -> None:
        self._paces[1].take(took.tokens - attempt.most.tokens)
        if self._budget is not None:
            self._budget.settle(attempt.most.money, took.money)

    def _failed(
        self, attempt: Attempt[ItemT], address: Address, verdict: Again | Failure, sent: float
    ) -> None:
        """Try it once more, later, or give it up."""
        runtime, now = self._connection.runtime, time.monotonic()
        if isinstance(verdict, Failure):
            self._lose(attempt, verdict)
            return
        if verdict.after_s:
            address.not_before = max(address.not_before, now + verdict.after_s)
        if verdict.reason == "unreachable":  # the address's fault alone
            if sent >= address.not_before:
                address.refused += 1
                address.not_before = now + _backoff(address.refused)
            heapq.heappush(self._later, (now, attempt))
            if all(one.refused > runtime.max_retries for one in self._addresses):
                self._error = self._error or self._connection.failure(
                    f"cannot be reached ({verdict.detail})",
                    "Start the server, or correct runtime.servers in params.yaml.",
                )
            return
        # Asked to wait while others are served, it has only to wait.
        waits = verdict.slow and verdict.reason != "timeout" and address.answers > attempt.answers_before
        attempt.tries += not (verdict.free or waits)
        if attempt.tries > runtime.max_retries:
            detail = f"{verdict.detail}, {attempt.tries} times"
            self._lose(attempt, Failure(verdict.reason, detail))
            return
        if verdict.free:
            attempt.body = self._dialect.body(attempt.item)
        wait = 0.0 if verdict.free else max(verdict.after_s, _backoff(max(attempt.tries, 1)))
        heapq.heappush(self._later, (now + wait, attempt))

    def _lose(self, attempt: Attempt[ItemT], failure: Failure) -> None:
        """Give a request up; stop where one after the other is."""
        self._arrived.append((attempt.item, failure))
        self._lost_in_a_row += failure.reason != "too_long"
        if self._lost_in_a_row >= IN_A_ROW:
            self._error = self._error or self._connection.failure(
                f"{IN_A_ROW} requests in a row failed, the last one: {failure.detail}",
                "Look at the server's log, check model and sampling parameters, or raise runtime.max_retries or "
                "runtime.timeout_s.",
            )

    def _interrupted(self) -> None:
        sys.stderr.write(
            f"Interrupted: {len(self._tasks)} requests in flight are awaited, so that what is paid for is kept; press "
            "Ctrl-C again to drop them.\n"
        )
        self._error = self._error or KeyboardInterrupt()

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()


async def _opened() -> Any:
    return open_session()


def _backoff(tries: int) -> float:
    """Return the seconds before the next attempt; drawn, so that many do not come at the same moment."""
    return float(min(LONGEST_S, BACKOFF_S * 4 ** (tries - 1)) * random.uniform(0.5, 1.0))


@contextmanager
def interruptible(
    first: Callable[[], None], wake: asyncio.Event, loop: asyncio.AbstractEventLoop
) -> Iterator[None]:
    """Call `first` at the first Ctrl-C, and wake the loop; the second ends the process as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupted(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        first()
        loop.call_soon_threadsafe(wake.set)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
