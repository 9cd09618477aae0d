"""Several processes for one training: accelerate starts them, and they end with the stage that asked for them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from logging import CRITICAL, getLogger
from typing import Any

from domaintune.core.sections.models import Runtime
from domaintune.core.stage.errors import ModelError, ParamsError
from domaintune.core.stage.files import write_json
from domaintune.core.stage.running import STATE, end_with_parent, running
from domaintune.train.params import Settings

LAUNCHED = "DOMAINTUNE_LAUNCHED"  # set for the processes that accelerate starts
MACHINES = ("MACHINE_RANK", "MAIN_ADDRESS", "MAIN_PORT")
ENGINES = {"ddp": "MULTI_GPU", "fsdp": "FSDP", "deepspeed": "DEEPSPEED"}
FSDP = {
    "fsdp_version": 2,
    "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
    "fsdp_cpu_ram_efficient_loading": True,
    "fsdp_sync_module_states": True,
    "fsdp_reshard_after_forward": True,
    "fsdp_offload_params": False,
    "fsdp_state_dict_type": "FULL_STATE_DICT",
}
ZERO_3 = {
    "zero_stage": 3,
    "zero3_init_flag": True,
    "zero3_save_16bit_model": True,
    "offload_optimizer_device": "none",
    "offload_param_device": "none",
}


def is_launched() -> bool:
    """Tell whether accelerate started this process."""
    return LAUNCHED in os.environ


def is_main() -> bool:
    """Tell whether this process is the one that writes."""
    return not is_launched() or os.environ["RANK"] == "0"


@contextmanager
def holding(arm: str) -> Iterator[None]:
    """Hold the stage's lock; a launched process leaves it with the stage that started it, and ends when that does."""
    if is_launched():
        end_with_parent()
        yield
    else:
        with running("train", f"{arm}{_rank()}"):
            yield


def launch(settings: Settings, runtime: Runtime, words: list[str]) -> None:
    """Run this stage again, with the same words, in each of the processes asked for."""
    path = STATE / "launch" / f"{settings.arm}{_rank()}.json"
    write_json(path, config(settings, _machine(settings)))
    from accelerate.commands.launch import launch_command, launch_command_parser
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

    threads = runtime.threads or max(1, (os.cpu_count() or 1) // settings.train.launch.processes)
    options = ["--config_file", str(path), "--num_cpu_threads_per_process", str(threads)]
    getLogger("torch.distributed.elastic").setLevel(CRITICAL)  # it prints a traceback of ours a second time
    os.environ[LAUNCHED] = "1"
    try:
        launch_command(launch_command_parser().parse_args([*options, "-m", "domaintune.train", *words]))
    except ChildFailedError as error:
        codes = ", ".join(
            f"process {rank} with {failure.exitcode}" for rank, failure in sorted(error.failures.items())
        )
        raise ModelError(
            f"train ({settings.arm}): of {settings.train.launch.processes} processes, {codes} ended before the "
            "training did; what went wrong stands above. Run `dvc repro` again to go on from the last checkpoint."
        ) from error
    finally:
        del os.environ[LAUNCHED]


def config(settings: Settings, machine: dict[str, Any]) -> dict[str, Any]:
    """Return accelerate's own config file, so that none of the user's home has a say."""
    asked = settings.train.launch
    return {
        "compute_environment": "LOCAL_MACHINE",
        "distributed_type": ENGINES[asked.strategy],
        "num_processes": asked.processes,
        "num_machines": asked.machines,
        **machine,
        "mixed_precision": "bf16" if settings.train.precision == "bf16" else "no",
        "rdzv_backend": "static",
        "same_network": True,
        "main_training_function": "main",
        "use_cpu": False,
        "debug": False,
        **({"fsdp_config": FSDP} if asked.strategy == "fsdp" else {}),
        **({"deepspeed_config": ZERO_3} if asked.strategy == "deepspeed" else {}),
    }


def _rank() -> str:
    """Return what tells this machine's files apart in a folder that several share; the first has no suffix."""
    rank = os.environ.get(MACHINES[0], "0")
    return "" if rank == "0" else f".machine{int(rank)}"


def _machine(settings: Settings) -> dict[str, Any]:
    if settings.train.launch.machines == 1:
        return {"machine_rank": 0, "main_process_port": 0}  # port 0: a free one
    missing = [name for name in MACHINES if not os.environ.get(name)]
    if missing:
        raise ParamsError(
            f"params.yaml: train.launch.machines: {settings.train.launch.machines}, but the environment lacks "
            f"{', '.join(missing)}. Set MACHINE_RANK (0 on the first machine), MAIN_ADDRESS and MAIN_PORT (of the "
            "first) on each machine; docs/scale.md shows how."
        )
    rank, address, port = (os.environ[name] for name in MACHINES)
    return {"machine_rank": int(rank), "main_process_ip": address, "main_process_port": int(port)}
