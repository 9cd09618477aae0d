"""For all tests: no hub, no sockets but loopback, a ledger of their own."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance_page import LINES
from hypothesis import HealthCheck, settings

FIXTURE = HealthCheck.function_scoped_fixture  # a folder of which each example writes anew what it reads
settings.register_profile("ours", deadline=None, max_examples=60, suppress_health_check=[FIXTURE])
settings.load_profile("ours")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ["DVC_NO_ANALYTICS"] = "1"


PIPELINES = [f"pipeline/test_{name}" for name in ("starter", "paid_once", "chemistry", "self_guided")]
"""Minutes each: a fixture holds whole runs of the pipeline."""
LONGEST = [*PIPELINES, "train/test_training", "train/test_methods", "bench/test_smoke"]
"""Begun first, so that two workers end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and carry `promise` marks into the report that `make acceptance` reads."""
    order = {Path(__file__).parent / f"{name}.py": at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))
    for item in items:
        if order.get(item.path, len(order)) < len(PIPELINES):
            item.add_marker(pytest.mark.timeout(1800))
    for item in items:
        for mark in item.iter_markers("promise"):
            assert mark.args[0] in LINES, f"{item.nodeid}: the page of `make acceptance` has no such line"
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
def own_ledger(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test pays for itself: no answers left over from an earlier one."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite3"
    monkeypatch.setenv("DOMAINTUNE_LEDGER", str(path))
    return path


@pytest.fixture
def server() -> Iterator[Any]:
    """An OpenAI-compatible server on loopback that answers properly."""
    from openai_server import Server

    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def tiny_foundation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 2 layers and width 64, of random weights, with a chat template."""
    from starter_models import make_foundation

    texts = [f"The pump number {n} is made of copper and works at {n} K." for n in range(40)]
    folder, sizes = tmp_path_factory.mktemp("models") / "tiny", {"vocab_size": 320, "context": 256}
    return make_foundation(folder, texts, "models/foundation/tiny", 1, layers=2, **sizes)
