"""Training the starter's tiny Llama from nothing: a plain loop, every step of it visible."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from domaintune.core.sections.models import StarterModel
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.progress import track

IGNORED = -100
WARMUP_STEPS = 20
FINAL_RATE = 0.1


class Batch(NamedTuple):
    """B sequences of T tokens; labels are IGNORED where there is no loss."""

    input_ids: np.ndarray
    labels: np.ndarray


def build_model(params: StarterModel, vocab_size: int, special: tuple[int, int, int], seed: int) -> Any:
    """Return an untrained Llama; `special` are the begin, end and pad ids."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    begin, end, pad = special
    torch.manual_seed(seed % 2**63)
    config = LlamaConfig(
        vocab_size=vocab_size,
        hidden_size=params.hidden_size,
        intermediate_size=params.intermediate_size,
        num_hidden_layers=params.layers,
        num_attention_heads=params.heads,
        num_key_value_heads=params.heads,
        max_position_embeddings=params.context,
        tie_word_embeddings=True,
        bos_token_id=begin,
        eos_token_id=end,
        pad_token_id=pad,
    )
    return LlamaForCausalLM(config)


def text_batches(
    documents: Sequence[Sequence[int]], params: StarterModel, rng: np.random.Generator
) -> Iterator[Batch]:
    """Yield batches cut from one long stream of shuffled documents, again and again in a new order."""
    rows: list[list[int]] = []
    stream: list[int] = []
    while True:
        for index in rng.permutation(len(documents)):
            stream.extend(documents[int(index)])
            while len(stream) >= params.context:
                rows.append(stream[: params.context])
                stream = stream[params.context :]
                if len(rows) == params.batch:
                    ids = np.array(rows, dtype=np.int64)
                    yield Batch(ids, ids)
                    rows = []


def dialogue_batches(
    dialogues: Sequence[tuple[Sequence[int], Sequence[int]]],
    params: StarterModel,
    pad: int,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    """Yield padded batches of (ids, mask) rows; the loss is on the masked-in tokens only."""
    while True:
        order = rng.permutation(len(dialogues))
        for start in range(0, len(order), params.batch):
            chosen = [dialogues[int(index)] for index in order[start : start + params.batch]]
            width = max(len(ids) for ids, _ in chosen)
            ids = np.full((len(chosen), width), pad, dtype=np.int64)
            labels = np.full((len(chosen), width), IGNORED, dtype=np.int64)
            for row, (tokens, mask) in enumerate(chosen):
                ids[row, : len(tokens)] = tokens
                labels[row, : len(tokens)] = np.where(np.array(mask, dtype=bool), tokens, IGNORED)
            yield Batch(ids, labels)


def fit(model: Any, batches: Iterator[Batch], steps: int, learning_rate: float) -> tuple[float, int]:
    """Train all weights with AdamW, a short warm-up and a cosine to a tenth of the rate.

    Returns the mean loss of the last tenth of the steps, in nats a token, and the tokens seen, repeats included.

    Raises:
        ModelError: the loss is not a number any more.
    """
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.95), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    model.train()
    losses, tokens = [], 0
    for step, batch in zip(track(range(steps), steps, "pre-training"), batches, strict=False):
        loss = model(
            input_ids=torch.from_numpy(batch.input_ids).to(model.device),
            labels=torch.from_numpy(batch.labels).to(model.device),
            use_cache=False,
        ).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(float(loss.detach()))
        tokens += batch.input_ids.size
        if not math.isfinite(losses[-1]):
            raise ModelError(
                f"pre-training: the loss became {losses[-1]} at step {step + 1}. Lower "
                "models.<model>.learning_rate."
            )
    last = losses[-max(1, steps // 10) :]
    return sum(last) / len(last), tokens


def _rate(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / min(WARMUP_STEPS, steps))
    return warm * (FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * step / steps)))
