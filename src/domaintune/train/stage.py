"""Reading a mixture and a foundation, tuning, and writing the adapter."""

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.pointer import read_pointer
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import file_hash, read_json, write_json, write_text
from domaintune.core.stage.running import STATE
from domaintune.train.checkpoints import inputs_hash
from domaintune.train.settings import Settings

LIBRARIES = ("accelerate", "peft", "torch", "transformers", "trl")


class Outputs(NamedTuple):
    """Where the stage writes."""

    adapter: Path
    curve: Path
    metrics: Path


def write_untrained(described: dict[str, Any], settings: Settings, outputs: Outputs) -> None:
    """Write the markers of an arm that is not trained."""
    write_json(outputs.adapter / "arm.json", _arm(described, settings))
    write_text(outputs.curve, "step,split,loss\n")
    write_json(outputs.metrics, {})


def train_arm(
    mixture: Path, foundation: Path, settings: Settings, runtime: Runtime, outputs: Outputs
) -> Accounts:
    """Tune the arm's adapter and return the books; outputs are written when all of it is done."""
    from domaintune.core.models.loading import load_model, load_tokenizer, open_foundation, prepare_torch

    device = prepare_torch(runtime)
    from domaintune.train.adapter import save_adapter
    from domaintune.train.card import Facts, model_card
    from domaintune.train.figures import curve, headline
    from domaintune.train.rows import read_rows
    from domaintune.train.tuning import tune

    described, rows = read_json(mixture / "mixture.json"), read_rows(mixture / "rows.parquet")
    opened = open_foundation(foundation)
    model = load_model(opened, settings.train.quantization, settings.train.precision, device)
    checkpoints = _checkpoints(mixture, foundation, settings, runtime, device)
    tuned = tune(
        model, load_tokenizer(opened), rows=rows, settings=settings, checkpoints=checkpoints, device=device
    )
    figures = headline(tuned, rows)
    facts = Facts(
        foundation=opened.pointer,
        settings=settings,
        mixture=described,
        hashes={name: file_hash(mixture / name) for name in ("mixture.json", "rows.parquet")},
        figures=figures,
        versions={name: version(name).split("+")[0] for name in LIBRARIES},
    )
    save_adapter(tuned.model, outputs.adapter, opened.pointer)
    write_text(outputs.adapter / "README.md", model_card(facts))
    write_json(outputs.adapter / "arm.json", _arm(described, settings))
    write_text(outputs.curve, curve(tuned.log))
    write_json(outputs.metrics, figures)
    accounts = Accounts("train", settings.arm, "rows")
    accounts.rows_in = accounts.kept = sum(len(part) for part in rows.values())
    accounts.extra |= {f"{split}_rows": len(part) for split, part in rows.items()}
    shutil.rmtree(checkpoints, ignore_errors=True)
    return accounts


def _arm(described: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Say how `answer` loads the arm: an untrained one in the same precision as the tuned ones."""
    return {
        "trained": described["trained"],
        "template": described["template"],
        "quantization": settings.train.quantization,
        "precision": settings.train.precision,
    }


def _checkpoints(mixture: Path, foundation: Path, settings: Settings, runtime: Runtime, device: str) -> Path:
    """Name the checkpoint folder by everything that shapes the weights, this stage's code included."""
    import torch

    code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))
    name = inputs_hash(
        file_hash(mixture / "rows.parquet"),
        read_pointer(foundation).model_dump(),
        settings.as_dict(),
        {name: version(name) for name in LIBRARIES},
        [device, runtime.threads, torch.get_num_threads()],
        code.hexdigest(),
    )
    return STATE / "checkpoints" / name
