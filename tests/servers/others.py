"""Servers that nobody wrote for these tests, on loopback: SSH for a DVC remote, and `transformers serve` as we start it."""

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from committed import PARAMS
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
START_S = 180


@contextmanager
def running(command: Callable[[int], list[str]], log: Path, **options: Any) -> Iterator[int]:
    """Start a command on a free port, wait until somebody listens there, and stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as out:
        server = subprocess.Popen(command(port), stdout=out, stderr=subprocess.STDOUT, **options)
    try:
        deadline = time.monotonic() + START_S
        while not listening(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"it did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def sshd() -> str | None:
    """Return the server's path, or None where it is not installed."""
    return shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def serving_ssh(folder: Path) -> Iterator[tuple[str, Path]]:
    """Run sshd with keys of its own; yield the URL of a DVC remote and the user's key."""
    folder.mkdir(parents=True)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/user.pub\nPermitRootLogin yes\nPasswordAuthentication no\nUsePAM no\n"
        "Subsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    if os.geteuid() == 0:  # sshd as root wants its privilege separation folder
        Path("/run/sshd").mkdir(exist_ok=True)
    command = [str(sshd()), "-D", "-e", "-f", str(config)]
    with running(lambda port: [*command, "-p", str(port)], folder / "log") as port:
        yield f"ssh://{getpass.getuser()}@127.0.0.1:{port}{folder}/store", folder / "user"


@contextmanager
def serving_model(folder: Path, log: Path) -> Iterator[str]:
    """Run `domaintune serve teacher` with the model in a folder, under the folder's name; yield the base URL."""
    place = log.parent / "served"
    place.mkdir()
    (place / folder.name).symlink_to(folder)
    (place / "catalog").symlink_to(ROOT / "catalog")
    params: dict[str, Any] = YAML(typ="safe").load(PARAMS)
    params["teacher"] |= {"backend": "openai", "server": "teacher", "model": folder.name}

    def command(port: int) -> list[str]:
        params["runtime"]["servers"]["teacher"] = {
            "base_url": f"http://127.0.0.1:{port}/v1",
            "api_key_env": None,
        }
        (place / "params.yaml").write_text(json.dumps(params), encoding="utf-8")
        return [str(Path(sys.executable).with_name("domaintune")), "serve", "teacher"]

    with running(command, log, cwd=place, env={**os.environ, "XDG_CACHE_HOME": str(place / "cache")}) as port:
        yield f"http://127.0.0.1:{port}/v1"
