"""Trains every method on every quantisation in one process, packed and unpacked too; prints losses and changes as JSON.

Run by test_methods.py: `python pairs.py FOUNDATION MIXTURE OUT`. Importing torch and trl costs more than all of it.
"""

import json
import math
import sys
from itertools import product
from pathlib import Path
from typing import Any, get_args

from conftest import SECTIONS, settings
from domaintune.core.models.foundation import layout, narrow_widths, open_foundation
from domaintune.core.models.loading import load_tokenizer, load_tuned, prepare_torch
from domaintune.core.sections.arms import Method
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.errors import ParamsError
from domaintune.train.checks import Given, look_at_machine, problems
from domaintune.train.params import Settings
from domaintune.train.rows import Rows, read_rows

SHORT = {"epochs": 0.5, "evals_per_epoch": 1}
SLOW = {
    "epochs": 1.0,
    "evals_per_epoch": 1,
    "learning_rate": 2e-5,
    "scheduler": "constant",
    "warmup_fraction": 0.0,
}
KINDS = ("lora_A", "lora_B", "lora_magnitude_vector", "ia3", "adaption")


def moved(before: dict[str, Any], after: dict[str, Any], kind: str) -> float | None:
    """Return the share of entries that training moved; rounding to bf16 does not count."""
    import torch

    starts = {name: weight for name, weight in before.items() if kind in name}
    changed = [
        ((after[name] != start) & (after[name] != start.bfloat16().float())).flatten()
        for name, start in starts.items()
    ]
    return float(torch.cat(changed).double().mean()) if changed else None


def validation_losses(trainer: Any) -> list[float]:
    """Evaluate in batches of 1, 2 and 3 rows."""
    losses = []
    for trainer.args.per_device_eval_batch_size in (1, 2, 3):
        losses.append(trainer.evaluate()["eval_loss"])
    return losses


def direct_loss(model: Any, part: Rows) -> float:
    """Sum the loss of the validation rows' tokens, a row at a time, by their number."""
    import torch

    model.eval()
    summed = 0.0
    for ids, labels in zip(part.input_ids, part.labels, strict=True):
        with torch.no_grad():
            said = (
                model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, :-1].double().log_softmax(-1)
            )
        wanted = [(at, label) for at, label in enumerate(labels[1:]) if label >= 0]
        summed -= sum(float(said[at, label]) for at, label in wanted)
    return summed / part.trained_tokens


def main(foundation: Path, mixture: Path, out: Path) -> dict[str, Any]:
    device = prepare_torch(Runtime.model_validate(SECTIONS["runtime"]))
    import torch

    from domaintune.train.methods import adapt, trained_weights
    from domaintune.train.rows import check_isolation
    from domaintune.train.tuning import load_foundation, save, tune

    opened, rows = open_foundation(foundation), read_rows(mixture / "rows.parquet")
    tokenizer, machine = load_tokenizer(opened), look_at_machine(device)
    given = Given(layout(opened), narrow_widths(opened.folder), 200, machine)
    probe = torch.tensor([rows["train"].input_ids[0]])

    def trained(name: str, chosen: Settings) -> Any:
        model = load_foundation(opened, chosen, device)
        return tune(
            model, tokenizer, rows=rows, settings=chosen, checkpoints=out / name, device=device, vocabulary={}
        )

    def logits(model: Any) -> torch.Tensor:
        model.eval()
        with torch.no_grad():
            return model(input_ids=probe, use_cache=False).logits.float()

    found: dict[str, Any] = {}
    for method, quantization in product(get_args(Method), ("none", "nf4", "int8")):
        name = f"{method}-{quantization}"
        chosen = settings({"method": method}, SHORT | {"quantization": quantization})
        if refused := problems(chosen, given):
            found[name] = {"refused": refused}
            continue
        tuned = trained(name, chosen)
        folder = out / f"{name}.saved"
        save(tuned, tokenizer, folder, opened.pointer, chosen)
        described = {"trained": True, "quantization": quantization, "precision": "fp32"}
        start = load_tuned(opened, folder, described | {"trained": False}, device)
        after = logits(tuned.model)
        found[name] = {
            "losses": [entry["loss"] for entry in tuned.log if "loss" in entry],
            "moved": float((after - logits(start)).abs().max()),
            "reloaded": float((after - logits(load_tuned(opened, folder, described, device))).abs().max()),
            "files": sorted(path.name for path in folder.iterdir()),
        }

        slow = settings({"method": method}, SLOW | {"quantization": quantization})
        before = trained_weights(adapt(load_foundation(opened, slow, device), slow, {}))
        after = trained_weights(trained(f"{name}-slow", slow).model)
        found[name]["shares"] = {
            kind: share for kind in KINDS if (share := moved(before, after, kind)) is not None
        }

    def total_loss(tuned: Any, dataset: Any) -> float:
        """Sum the loss of all trained tokens, in the trainer's own batches."""
        trainer = tuned.trainer
        trainer.model.eval()
        batches = trainer.get_eval_dataloader(dataset)
        with torch.no_grad():
            return math.fsum(
                float(trainer.compute_loss(trainer.model, batch, num_items_in_batch=1)) for batch in batches
            )

    for attention in ("eager", "sdpa"):
        tuned = {
            packing: trained(
                f"{attention}-{packing}", settings({}, SHORT | {"attention": attention, "packing": packing})
            )
            for packing in (False, True)
        }
        unpacked = tuned[False].trainer.train_dataset
        tuned[True].trainer.model.load_state_dict(tuned[False].trainer.model.state_dict())
        packs = tuned[True].trainer.train_dataset
        found[f"packing-{attention}"] = {
            "rows": len(unpacked),
            "packs": [tuned[True].packs, len(packs)],
            "validation": [*validation_losses(tuned[False].trainer), *validation_losses(tuned[True].trainer)],
            "direct": direct_loss(tuned[True].model, rows["validation"]),
            "sums": [total_loss(tuned[False], unpacked), total_loss(tuned[True], packs)],
        }
    trainer = tuned[True].trainer
    whole = trainer.data_collator

    def leaking(examples: Any) -> Any:
        """As a model would see a pack that does not tell its rows apart."""
        batch = whole(examples)
        return {"input_ids": batch["input_ids"], "labels": batch["labels"]}

    trainer.data_collator = leaking
    try:
        check_isolation(trainer, "none")
    except ParamsError as error:
        found["leak"] = str(error)
    others = settings(
        {}, SHORT | {"optimizer": "adamw_8bit", "neftune_alpha": 5.0, "gradient_checkpointing": True}
    )
    found["options"] = [entry["loss"] for entry in trained("options", others).log if "loss" in entry]
    return found


if __name__ == "__main__":
    print(json.dumps(main(*map(Path, sys.argv[1:]))))
