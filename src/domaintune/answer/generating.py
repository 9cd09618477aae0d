"""Greedy answers in batches, padded on the left."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from domaintune.core.sections.decode import Decode


class Asked(NamedTuple):
    """A question as token ids."""

    id: str
    prompt_ids: list[int]


class Generated(NamedTuple):
    """What the model wrote."""

    id: str
    ids: list[int]
    """Generated tokens, the end token not among them."""
    finished: bool
    """False where max_new_tokens cut the answer."""


def split_by_room(
    asked: Sequence[Asked], context: int | None, max_new_tokens: int
) -> tuple[list[Asked], list[Asked]]:
    """Separate the prompts that leave room for an answer from those that do not; none is cut."""
    room = None if context is None else context - max_new_tokens
    fits = [one for one in asked if room is None or len(one.prompt_ids) <= room]
    kept = {one.id for one in fits}
    return fits, [one for one in asked if one.id not in kept]


def generate(
    model: Any, asked: Sequence[Asked], decode: Decode, end_ids: Sequence[int], pad_id: int
) -> Iterator[Generated]:
    """Answer all prompts, those of like length together; ties go by id, so the batches never change."""
    ordered = sorted(asked, key=lambda one: (len(one.prompt_ids), one.id))
    for start in range(0, len(ordered), decode.batch):
        yield from _batch(model, ordered[start : start + decode.batch], decode, end_ids, pad_id)


def _batch(
    model: Any, batch: Sequence[Asked], decode: Decode, end_ids: Sequence[int], pad_id: int
) -> Iterator[Generated]:
    import torch

    width = max(len(one.prompt_ids) for one in batch)
    ids = torch.full((len(batch), width), pad_id, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, one in enumerate(batch):
        ids[row, width - len(one.prompt_ids) :] = torch.tensor(one.prompt_ids)
        mask[row, width - len(one.prompt_ids) :] = 1
    with torch.inference_mode():
        out = model.generate(
            input_ids=ids.to(model.device),
            attention_mask=mask.to(model.device),
            generation_config=greedy(model, decode, end_ids, pad_id),
        )
    for one, row in zip(batch, out[:, width:].tolist(), strict=True):
        yield _cut(one.id, row, set(end_ids))


def greedy(model: Any, decode: Decode, end_ids: Sequence[int], pad_id: int) -> Any:
    """Return a generation config that takes nothing from the model's own but its begin token."""
    from transformers import GenerationConfig

    return GenerationConfig(
        do_sample=False,
        max_new_tokens=decode.max_new_tokens,
        repetition_penalty=decode.repetition_penalty,
        eos_token_id=sorted(set(end_ids)),
        pad_token_id=pad_id,
        bos_token_id=model.config.bos_token_id,
    )


def _cut(name: str, row: list[int], ends: set[int]) -> Generated:
    for position, token in enumerate(row):
        if token in ends:
            return Generated(name, row[:position], finished=True)
    return Generated(name, row, finished=False)
