"""Training of one arm: mixture and foundation in, adapter, model card, loss curve and accounting out."""

import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.foundation import Foundation
from domaintune.core.models.pointer import Pointer, read_pointer, writing
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import content_id, file_hash, to_json, write_json, write_text
from domaintune.core.stage.running import STATE
from domaintune.core.template import render
from domaintune.train.launching import is_launched, is_main, launch
from domaintune.train.methods import METHODS
from domaintune.train.params import LIBRARIES, Settings

CARD = Path(__file__).with_name("card.md.j2")
HUB_LICENCES = {"apache-2.0", "mit", "cc-by-4.0", "cc0-1.0"}
"""Those the hub knows by the same name."""
LOADERS = {False: ("peft", "AutoPeftModelForCausalLM"), True: ("transformers", "AutoModelForCausalLM")}


class Places(NamedTuple):
    """Where the stage reads and writes."""

    mixture: Path
    foundation: Path
    code: Path
    """What this stage's code amounts to, as `check` wrote it."""
    adapter: Path
    curve: Path
    metrics: Path


def write_untrained(described: dict[str, Any], settings: Settings, places: Places) -> Accounts:
    """Write the markers of an arm that is not trained, and return its empty accounting."""
    write_json(places.adapter / "arm.json", _arm(described, settings))
    write_text(places.curve, "step,split,loss\n")
    write_json(places.metrics, {})
    return Accounts("train", settings.arm, "rows")


def train_arm(
    described: dict[str, Any], settings: Settings, runtime: Runtime, places: Places, words: list[str]
) -> Accounts | None:
    """Tune the arm and return its accounting; outputs are written when all of it is done.

    With several processes, `words` are what each of them is started with; one of them writes, and only it accounts.
    """
    from domaintune.core.frames import read_frame
    from domaintune.core.models.foundation import layout, narrow_widths, open_foundation
    from domaintune.core.models.loading import prepare_torch
    from domaintune.train.checks import Given, look_at_machine, problems

    opened, device = open_foundation(places.foundation), prepare_torch(runtime)
    if not is_launched():
        longest = max(map(len, read_frame(places.mixture / "rows.parquet")["input_ids"]))
        added = len(opened.added.pieces) if opened.added else 0
        machine = look_at_machine(device)
        given = Given(layout(opened), narrow_widths(opened.folder), longest, machine, added)
        if found := problems(settings, given):
            raise ParamsError("\n".join(found))
        if settings.train.launch.processes > 1:
            launch(settings, runtime, words)
            return None
    checkpoints = checkpoint_folder(places, settings, [device, runtime.threads])
    return _tune(described, opened, settings, places, device=device, checkpoints=checkpoints)


def _tune(
    described: dict[str, Any],
    opened: Foundation,
    settings: Settings,
    places: Places,
    *,
    device: str,
    checkpoints: Path,
) -> Accounts | None:
    from domaintune.core.models.foundation import added_rows
    from domaintune.core.models.loading import load_tokenizer
    from domaintune.train.curve import curve
    from domaintune.train.rows import read_rows
    from domaintune.train.tuning import headline, load_foundation, save, tune

    rows, added = read_rows(places.mixture / "rows.parquet"), opened.added
    model, tokenizer = load_foundation(opened, settings, device), load_tokenizer(opened)
    vocabulary = {} if added is None else added_rows(model, added)
    tuned = tune(
        model, tokenizer, rows=rows, settings=settings, checkpoints=checkpoints, device=device, vocabulary=vocabulary,
    )  # fmt: skip
    with writing(places.adapter):
        save(tuned, tokenizer, places.adapter, opened.pointer, settings)
        tuned.trainer.accelerator.end_training()
        if not is_main():
            return None
        figures, tokens = headline(tuned, rows), len(added.pieces) if added else 0
        hashes = {name: file_hash(places.mixture / name) for name in ("mixture.json", "rows.parquet")}
        card = model_card(opened.pointer, settings, described, hashes=hashes, figures=figures, added=tokens)
        write_text(places.adapter / "README.md", card)
        write_json(places.adapter / "arm.json", _arm(described, settings))
        write_text(places.curve, curve(tuned.log))
        write_json(places.metrics, figures)
    # of other inputs too: nobody goes on from them
    for folder in checkpoints.parent.glob(f"{settings.arm}-*"):
        shutil.rmtree(folder, ignore_errors=True)
    accounts = Accounts("train", settings.arm, "rows", sum(map(len, rows.values())))
    accounts.extra |= {f"{split}_rows": len(part) for split, part in rows.items()}
    accounts.extra |= {"packs": tuned.packs} if settings.train.packing else {}
    return accounts


def _arm(described: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Say how `answer` loads and asks the arm: an untrained one in the same precision as the tuned ones."""
    asked = {name: described[name] for name in ("trained", "template", "condition_line") if name in described}
    return asked | {"quantization": settings.train.quantization, "precision": settings.train.precision}


def checkpoint_folder(places: Places, settings: Settings, machine: list[str | int | None]) -> Path:
    """Name the checkpoint folder by everything that shapes the weights: other inputs must never resume from it."""
    import torch

    shaping = (
        file_hash(places.mixture / "rows.parquet"),
        read_pointer(places.foundation).model_dump(),
        settings.as_dict(),
        {name: version(name) for name in LIBRARIES},
        [*machine, torch.get_num_threads()],
        file_hash(places.code),
    )
    name = content_id(*(to_json(part, indent=None) for part in shaping), length=24)
    return STATE / "checkpoints" / f"{settings.arm}-{name}"


def model_card(
    foundation: Pointer, settings: Settings, mixture: dict[str, Any], *, hashes: dict[str, str],
    figures: dict[str, Any], added: int,
) -> str:  # fmt: skip
    """Return README.md of the adapter: front matter that hub users know, what it was made from, how to load it.

    `mixture` is `mixture.json`; `hashes`: the sha256 of the training data, by file; `added`: tokens of an extended
    vocabulary.
    """
    from huggingface_hub.repocard_data import CardData

    method = METHODS[settings.lora.method]
    library, loader = LOADERS[method.whole]
    licences = {licence.lower() for licence in mixture["licences"]}
    one = licences.pop() if len(licences) == 1 and licences <= HUB_LICENCES else None
    front: dict[str, Any] = {
        "base_model": foundation.name,
        "library_name": library,
        "pipeline_tag": "text-generation",
        "tags": [
            f"base_model:{'finetune' if method.whole else 'adapter'}:{foundation.name}",
            "domaintune",
            settings.lora.method,
            "sft",
            "trl",
        ],
        **({"license": one} if one else {"license": "other", "license_name": "see-training-data"}),
    }
    text = render(
        CARD.read_text(encoding="utf-8"),
        foundation=foundation,
        settings=settings,
        mixture=mixture,
        figures=figures,
        added_tokens=added,
        front_matter=CardData(**front).to_yaml() + "\n",
        described=method.described,
        data=sorted(hashes.items()),
        parameters=to_json(settings.as_dict()),
        library=library,
        loader=loader,
        libraries=", ".join(f"{name} {version(name).split('+')[0]}" for name in LIBRARIES),
    )
    return f"{text}\n"
