"""`runtime.engine: ray`: the local chat model as actors of Ray Data on a cluster, each with the weights of its own."""

import json
import os
import socket
from collections.abc import Iterator, Sequence
from logging import CRITICAL, ERROR, getLogger
from pathlib import Path
from typing import Any

from domaintune.core.models.loading import prepare_torch
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.stage.errors import ModelError, TeacherError
from domaintune.core.teacher.local_model import TransformersBackend, in_batches, load_chat


class Actor:
    """The model in one of Ray's processes; a row of the data is a batch, in and out as JSON."""

    def __init__(self, settings: str, runtime: str) -> None:
        """Load the weights, as one process would."""
        local = Runtime.model_validate_json(runtime)
        self._backend = TransformersBackend(Settings.model_validate_json(settings), local)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        """Return the key and the reply of each request of a batch."""
        requests = [Request.from_json(text) for text in json.loads(batch["requests"][0])]
        replies = {
            one.key: reply.to_json() for one, reply in self._backend.ask(requests) if isinstance(reply, Reply)
        }
        return {"key": list(replies), "reply": list(replies.values())}


class RayBackend:
    """Cuts batches exactly as one process would, and yields their answers as the cluster's actors finish them."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        """Load the tokenizer alone, and join the cluster that RAY_ADDRESS names, else one of this machine."""
        self._ray = join()
        prepare_torch(runtime.model_copy(update={"device": "cpu"}))  # the machine that asks needs no GPU
        import torch

        self._batch = runtime.teacher_batch
        self._tokenizer, self._config = load_chat(settings, "AutoConfig")
        gpus = 0 if runtime.device == "cpu" else int(self._ray.cluster_resources().get("GPU", 0))
        machines = [one for one in self._ray.nodes() if one["Alive"] and one["Resources"].get("CPU", 0) >= 1]
        self._actors = gpus or len(machines) or 1
        model = str(Path(settings.model).resolve()) if Path(settings.model).is_dir() else settings.model
        # Ray gives an actor one thread, with which it would write other bytes than one process does
        there = {"engine": "local", "threads": torch.get_num_threads()}
        given = [settings.model_copy(update={"model": model}), runtime.model_copy(update=there)]
        texts = [one.model_dump_json() for one in given]
        self._how: dict[str, Any] = {"fn_constructor_args": texts, "num_gpus": int(gpus > 0)}

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield replies as their batches are done, in any order. Ray gives what a dead actor held to another."""
        failed, batches = in_batches(self._tokenizer, self._config, requests, self._batch)
        yield from failed
        if not batches:
            return
        sent = {request.key: request for batch in batches for request, _ in batch}
        rows = [{"requests": json.dumps([request.to_json() for request, _ in batch])} for batch in batches]
        data = self._ray.data.from_items(rows, override_num_blocks=len(rows))
        actors = min(self._actors, len(rows))
        try:
            for row in data.map_batches(Actor, batch_size=1, concurrency=actors, **self._how).iter_rows():
                yield sent[row["key"]], Reply.from_json(row["reply"])
        except self._ray.exceptions.RayError as error:
            why = str(error).strip().splitlines()[-1]  # above it stand the frames of both processes
            raise TeacherError(f"runtime.engine is ray, and a worker failed: {why}") from error


def join() -> Any:
    """Return Ray, quiet and joined to its cluster."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray.data
    except ImportError as error:
        raise ModelError(
            "params.yaml: runtime.engine is ray, but Ray is not installed. Run `.venv/bin/pip install -e '.[ray]'` on "
            "each machine, or set runtime.engine to local."
        ) from error
    # without an address Ray would look for the last cluster of this machine, minutes long where it is gone
    address = os.environ.get("RAY_ADDRESS", "local")
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        if port.isdigit():  # Ray itself would try for seven minutes where nothing listens
            socket.create_connection((host, int(port)), timeout=10).close()
        quiet: dict[str, Any] = {"include_dashboard": False, "log_to_driver": False, "logging_level": ERROR}
        ray.init(address, ignore_reinit_error=True, **quiet)
    except (OSError, RuntimeError, ValueError) as error:
        raise TeacherError(
            f"runtime.engine is ray, but no cluster lets us in at RAY_ADDRESS {address}: {error}. See whether `ray "
            "status` finds it there; one that asks for a token needs RAY_AUTH_MODE=token here too."
        ) from error
    getLogger("ray.data").setLevel(CRITICAL)
    ray.data.DataContext.get_current().enable_progress_bars = False
    return ray
