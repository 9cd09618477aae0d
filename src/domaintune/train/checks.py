"""What cannot be trained, found before a weight is loaded, all of it at once."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import NamedTuple

from domaintune.core.models.foundation import ModelLayout
from domaintune.core.stage.params import did_you_mean
from domaintune.train.methods import ALL_LINEAR, METHODS, choice
from domaintune.train.params import SHARDED, Settings

PACKAGES = ("deepspeed", "flash_attn")
"""Optional ones; those in locks/train.txt are there, or the stage does not begin."""


class Machine(NamedTuple):
    """What there is to train with."""

    device: str
    """cpu or cuda."""
    gpus: int
    packages: frozenset[str]
    """Which of PACKAGES are installed."""


def look_at_machine(device: str) -> Machine:
    """Count GPUs and find the optional packages."""
    import torch

    packages = frozenset(name for name in PACKAGES if find_spec(name) is not None)
    return Machine(device, torch.cuda.device_count() if device == "cuda" else 0, packages)


class Given(NamedTuple):
    """What is trained, on what."""

    layout: ModelLayout
    narrow: dict[str, int]
    """Widths that nf4 cannot take on a CPU, by the config's name."""
    longest: int
    """Tokens of the longest row."""
    machine: Machine
    added_tokens: int = 0
    """Of an extended vocabulary."""


def problems(settings: Settings, given: Given) -> list[str]:
    """Compare the settings with the model, the rows and the machine: all that cannot be trained, with the way out."""
    found = [
        *_batch(settings, given.longest),
        *_modules(settings, given.layout),
        *METHODS[settings.lora.method].misfits(settings.lora, given.layout),
        *_vocabulary(settings, given.added_tokens),
        *_quantization(settings, given.narrow, given.machine),
        *_attention(settings, given.machine),
        *_launch(settings, given.machine),
    ]
    return [f"params.yaml: {problem}" for problem in found]


def _batch(settings: Settings, longest: int) -> Iterator[str]:
    train = settings.train
    held = train.micro_batch * train.launch.processes
    if train.batch % held:
        yield (
            f"train.batch: {train.batch} is not a multiple of micro_batch × processes = {train.micro_batch} × "
            f"{train.launch.processes} = {held}; choose a micro_batch that divides it."
        )
    if train.packing and longest > train.pack_tokens:
        yield f"train.pack_tokens: {train.pack_tokens}, but a row has {longest} tokens, and none is cut; raise it."


def _modules(settings: Settings, layout: ModelLayout) -> Iterator[str]:
    lora = settings.lora
    if not METHODS[lora.method].targets or lora.target_modules == ALL_LINEAR:
        return
    known = sorted({name.rpartition(".")[2] for name in layout.linear})
    for target in lora.target_modules:
        if target == "all-linear":
            yield "lora.target_modules: all-linear stands alone; leave the other names out."
        elif not _matches(target, layout.linear):
            what = "a linear layer" if _matches(target, layout.modules) else "a module of the model"
            guess, listed = did_you_mean(target, known), ", ".join(known)
            like = guess if "did you mean" in guess else ""
            yield f"lora.target_modules: {target} is not {what}{like}; the model has {listed}."


def _matches(target: str, names: Iterable[str]) -> bool:
    """Match as PEFT does: the whole name, or its end after a dot."""
    return any(name == target or name.endswith(f".{target}") for name in names)


def _vocabulary(settings: Settings, added: int) -> Iterator[str]:
    method, strategy = METHODS[settings.lora.method], settings.train.launch.strategy
    if not added or method.whole:
        return
    where = f"arms.{settings.arm}.model: has {added} added tokens, whose rows"
    if not method.trains_added_tokens:
        able = choice(lambda one: one.trains_added_tokens)
        yield f"{where} {settings.lora.method} does not train; choose method {able}."
    if strategy in SHARDED:
        yield f"{where} {strategy} does not split; choose ddp, or method full."


def _quantization(settings: Settings, narrow: dict[str, int], machine: Machine) -> Iterator[str]:
    train, method = settings.train, METHODS[settings.lora.method]
    quantization = train.quantization
    if quantization == "none":
        return
    if quantization == "nf4" and machine.device == "cpu" and narrow:
        yield (
            f"train.quantization: nf4 on a CPU needs layer widths in multiples of 64, got {narrow}; choose none, or "
            "train on a GPU."
        )
    if method.whole:
        yield f"train.quantization: {quantization} weights cannot be trained themselves; choose none, or method lora."
    if quantization == "int8" and (why := method.unfit_for_int8):
        yield f"lora.method: {settings.lora.method} {why} in int8; choose nf4 or none, or method lora."


def _attention(settings: Settings, machine: Machine) -> Iterator[str]:
    train = settings.train
    if train.attention == "flash_attention_2":
        if machine.device == "cpu":
            yield "train.attention: flash_attention_2 runs on a GPU only; choose sdpa."
        if "flash_attn" not in machine.packages:
            yield "train.attention: flash_attention_2 needs the package flash-attn; install it, or choose sdpa."
        if train.precision == "fp32":
            yield "train.attention: flash_attention_2 knows no fp32; set train.precision to bf16, or choose sdpa."


def _launch(settings: Settings, machine: Machine) -> Iterator[str]:
    launch = settings.train.launch
    where = f"train.launch.strategy: {launch.strategy}"
    if launch.processes % launch.machines:
        yield (
            f"train.launch.processes: {launch.processes} cannot be shared evenly by {launch.machines} machines; give "
            "their sum over all machines."
        )
    if launch.processes > 1 and launch.strategy == "none":
        yield f"{where}, but {launch.processes} processes; choose ddp, fsdp or deepspeed."
    if launch.processes == 1 and launch.strategy != "none":
        yield f"{where} needs several processes; set train.launch.processes, or strategy none."
    here = launch.processes // launch.machines
    if machine.device == "cuda" and here > machine.gpus:
        yield f"train.launch.processes: {here} on this machine, which has {machine.gpus} GPUs."
    if launch.strategy in SHARDED:
        yield from (f"{where} {problem}" for problem in _sharded(settings, machine))


def _sharded(settings: Settings, machine: Machine) -> Iterator[str]:
    method, train = settings.lora.method, settings.train
    if train.launch.strategy == "deepspeed" and "deepspeed" not in machine.packages:
        yield 'needs the package deepspeed; run `pip install "domaintune[deepspeed]"`, or choose fsdp.'
    if machine.device == "cpu":
        yield (
            "splits a model over GPUs; on CPUs accelerate would give each process a whole copy and not say so. Choose "
            "ddp, which does the same by its name."
        )
    if not METHODS[method].shards:
        yield f"does not split the tensors that {method} adds; choose ddp, or method lora."
    if train.quantization != "none":
        yield f"does not split {train.quantization} weights; choose quantization none, or ddp."
    if train.optimizer == "adamw_8bit":
        yield "splits the optimiser's state itself; set train.optimizer to adamw_torch."
    if train.packing and train.launch.strategy == "deepspeed":
        yield "keeps packed rows from being checked for leaks; set train.packing to false, or choose fsdp."
