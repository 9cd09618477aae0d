"""The local chat model on a Ray cluster of two nodes: the answers of one process, whatever dies."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from model_settings import runtime
from records import request, teacher

from domaintune.core.paying.protocol import Failure, Reply, Request, Sampling
from domaintune.core.stage.errors import ModelError, TeacherError
from domaintune.core.teacher.local_model import TransformersBackend, open_local


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head and a second node, each a process group of its own with one CPU, joined as RAY_ADDRESS says."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install -e '.[ray]'")
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        running = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        running.add_node(num_cpus=1)
        running.wait_for_nodes()
        patch.setenv("RAY_ADDRESS", f"127.0.0.1:{running.address.rpartition(':')[2]}")
        yield running
        import ray

        ray.shutdown()
        running.shutdown()


def workers(cluster: Any) -> list[set[psutil.Process]]:
    """Return the processes that write answers, by node."""
    raylets = [psutil.Process(one.all_processes["raylet"][0].process.pid) for one in cluster.list_all_nodes()]
    return [{one for one in raylet.children() if "MapWorker" in one.cmdline()[0]} for raylet in raylets]


def ask(text: str, temperature: float = 0.0, tokens: int = 64) -> Request:
    return request(text, sampling=Sampling(temperature, 1.0, tokens, 0))


def test_two_nodes_write_what_one_process_writes_and_a_killed_one_loses_nothing(
    cluster: Any, tiny_foundation: Path
) -> None:
    settings = teacher(backend="transformers", model=str(tiny_foundation), max_tokens=64)
    requests = [ask("x" * (n % 23 + 1) + str(n)) for n in range(60)] + [ask("x y " * 200)]
    alone = dict(TransformersBackend(settings, runtime(teacher_batch=4)).ask(requests))
    backend = open_local(settings, runtime(teacher_batch=4, engine="ray"))
    answers = backend.ask(requests)
    found = dict([next(answers), next(answers)])  # the one that is too long, and a first one written
    assert [type(one) for one in found.values()] == [Failure, Reply]
    assert [len(one) for one in workers(cluster)] == [1, 1]
    killed = workers(cluster)[1].pop()
    killed.kill()
    rest = list(answers)
    assert len(rest) == 59
    assert found | dict(rest) == alone

    sampled = [ask(f"text {n}", temperature=1.0, tokens=8) for n in range(6)]
    drawn = dict(backend.ask(sampled))
    assert drawn == dict(TransformersBackend(settings, runtime(teacher_batch=1)).ask(sampled[::-1]))
    assert len({reply.text for reply in drawn.values() if isinstance(reply, Reply)}) > 1


def test_a_worker_that_cannot_load_the_model_and_a_cluster_that_is_not_there_say_why(
    cluster: Any, tiny_foundation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in tiny_foundation.iterdir():
        if path.suffix != ".safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    backend = open_local(teacher(backend="transformers", model=str(tmp_path)), runtime(engine="ray"))
    with pytest.raises(TeacherError, match=f"worker failed.*ModelError: {tmp_path}: cannot be loaded"):
        list(backend.ask([ask("x")]))
    whole = teacher(backend="transformers", model=str(tiny_foundation))
    with pytest.raises(
        TeacherError, match="worker failed.*ModelError: runtime.device is cuda, but torch sees no"
    ):
        list(open_local(whole, runtime(engine="ray", device="cuda")).ask([ask("x")]))
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(TeacherError, match="no cluster lets us in at RAY_ADDRESS 127.0.0.1:1: .*refused"):
        open_local(whole, runtime(engine="ray"))


def test_without_ray_the_engine_says_what_to_install(
    tiny_foundation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    settings = teacher(backend="transformers", model=str(tiny_foundation))
    with pytest.raises(ModelError, match=r"Ray is not installed.*\.\[ray\]"):
        open_local(settings, runtime(engine="ray"))
