"""Training of one arm: mixture and foundation in, adapter, model card, loss curve and accounting out."""

import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.foundation import Foundation
from domaintune.core.models.pointer import read_pointer, writing
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import file_hash, read_json, write_json, write_text
from domaintune.core.stage.running import STATE
from domaintune.train.checkpoints import inputs_hash
from domaintune.train.launching import is_launched, is_main, launch
from domaintune.train.params import LIBRARIES, Settings


class Outputs(NamedTuple):
    """Where the stage writes."""

    adapter: Path
    curve: Path
    metrics: Path


def write_untrained(described: dict[str, Any], settings: Settings, outputs: Outputs) -> Accounts:
    """Write the markers of an arm that is not trained, and return its empty accounting."""
    write_json(outputs.adapter / "arm.json", _arm(described, settings))
    write_text(outputs.curve, "step,split,loss\n")
    write_json(outputs.metrics, {})
    return Accounts("train", settings.arm, "rows")


class Inputs(NamedTuple):
    """What the stage reads."""

    mixture: Path
    foundation: Path
    code: Path
    """What this stage's code amounts to, as `check` wrote it."""


def train_arm(
    inputs: Inputs, settings: Settings, runtime: Runtime, outputs: Outputs, words: list[str]
) -> Accounts | None:
    """Tune the arm and return its accounting; outputs are written when all of it is done.

    With several processes, `words` are what each of them is started with; one of them writes, and only it accounts.
    """
    from domaintune.core.frames import read_frame
    from domaintune.core.models.foundation import layout, narrow_widths, open_foundation
    from domaintune.core.models.loading import prepare_torch
    from domaintune.train.checks import Given, check, look_at_machine

    opened, device = open_foundation(inputs.foundation), prepare_torch(runtime)
    if not is_launched():
        longest = max(map(len, read_frame(inputs.mixture / "rows.parquet")["input_ids"]))
        added = len(opened.added.pieces) if opened.added else 0
        machine = look_at_machine(device)
        check(settings, Given(layout(opened), narrow_widths(opened.folder), longest, machine, added))
        if settings.train.launch.processes > 1:
            launch(settings, runtime, words)
            return None
    checkpoints = _checkpoints(inputs, settings, [device, runtime.threads])
    return _tune(inputs, opened, settings, outputs, device=device, checkpoints=checkpoints)


def _tune(
    inputs: Inputs,
    opened: Foundation,
    settings: Settings,
    outputs: Outputs,
    *,
    device: str,
    checkpoints: Path,
) -> Accounts | None:
    from domaintune.core.models.foundation import added_rows
    from domaintune.core.models.loading import load_tokenizer
    from domaintune.train.card import model_card
    from domaintune.train.curve import curve
    from domaintune.train.rows import read_rows
    from domaintune.train.tuning import headline, load_foundation, save, tune

    mixture, added = inputs.mixture, opened.added
    described, rows = read_json(mixture / "mixture.json"), read_rows(mixture / "rows.parquet")
    model, tokenizer = load_foundation(opened, settings, device), load_tokenizer(opened)
    vocabulary = {} if added is None else added_rows(model, added)
    tuned = tune(
        model, tokenizer, rows=rows, settings=settings, checkpoints=checkpoints, device=device, vocabulary=vocabulary,
    )  # fmt: skip
    with writing(outputs.adapter):
        save(tuned, tokenizer, outputs.adapter, opened.pointer, settings)
        tuned.trainer.accelerator.end_training()
        if not is_main():
            return None
        figures, tokens = headline(tuned, rows), len(added.pieces) if added else 0
        hashes = {name: file_hash(mixture / name) for name in ("mixture.json", "rows.parquet")}
        card = model_card(opened.pointer, settings, described, hashes=hashes, figures=figures, added=tokens)
        write_text(outputs.adapter / "README.md", card)
        write_json(outputs.adapter / "arm.json", _arm(described, settings))
        write_text(outputs.curve, curve(tuned.log))
        write_json(outputs.metrics, figures)
    for folder in checkpoints.parent.glob(
        f"{settings.arm}-*"
    ):  # of other inputs too: nobody goes on from them
        shutil.rmtree(folder, ignore_errors=True)
    return _account(settings, {split: len(part) for split, part in rows.items()}, tuned.packs)


def _account(settings: Settings, rows: dict[str, int], packs: int) -> Accounts:
    accounts = Accounts("train", settings.arm, "rows", sum(rows.values()))
    accounts.extra |= {f"{split}_rows": count for split, count in rows.items()}
    accounts.extra |= {"packs": packs} if settings.train.packing else {}
    return accounts


def _arm(described: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Say how `answer` loads and asks the arm: an untrained one in the same precision as the tuned ones."""
    asked = {name: described[name] for name in ("trained", "template", "condition_line") if name in described}
    return asked | {"quantization": settings.train.quantization, "precision": settings.train.precision}


def _checkpoints(inputs: Inputs, settings: Settings, machine: list[str | int | None]) -> Path:
    """Name the checkpoint folder by everything that shapes the weights, this stage's code included."""
    import torch

    name = inputs_hash(
        file_hash(inputs.mixture / "rows.parquet"),
        read_pointer(inputs.foundation).model_dump(),
        settings.as_dict(),
        {name: version(name) for name in LIBRARIES},
        [*machine, torch.get_num_threads()],
        file_hash(inputs.code),
    )
    return STATE / "checkpoints" / f"{settings.arm}-{name}"
