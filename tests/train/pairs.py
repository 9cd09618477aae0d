"""Trains every method on every quantisation in one process, packed and unpacked too; prints what came of it as JSON.

Run by test_methods.py: `python pairs.py FOUNDATION MIXTURE OUT`. Importing torch and trl costs more than all of it.
"""

import json
import math
import sys
from itertools import product
from pathlib import Path
from typing import Any, get_args

from conftest import SECTIONS, settings
from domaintune.core.models.layers import layout
from domaintune.core.models.loading import load_tokenizer, narrow_widths, open_foundation, prepare_torch
from domaintune.core.models.tuned import load_tuned
from domaintune.core.sections.lora import Method
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.errors import ParamsError
from domaintune.train.checks import Given, look_at_machine, problems
from domaintune.train.rows import read_rows
from domaintune.train.settings import Settings

SHORT = {"epochs": 0.5, "evals_per_epoch": 1}


def main(foundation: Path, mixture: Path, out: Path) -> dict[str, Any]:
    device = prepare_torch(Runtime.model_validate(SECTIONS["runtime"]))
    import torch

    from domaintune.train.packing import check_isolation
    from domaintune.train.saving import load_foundation, save
    from domaintune.train.tuning import tune

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
