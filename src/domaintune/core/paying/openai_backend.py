"""Any OpenAI-compatible server. Requests run concurrently inside; answers come out one by one as they arrive.

The client retries 408, 409, 429, 5xx and broken connections with backoff, and honours Retry-After up to two
minutes. A body that is no chat completion is retried here, because the client takes it for an answer.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from domaintune.core.paying.openai_wire import read_reply, request_body
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.sections.runtime import Runtime, Server
from domaintune.core.stage.errors import ParamsError, TeacherError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

NO_KEY = "none"
"""Sent where the server wants no key: the client insists on one."""


class OpenaiServer(NamedTuple):
    """A server, how hard to press it, and the key; `repr` must not show the key."""

    name: str
    server: Server
    runtime: Runtime
    key: str

    def __repr__(self) -> str:
        return f"OpenaiServer({self.name}, {self.server.base_url})"

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its reply; at most `runtime.concurrency` are in flight.

        On an error nothing new is sent; what is in flight is awaited and yielded, because it is paid for.
        """
        waiting = iter(requests)
        flying: dict[asyncio.Task[Reply | Failure], Request] = {}
        error: TeacherError | None = None
        with asyncio.Runner() as runner:
            client = self._client()
            try:
                while True:
                    while error is None and len(flying) < self.runtime.concurrency:
                        request = next(waiting, None)
                        if request is None:
                            break
                        flying[runner.get_loop().create_task(self._answer(client, request))] = request
                    if not flying:
                        break
                    done, _ = runner.run(asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED))
                    for task in done:
                        request = flying.pop(task)
                        failed = task.exception()
                        if failed is None:
                            yield request, task.result()
                        elif isinstance(failed, TeacherError):
                            error = error or failed
                        else:
                            raise failed
            finally:
                runner.run(_stop(client, list(flying)))
        if error is not None:
            raise error

    def _client(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            base_url=self.server.base_url,
            api_key=self.key,
            timeout=self.runtime.timeout_s,
            max_retries=self.runtime.max_retries,
        )

    async def _answer(self, client: "AsyncOpenAI", request: Request) -> Reply | Failure:
        import openai

        problem = ""
        for attempt in range(self.runtime.max_retries + 1):
            if attempt:
                await asyncio.sleep(min(0.5 * 2 ** (attempt - 1), 8.0))
            try:
                raw = await client.chat.completions.with_raw_response.create(**request_body(request))
                read = read_reply(raw.content)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                return self._bad_request(error)
            except openai.APIError as error:
                # `from None`: the chained error holds the request with its key.
                raise self._explain(error) from None
            if not isinstance(read, str):
                return read
            problem = read
        raise TeacherError(
            f"{self._where()}: expected a chat completion, got {self._clean(problem)}, "
            f"{self.runtime.max_retries + 1} times. Check that base_url ends where /chat/completions begins "
            "(usually /v1) and that the server is well, then run `dvc repro` again."
        )

    def _bad_request(self, error: Any) -> Reply | Failure:
        """Tell a text that is too long, or was refused, from a request that is wrong in itself."""
        code, message = str(error.code or ""), self._clean(error.message)
        if code == "context_length_exceeded" or "context length" in message.lower():
            return Failure("too_long", message)
        if code == "content_filter":
            return Reply(message, "refused", 0, 0)
        raise TeacherError(
            f"{self._where()}: the server refused the request: {message}. If it names response_format, set "
            "json_schema: false; otherwise check model and sampling parameters."
        ) from None

    def _explain(self, error: Any) -> TeacherError:
        """Return one message: which server, what happened, what next."""
        import openai

        message = self._clean(getattr(error, "message", str(error)))
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
        return TeacherError(
            f"{self._where()}: {what}. {advice} Answers that arrived are kept; run `dvc repro` again to go "
            "on."
        )

    def _where(self) -> str:
        return f"server {self.name} ({self.server.base_url})"

    def _clean(self, message: str) -> str:
        """Return a server's words without the key, which some servers echo, and not pages of them."""
        return message.replace(self.key, "***")[:300] if self.key != NO_KEY else message[:300]


def open_server(name: str, runtime: Runtime, environment: Mapping[str, str]) -> OpenaiServer:
    """Return a server by its name in `runtime.servers`, with its key from the environment.

    Raises:
        ParamsError: no such server.
        TeacherError: the key is not in the environment, or cannot be a key; nothing was sent.
    """
    server = runtime.servers.get(name)
    if server is None:
        known = ", ".join(sorted(runtime.servers)) or "none"
        raise ParamsError(f"params.yaml: runtime.servers.{name}: no such entry; known here: {known}")
    if server.api_key_env is None:
        return OpenaiServer(name, server, runtime, NO_KEY)
    key, variable = environment.get(server.api_key_env, "").strip(), server.api_key_env
    if not key:
        raise TeacherError(
            f"server {name} ({server.base_url}): the environment variable {variable} is not set. Set it to "
            f"your API key, or set runtime.servers.{name}.api_key_env to null if the server wants none. "
            "Nothing was sent."
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise TeacherError(
            f"server {name} ({server.base_url}): {variable} holds characters that no API key has (spaces, "
            "line breaks or non-ASCII letters). Copy the key again. Nothing was sent."
        )
    return OpenaiServer(name, server, runtime, key)


async def _stop(client: "AsyncOpenAI", flying: list[asyncio.Task[Reply | Failure]]) -> None:
    for task in flying:
        task.cancel()
    await asyncio.gather(*flying, return_exceptions=True)
    await client.close()
