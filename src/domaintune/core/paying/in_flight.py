"""Many requests at once: so many in flight and no more, and nothing that is paid for is thrown away."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from domaintune.core.stage.errors import TeacherError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


def in_flight(
    items: Iterable[ItemT],
    client: "Callable[[], AsyncOpenAI]",
    send: "Callable[[AsyncOpenAI, ItemT], Coroutine[Any, Any, ResultT]]",
    most: int,
) -> Iterator[tuple[ItemT, ResultT]]:
    """Yield each item with what `send` made of it, as answers arrive; at most `most` are in flight.

    On an error nothing new is sent; what is in flight is awaited and yielded, because it is paid for.

    Raises:
        TeacherError: the first one that `send` raised.
    """
    waiting = iter(items)
    flying: dict[asyncio.Task[ResultT], ItemT] = {}
    error: TeacherError | None = None
    with asyncio.Runner() as runner:
        opened = client()
        try:
            while True:
                while error is None and len(flying) < most:
                    try:
                        item = next(waiting)
                    except StopIteration:
                        break
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
