"""Teacher requests a second: the paying engine beside two plain loops, against one server, each in a process of its own.

    python bench/teacher.py                          2,000 requests of 50 ms, 64 at once
    python bench/teacher.py --requests 20000 --delay-ms 2000 --slots 512

The server answers after a delay and never more than `slots` at once, so that slots / delay is the ideal. The engine
commits each answer to a ledger; the loops keep them in memory, with `slots` in flight, which the engine has to find out.
The loops: bare aiohttp, and the openai package on its aiohttp transport. With faults a twentieth of the requests gets
500, 429 or a dropped connection once, and another twentieth answers that are no JSON until the server is healed.
"""

import asyncio
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

POISON, FAULT = 20, 20
"""One of so many texts is answered by garbage, one of so many meets a fault the first time."""
NAMES = {
    "engine": "domaintune, ledger included",
    "aiohttp": "bare aiohttp",
    "openai": "openai, aiohttp transport",
}


async def serve(delay_s: float, slots: int, faults: bool) -> None:
    """Print the address, answer until stopped; GET tells the count, POST /heal ends garbage and counts anew."""
    from aiohttp import web

    free, met, state = asyncio.Semaphore(slots), set[bytes](), {"requests": 0, "healed": 0}

    async def complete(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        state["requests"] += 1
        digest = hashlib.sha256(body).digest()
        if faults and digest[0] % FAULT == 0 and digest not in met:
            met.add(digest)
            if digest[1] % 3 == 2:
                assert request.transport is not None
                request.transport.abort()
            return web.Response(status=(500, 429, 500)[digest[1] % 3], text="{}")
        async with free:
            await asyncio.sleep(delay_s)
        garbage = faults and not state["healed"] and digest[2] % POISON == 0
        message = {"role": "assistant", "content": "Sure! Here {it" if garbage else '{"answer": "A pump."}'}
        usage = {"prompt_tokens": 100, "completion_tokens": 10}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})

    async def heal(_: web.Request) -> web.Response:
        state.update(requests=0, healed=1)
        return web.Response()

    async def count(_: web.Request) -> web.Response:
        return web.json_response(state)

    app = web.Application()
    app.add_routes([web.post("/v1/chat/completions", complete), web.post("/heal", heal), web.get("/", count)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


def asked(number: int) -> list[str]:
    """Return texts of the length of an abstract."""
    return [f"Document {n}. " + "The pump moves the fluid through the loop. " * 25 for n in range(number)]


def by_engine(url: str, number: int) -> int:
    """Ask through ledger, ladder and scheduler as a stage does; return how many have no answer."""
    from domaintune.core.paying.connection import connect
    from domaintune.core.paying.ledger import Ledger
    from domaintune.core.paying.openai_server import OpenaiServer
    from domaintune.core.paying.paying import Payer
    from domaintune.core.paying.protocol import Message
    from domaintune.core.sections.models import Runtime, Teacher
    from domaintune.core.teacher.asking import Asker, Prompt, object_schema

    servers = {"teacher": {"base_url": url, "api_key_env": None}}
    runtime = Runtime.model_validate(
        {
            "servers": servers,
            "concurrency": 512,
            "timeout_s": 120.0,
            "max_retries": 5,
            "teacher_batch": 1,
            "threads": 1,
        }
        | {"device": "cpu"}
    )
    settings = Teacher(
        backend="openai", provider="bench", server="teacher", model="m", revision="", temperature=0.0, top_p=1.0,
        max_tokens=512, seed=0, json_schema=False,
    )  # fmt: skip
    with Ledger(Path("ledger.sqlite3")) as ledger:
        opened = connect("teacher", runtime, {})
        payer = Payer("m", "", lambda: OpenaiServer(opened), ledger, Path("r", "generate", "bench.parquet"))
        prompts = [Prompt(str(n), (Message("user", text),)) for n, text in enumerate(asked(number))]
        found = Asker(settings, payer).ask_json(prompts, object_schema({"answer": {"type": "string"}}))
    return sum(one.value is None for one in found)


async def by_loop(url: str, number: int, slots: int, kind: str) -> int:
    """Ask with `slots` in flight and keep what comes; return how many have no answer that can be read."""
    texts, lost = iter(asked(number)), 0

    async def work(ask: Any) -> None:
        nonlocal lost
        for text in texts:
            try:
                json.loads(await ask([{"role": "user", "content": text}]))
            except Exception:  # noqa: BLE001 - a plain loop counts a loss, whatever it was
                lost += 1

    given = {"model": "m", "temperature": 0.0, "top_p": 1.0, "max_tokens": 512, "seed": 0}
    if kind == "openai":
        import openai

        async with openai.AsyncOpenAI(
            base_url=url, api_key="none", http_client=openai.DefaultAioHttpClient()
        ) as client:

            async def by_client(messages: Any) -> str:
                return str(
                    (await client.chat.completions.create(messages=messages, **given))
                    .choices[0]
                    .message.content
                )

            await asyncio.gather(*(work(by_client) for _ in range(slots)))
        return lost
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def by_session(messages: Any) -> str:
            async with session.post(
                f"{url}/chat/completions", json={"messages": messages, **given}
            ) as answer:
                answer.raise_for_status()
                return str((await answer.json())["choices"][0]["message"]["content"])

        await asyncio.gather(*(work(by_session) for _ in range(slots)))
    return lost


def contestant(kind: str, url: str, number: int, slots: int) -> None:
    """Ask all, and print seconds, CPU seconds, MiB and losses; imports are in CPU and MiB, not in the seconds."""
    began = time.monotonic()
    lost = by_engine(url, number) if kind == "engine" else asyncio.run(by_loop(url, number, slots, kind))
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = [time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lost]
    print(json.dumps(told))


def run(
    kind: str, number: int, delay_ms: float, slots: int, *, faults: bool
) -> tuple[list[float], Counter[str]]:
    """Have one contestant ask a fresh server, twice where it has faults: after the first time it is healed."""
    from urllib.request import Request, urlopen

    words = [sys.executable, __file__, "--role"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [
                *words,
                "serve",
                "--delay-ms",
                str(delay_ms),
                "--slots",
                str(slots),
                *(["--faults"] if faults else []),
            ],
            stdout=subprocess.PIPE,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            root = f"http://127.0.0.1:{int(server.stdout.readline())}"
            ask = [*words, kind, "--url", f"{root}/v1", "--requests", str(number), "--slots", str(slots)]
            source = str(Path(__file__).parents[1] / "src")
            environment = os.environ | {"PYTHONPATH": source}
            found = json.loads(subprocess.check_output(ask, cwd=folder, env=environment))
            counts = Counter(first=json.loads(urlopen(root).read())["requests"])
            if faults and kind == "engine":
                urlopen(Request(f"{root}/heal", b"")).read()
                code = "from domaintune.core.paying.ledger import Ledger; from pathlib import Path; import sqlite3\n"
                code += "db = sqlite3.connect('ledger.sqlite3')\n"
                code += "bad = db.execute(\"DELETE FROM answers WHERE reply LIKE '%Sure!%'\").rowcount\n"
                code += "db.commit(); print(bad)"
                forgotten = int(
                    subprocess.check_output([sys.executable, "-c", code], cwd=folder, env=environment)
                )
                healed = json.loads(subprocess.check_output(ask, cwd=folder, env=environment))
                again = json.loads(urlopen(root).read())["requests"]
                counts += Counter(garbage=forgotten, healed=again, lost_then=int(healed[3]))
        finally:
            server.kill()
    return found, counts


def main(
    *,
    requests: int = 2000,
    delay_ms: float = 50.0,
    slots: int = 64,
    faults: Annotated[bool, typer.Option("--faults")] = False,
    smoke: Annotated[bool, typer.Option("--smoke")] = False,
    role: str = "",
    url: str = "",
) -> None:
    """Print the table."""
    requests = 300 if smoke else requests
    if role == "serve":
        asyncio.run(serve(delay_ms / 1000, slots, faults))
    if role:
        contestant(role, url, requests, slots)
        return
    ideal = requests / (slots / (delay_ms / 1000))
    print(f"{requests:,} requests, {delay_ms:g} ms, {slots} slots: {ideal:.2f} s is ideal")
    print(f"{'':28} {'of ideal':>8} {'CPU s':>6} {'MiB':>5} {'lost':>5} | faults: {'s':>5} {'lost':>5}")
    cpu = {}
    for kind, name in NAMES.items():
        (took, used, peak, lost), _ = run(kind, requests, delay_ms, slots, faults=False)
        (slow, _, _, gone), counts = run(kind, requests, delay_ms, slots, faults=True)
        cpu[kind] = used
        print(
            f"{name:28} {ideal / took:8.0%} {used:6.2f} {peak:5.0f} {lost:5.0f} | {'':7} {slow:5.1f} {gone:5.0f}",
            flush=True,
        )
        if kind == "engine":
            print(
                f"{'':28} healed: {counts['garbage']} garbage answers forgotten, {counts['healed']} requests sent, "
                f"{counts['lost_then']} lost then"
            )
    print(f"client CPU, engine over the openai loop: {cpu['engine'] / cpu['openai']:.2f}")


if __name__ == "__main__":
    typer.run(main)
