"""The mixture as trl takes it: pre-tokenised rows, packs of them, their count; no packed row sees another."""

from pathlib import Path
from typing import Any, NamedTuple

import datasets
import polars as pl
import torch
from datasets import Dataset
from trl import pack_dataset

from domaintune.core.frames import read_frame
from domaintune.core.stage.errors import AccountingError, ParamsError
from domaintune.train.params import Train

IGNORED = -100
# int8 takes its scales from all of a batch's tokens together, so other rows change a row's last digits
TOLERANCE = {"none": 1e-4, "nf4": 1e-4, "int8": 0.05}
PROBE_LENGTH = 12


class Rows(NamedTuple):
    """Pre-tokenised rows of one split: the columns trl needs; with `labels` there it leaves them as they are."""

    input_ids: list[list[int]]
    labels: list[list[int]]
    """IGNORED where there is no loss."""

    def __len__(self) -> int:
        return len(self.input_ids)

    @property
    def trained_tokens(self) -> int:
        """Tokens that carry loss."""
        return sum(label != IGNORED for labels in self.labels for label in labels)


def read_rows(path: Path) -> dict[str, Rows]:
    """Read `rows.parquet` by split; validation rows come sorted by length, which saves padding."""
    frame = read_frame(path)
    rows = {}
    for split in ("train", "validation"):
        part = frame.filter(pl.col("split") == split).sort("id")
        if split == "validation":
            part = part.sort(pl.col("input_ids").list.len(), maintain_order=True)
        ids = part["input_ids"].to_list()
        labels = [
            [token if trained else IGNORED for token, trained in zip(*row, strict=True)]
            for row in zip(ids, part["loss_mask"], strict=True)
        ]
        rows[split] = Rows(ids, labels)
    return rows


def carries(labels: list[int]) -> bool:
    """Tell whether a row carries loss; a filler does not."""
    return any(label != IGNORED for label in labels)


def as_dataset(rows: Rows, train: Train, *, packing: bool) -> Dataset:
    """Return the rows or packs of them, filled up with rows without loss until all processes have as many.

    accelerate would fill up with rows of the beginning, which would then count twice.
    """
    dataset = Dataset.from_dict(rows._asdict())
    if packing:  # whole rows; `seq_lengths` holds those of each pack
        datasets.disable_progress_bars()
        dataset = pack_dataset(dataset, seq_length=train.pack_tokens, strategy="bfd")
    if train.launch.processes == 1:
        return dataset
    fillers = -len(dataset) % (train.micro_batch * train.launch.processes)
    filler: dict[str, list[int]] = {"input_ids": [0, 0], "labels": [IGNORED, IGNORED], "seq_lengths": [2]}
    columns = {name: [*dataset[name], *[filler[name]] * fillers] for name in dataset.column_names}
    return Dataset.from_dict(columns)


def count_rows(trainer: Any, rows: dict[str, Rows]) -> None:
    """Compare the rows trl holds, by their lengths, with those that came in: it drops masked rows without a word."""
    for split, dataset in (("train", trainer.train_dataset), ("validation", trainer.eval_dataset)):
        held: list[int] = []
        for one in (one for one in dataset or () if carries(one["labels"])):
            own = one.get("seq_lengths") or [len(one["input_ids"])]
            held += own if sum(own) == len(one["input_ids"]) else []  # the rows of a pack must fill it
        given = sorted(map(len, rows[split].input_ids))
        if sorted(held) != given:
            raise AccountingError(
                f"train: {len(given)} {split} rows of {sum(given)} tokens came in, but trl would take {len(held)} of "
                f"{sum(held)}; nothing was trained."
            )


def check_isolation(trainer: Any, quantization: str) -> None:
    """Change one row of a pack and see that the other's logits stay what they were.

    Whether an attention backend keeps packed rows apart depends on model and library; this asks the model itself.
    """
    model = trainer.model
    if any(parameter.is_meta for parameter in model.parameters()):
        return  # another process holds the weights, and looks
    vocabulary, generator = model.get_input_embeddings().weight.shape[0], torch.Generator().manual_seed(0)
    first, changed, second = torch.randint(vocabulary, (3, PROBE_LENGTH), generator=generator).tolist()
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            one, other = (_logits(trainer, [before, second]) for before in (first, changed))
    except TypeError as error:  # its forward has no place for positions or row borders
        raise _refusal(model, f"cannot be told where packed rows begin ({error})") from error
    finally:
        model.train(was_training)
    if float((one - other).abs().max()) > TOLERANCE[quantization] * float(one.std()):
        raise _refusal(model, "lets a packed row see the rows before it")


def _refusal(model: Any, what: str) -> ParamsError:
    attention = model.config.get_text_config()._attn_implementation
    return ParamsError(
        f"params.yaml: train.packing: with {attention} attention this {model.config.model_type} model {what}. Set "
        "train.packing to false, or try another train.attention."
    )


def _logits(trainer: Any, rows: list[list[int]]) -> torch.Tensor:
    """Return the logits of a pack's last row, T × V, put in as training does."""
    ids = [token for row in rows for token in row]
    pack = {"input_ids": ids, "labels": ids, "seq_lengths": [len(row) for row in rows]}
    inputs = trainer.data_collator([pack])
    del inputs["labels"]
    place = trainer.model.get_input_embeddings().weight.device
    moved = {name: value.to(place) if torch.is_tensor(value) else value for name, value in inputs.items()}
    logits: torch.Tensor = trainer.model(**moved, use_cache=False).logits
    return logits[0, -len(rows[-1]) :].float()
