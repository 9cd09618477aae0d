"""For all tests: no hub, no sockets but loopback, a ledger of their own."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ["DVC_NO_ANALYTICS"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Carry `promise` marks into the report that `make acceptance` reads."""
    for item in items:
        for mark in item.iter_markers("promise"):
            item.user_properties.append(("promise", str(mark.args[0])))


LOOPBACK = ("127.", "localhost", "::1")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails instead of waiting."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def own_ledger(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test pays for itself: no answers left over from an earlier one."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite3"
    monkeypatch.setenv("DOMAINTUNE_LEDGER", str(path))
    yield path
