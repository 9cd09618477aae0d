"""`transformers serve` on loopback with a model folder: a server that nobody wrote for these tests."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

START_S = 180


class Served(NamedTuple):
    """A running server. It knows its model by the folder's name."""

    base_url: str
    model: str
    log: Path

    @property
    def requests(self) -> int:
        """Chat completions asked for so far, as the server's own log counts them."""
        return len(re.findall(r"\[Request received\]", self.log.read_text(encoding="utf-8")))


@contextmanager
def serving(folder: Path, log: Path) -> Iterator[Served]:
    """Serve the model in a folder on a free port, offline, and stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "transformers"), "serve", folder.name, "--host", "127.0.0.1"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--port", str(port), "--device", "cpu"],
            cwd=folder.parent,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_well(f"http://127.0.0.1:{port}/health", server, log)
        yield Served(f"http://127.0.0.1:{port}/v1", folder.name, log)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_until_well(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"transformers serve did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
