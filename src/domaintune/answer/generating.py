"""Answers in batches, padded on the left: greedy, over beams, or drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.models.generating import Written, write_batch
from domaintune.core.sections.models import Decode
from domaintune.core.seeds import derive_seed


class Generation(NamedTuple):
    """How a model writes."""

    decode: Decode
    end_ids: Sequence[int]
    pad_id: int
    seed: int
    """Decides what is drawn where `decode.do_sample` is true."""


def generate(
    model: Any, asked: Mapping[str, Sequence[int]], how: Generation
) -> Iterator[tuple[str, Written]]:
    """Answer all prompts, token ids by id, those of like length together; ties go by id, so the batches never change.

    What is drawn for a prompt depends on its id and the seed, not on the prompts beside it. Beams are drawn from
    torch's own generator, which a batch shares: a prompt is then answered by itself.
    """
    ordered = sorted(asked, key=lambda name: (len(asked[name]), name))
    size = 1 if how.decode.do_sample and how.decode.num_beams > 1 else how.decode.batch
    for start in range(0, len(ordered), size):
        batch = ordered[start : start + size]
        seeds = [derive_seed(how.seed, "answer", name) for name in batch]
        written = write_batch(
            model,
            [asked[name] for name in batch],
            set(how.end_ids),
            seeds[0],  # decides beams alone
            generation_config=generation_config(model, how),
            logits_processor=_draws(how.decode, seeds, model.device),
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


def generation_config(model: Any, how: Generation) -> Any:
    """Return a generation config that takes nothing from the model's own but its begin token.

    The sampling values are there for beams alone: tokens are drawn by `_draws`, and transformers warns of values that
    change nothing.
    """
    from transformers import GenerationConfig

    decode = how.decode
    drawn = decode.do_sample and decode.num_beams > 1
    values = {"temperature": decode.temperature, "top_k": decode.top_k, "top_p": decode.top_p}
    return GenerationConfig(
        do_sample=drawn,
        num_beams=decode.num_beams,
        max_new_tokens=decode.max_new_tokens,
        repetition_penalty=decode.repetition_penalty,
        eos_token_id=sorted(set(how.end_ids)),
        pad_token_id=how.pad_id,
        bos_token_id=model.config.bos_token_id,
        **(values if drawn else {}),
    )
