"""A server that `runtime.servers` names: its address, its key, requests in flight, and a message for each failure."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from domaintune.core.sections.models import Runtime, Server
from domaintune.core.stage.errors import ParamsError, TeacherError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

NO_KEY = "none"
"""Sent where the server wants no key: the client insists on one."""

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class Connection(NamedTuple):
    """A server, how hard to press it, and the key; `repr` must not show the key."""

    name: str
    server: Server
    runtime: Runtime
    key: str

    def __repr__(self) -> str:
        return f"Connection({self.name}, {self.server.base_url})"

    def client(self, headers: Mapping[str, str] | None = None) -> "AsyncOpenAI":
        """Return a client that retries 408, 409, 429, 5xx and broken connections with backoff.

        It honours Retry-After up to two minutes. It posts to other addresses than OpenAI's, too.
        """
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            base_url=self.server.base_url,
            api_key=self.key,
            timeout=self.runtime.timeout_s,
            max_retries=self.runtime.max_retries,
            default_headers=headers,
        )

    async def read(self, once: Callable[[], Awaitable[ResultT | str]], expected: str, advice: str) -> ResultT:
        """Return what a request gives, asking again while its body is not what is `expected`.

        The client takes any body for an answer, so such bodies are retried here. `once` returns what it read, or
        what the body is instead in words.
        """
        import openai

        problem = ""
        for attempt in range(self.runtime.max_retries + 1):
            if attempt:
                await asyncio.sleep(min(0.5 * 2 ** (attempt - 1), 8.0))
            try:
                read = await once()
            except openai.APIError as error:
                # `from None`: the chained error holds the request with its key.
                raise self._explained(error) from None
            if not isinstance(read, str):
                return read
            problem = read
        raise TeacherError(
            f"{self._where()}: expected {expected}, got {self.clean(problem)}, "
            f"{self.runtime.max_retries + 1} times. {advice}, then run `dvc repro` again."
        )

    def failure(self, what: str, advice: str) -> TeacherError:
        """Return one message: which server, what happened, what next."""
        return TeacherError(
            f"{self._where()}: {what}. {advice} Answers that arrived are kept; run `dvc repro` again to go on."
        )

    def clean(self, message: str) -> str:
        """Return a server's words without the key, which some servers echo, and not pages of them."""
        return message.replace(self.key, "***")[:300] if self.key != NO_KEY else message[:300]

    def _explained(self, error: Any) -> TeacherError:
        import openai

        message = self.clean(getattr(error, "message", str(error)))
        if isinstance(error, openai.APITimeoutError):
            what = f"no answer within {self.runtime.timeout_s:g} s, {self.runtime.max_retries + 1} times"
            advice = "Raise runtime.timeout_s, lower runtime.concurrency, or look at the server's log."
        elif isinstance(error, openai.APIConnectionError):
            what = "cannot be reached"
            advice = "Start the server, or correct runtime.servers in params.yaml."
        elif isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            variable = self.server.api_key_env or "(none given)"
            what = f"refused the key in {variable} ({error.status_code}: {message})"
            advice = "Set that environment variable to a valid key; runtime.servers names the variable."
        elif isinstance(error, openai.NotFoundError):
            what = f"does not know this model or address (404: {message})"
            advice = "Check the model's name and base_url."
        else:
            what = f"keeps failing ({getattr(error, 'status_code', type(error).__name__)}: {message})"
            advice = "Lower runtime.concurrency or raise runtime.max_retries."
        return self.failure(what, advice)

    def _where(self) -> str:
        return f"server {self.name} ({self.server.base_url})"


def connect(name: str, runtime: Runtime, environment: Mapping[str, str]) -> Connection:
    """Return a server by its name in `runtime.servers`, with its key from the environment."""
    server = runtime.servers.get(name)
    if server is None:
        known = ", ".join(sorted(runtime.servers)) or "none"
        raise ParamsError(f"params.yaml: runtime.servers.{name}: no such entry; known here: {known}")
    if server.api_key_env is None:
        return Connection(name, server, runtime, NO_KEY)
    key, wrong = environment.get(server.api_key_env, "").strip(), ""
    if not key:
        wrong = f"is not set. Set it to your API key, or set runtime.servers.{name}.api_key_env to null if the server "
        wrong += "wants none"
    elif not (key.isascii() and key.isprintable()) or " " in key:
        wrong = "holds characters that no API key has (spaces, line breaks or non-ASCII letters). Copy the key again"
    if wrong:
        where = f"server {name} ({server.base_url}): the environment variable {server.api_key_env}"
        raise TeacherError(f"{where} {wrong}. Nothing was sent.")
    return Connection(name, server, runtime, key)


def in_flight(
    items: Iterable[ItemT],
    client: "Callable[[], AsyncOpenAI]",
    send: "Callable[[AsyncOpenAI, ItemT], Coroutine[Any, Any, ResultT]]",
    most: int,
) -> Iterator[tuple[ItemT, ResultT]]:
    """Yield each item with what `send` made of it, as answers arrive; at most `most` are in flight.

    After a TeacherError nothing new is sent; what is in flight is awaited and yielded, because it is paid for, before
    the error is raised.
    """
    waiting = iter(items)
    flying: dict[asyncio.Task[ResultT], ItemT] = {}
    error: TeacherError | None = None
    with asyncio.Runner() as runner:
        opened = client()
        try:
            while True:
                for item in islice(waiting, 0 if error else most - len(flying)):
                    flying[runner.get_loop().create_task(send(opened, item))] = item
                if not flying:
                    break
                done, _ = runner.run(asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED))
                for task in done:
                    item = flying.pop(task)
                    failed = task.exception()
                    if failed is None:
                        yield item, task.result()
                    elif isinstance(failed, TeacherError):
                        error = error or failed
                    else:
                        raise failed
        finally:
            runner.run(_stop(opened, list(flying)))
    if error is not None:
        raise error


async def _stop(client: "AsyncOpenAI", flying: "list[asyncio.Task[ResultT]]") -> None:
    for task in flying:
        task.cancel()
    await asyncio.gather(*flying, return_exceptions=True)
    await client.close()
