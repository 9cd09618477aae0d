"""Tokens a causal language model writes behind prompts of different lengths, padded on the left."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple


class Written(NamedTuple):
    """What the model wrote behind a prompt."""

    ids: list[int]
    """The end token not among them."""
    finished: bool
    """False where the limit of new tokens cut it."""


def write_batch(
    model: Any, prompts: Sequence[Sequence[int]], ends: Collection[int], seed: int, **options: Any
) -> list[Written]:
    """Return what the model writes behind each prompt; `seed` decides what torch draws, `options` go to `generate`.

    The generator of the process is left as it was.
    """
    import torch

    width = max(map(len, prompts))
    # A repetition penalty looks at ids behind the mask too, so a row is padded with a token of its own.
    ids = torch.tensor([[row[0]] * (width - len(row)) + list(row) for row in prompts])
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in prompts])
    cards = [model.device] if model.device.type == "cuda" else []
    with torch.inference_mode(), torch.random.fork_rng(devices=cards):
        torch.manual_seed(seed)
        out = model.generate(input_ids=ids.to(model.device), attention_mask=mask.to(model.device), **options)
    return [_up_to_end(row, ends) for row in out[:, width:].tolist()]


def _up_to_end(row: list[int], ends: Collection[int]) -> Written:
    length = next((at for at, token in enumerate(row) if token in ends), None)
    return Written(row[:length], length is not None)
