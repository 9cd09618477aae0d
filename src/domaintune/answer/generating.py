"""Answers in batches, padded on the left: greedy, over beams, or drawn."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from domaintune.core.sections.decode import Decode
from domaintune.core.seeds import derive_seed


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


class Generation(NamedTuple):
    """How a model writes."""

    decode: Decode
    end_ids: Sequence[int]
    pad_id: int
    seed: int
    """Decides what is drawn where `decode.do_sample` is true."""


def split_by_room(
    asked: Sequence[Asked], context: int | None, max_new_tokens: int
) -> tuple[list[Asked], list[Asked]]:
    """Separate the prompts that leave room for an answer from those that do not; none is cut."""
    room = None if context is None else context - max_new_tokens
    fits = [one for one in asked if room is None or len(one.prompt_ids) <= room]
    kept = {one.id for one in fits}
    return fits, [one for one in asked if one.id not in kept]


def generate(model: Any, asked: Sequence[Asked], how: Generation) -> Iterator[Generated]:
    """Answer all prompts, those of like length together; ties go by id, so the batches never change."""
    ordered = sorted(asked, key=lambda one: (len(one.prompt_ids), one.id))
    for start in range(0, len(ordered), how.decode.batch):
        yield from _batch(model, ordered[start : start + how.decode.batch], how)


def _batch(model: Any, batch: Sequence[Asked], how: Generation) -> Iterator[Generated]:
    import torch

    width = max(len(one.prompt_ids) for one in batch)
    # A repetition penalty looks at ids behind the mask too, so a row is padded with a token of its own.
    ids = torch.tensor(
        [[one.prompt_ids[0]] * (width - len(one.prompt_ids)) + one.prompt_ids for one in batch]
    )
    mask = torch.ones_like(ids)
    for row, one in enumerate(batch):
        mask[row, : width - len(one.prompt_ids)] = 0
    cards = [model.device] if model.device.type == "cuda" else []
    with torch.inference_mode(), torch.random.fork_rng(devices=cards):
        torch.manual_seed(derive_seed(how.seed, "answer", *(one.id for one in batch)))
        out = model.generate(
            input_ids=ids.to(model.device),
            attention_mask=mask.to(model.device),
            generation_config=generation_config(model, how),
        )
    for one, row in zip(batch, out[:, width:].tolist(), strict=True):
        yield _cut(one.id, row, set(how.end_ids))


def generation_config(model: Any, how: Generation) -> Any:
    """Return a generation config that takes nothing from the model's own but its begin token.

    Where nothing is drawn the sampling values are left out: transformers warns of them, and they change nothing.
    """
    from transformers import GenerationConfig

    decode = how.decode
    drawn = {"temperature": decode.temperature, "top_k": decode.top_k, "top_p": decode.top_p}
    return GenerationConfig(
        do_sample=decode.do_sample,
        num_beams=decode.num_beams,
        max_new_tokens=decode.max_new_tokens,
        repetition_penalty=decode.repetition_penalty,
        eos_token_id=sorted(set(how.end_ids)),
        pad_token_id=how.pad_id,
        bos_token_id=model.config.bos_token_id,
        **(drawn if decode.do_sample else {}),
    )


def _cut(name: str, row: list[int], ends: set[int]) -> Generated:
    for position, token in enumerate(row):
        if token in ends:
            return Generated(name, row[:position], finished=True)
    return Generated(name, row, finished=False)
