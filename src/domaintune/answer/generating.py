"""Answers in batches, padded on the left: greedy, over beams, or drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from domaintune.core.models.generating import LoadedArm, Written, write_batch
from domaintune.core.sections.models import Decode
from domaintune.core.seeds import derive_seed


def generate(
    arm: LoadedArm, asked: Mapping[str, Sequence[int]], decode: Decode, seed: int
) -> Iterator[tuple[str, Written]]:
    """Answer all prompts, token ids by id, those of like length together; ties go by id, so the batches never change.

    What is drawn for a prompt depends on its id and the seed, not on the prompts beside it. Beams are drawn from
    torch's own generator, which a batch shares: a prompt is then answered by itself.
    """
    ordered = sorted(asked, key=lambda name: (len(asked[name]), name))
    size = 1 if decode.do_sample and decode.num_beams > 1 else decode.batch
    config = generation_config(arm, decode)
    for start in range(0, len(ordered), size):
        batch = ordered[start : start + size]
        seeds = [derive_seed(seed, "answer", name) for name in batch]
        written = write_batch(
            arm.model,
            [asked[name] for name in batch],
            arm.ends,
            seeds[0],  # decides beams alone
            generation_config=config,
            logits_processor=_draws(decode, seeds, arm.model.device),
        )
        yield from zip(batch, written, strict=True)


def _draws(decode: Decode, seeds: Sequence[int], device: Any) -> list[Callable[[Any, Any], Any]]:
    """Return what turns the likeliest token into a drawn one; nothing where none is drawn, or beams are.

    Gumbel noise is added to the scores that temperature, top-k and top-p leave: the token with the highest sum is a
    draw from their softmax. transformers draws for the whole batch from one generator. Source: Gumbel 1954; Maddison
    et al. 2014, arXiv:1411.0030, section 2.
    """
    import torch
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    if not decode.do_sample or decode.num_beams > 1:
        return []
    generators = [torch.Generator(device).manual_seed(seed) for seed in seeds]

    def drawn(_ids: Any, scores: Any) -> Any:
        waits = [
            torch.empty_like(row).exponential_(generator=g) for row, g in zip(scores, generators, strict=True)
        ]
        return scores - torch.stack(waits).clamp_min(torch.finfo(scores.dtype).tiny).log()

    return [
        TemperatureLogitsWarper(decode.temperature),
        *([TopKLogitsWarper(decode.top_k)] if decode.top_k else []),
        *([TopPLogitsWarper(decode.top_p)] if decode.top_p < 1 else []),
        drawn,
    ]


def generation_config(arm: LoadedArm, decode: Decode) -> Any:
    """Return the generation config; sampling values are for beams alone: `_draws` draws tokens, and idle ones warn."""
    drawn = decode.do_sample and decode.num_beams > 1
    values = {"temperature": decode.temperature, "top_k": decode.top_k, "top_p": decode.top_p}
    return arm.generation_config(
        do_sample=drawn,
        num_beams=decode.num_beams,
        max_new_tokens=decode.max_new_tokens,
        repetition_penalty=decode.repetition_penalty,
        **(values if drawn else {}),
    )
