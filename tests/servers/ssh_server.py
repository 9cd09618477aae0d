"""A real SSH server on loopback, for a DVC remote."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Remote(NamedTuple):
    """What `dvc remote add` needs."""

    url: str
    key: Path


def sshd() -> str | None:
    """Return the server's path, or None where it is not installed."""
    return shutil.which("sshd") or next((p for p in ("/usr/sbin/sshd",) if os.access(p, os.X_OK)), None)


@contextmanager
def serving(folder: Path) -> Iterator[Remote]:
    """Run sshd on a free port with keys of its own, and stop it afterwards."""
    folder.mkdir(parents=True)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized_keys")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nPermitRootLogin yes\nPasswordAuthentication no\nUsePAM no\n"
        "Subsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    if os.geteuid() == 0:  # sshd as root wants its privilege separation folder
        Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen([str(sshd()), "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Remote(f"ssh://{getpass.getuser()}@127.0.0.1:{port}{folder}/store", folder / "user")
    finally:
        server.terminate()
        server.wait()
