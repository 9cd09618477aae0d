"""An arm in memory, and the tokens a causal language model writes behind prompts, padded on the left."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.foundation import context_length, open_foundation
from domaintune.core.models.loading import load_tokenizer, load_tuned, prepare_torch
from domaintune.core.rendering.rendering import Template, end_token
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.files import read_json


class LoadedArm(NamedTuple):
    """Foundation and adapter as they were trained."""

    model: Any
    tokenizer: Any
    template: Template
    line: str
    """Control prefix: what the arm is told of its answer's quality; empty where it was not trained on grades."""
    context: int | None
    """Longest sequence in tokens; None: the model does not say."""
    ends: list[int]
    """End tokens: the template's and those the model was published with, of which a chat model may have several."""

    def generation_config(self, **values: Any) -> Any:
        """Return a generation config of these values, with nothing of the published one but the begin token."""
        from transformers import GenerationConfig

        begin, pad = self.model.config.bos_token_id, self.tokenizer.pad_token_id
        return GenerationConfig(bos_token_id=begin, eos_token_id=self.ends, pad_token_id=pad, **values)


def load_arm(foundation: Path, adapter: Path, runtime: Runtime) -> LoadedArm:
    """Load the foundation as in training, and the arm's adapter where it has one."""
    device, opened = prepare_torch(runtime), open_foundation(foundation)
    described = read_json(adapter / "arm.json")
    template: Template = described["template"]
    tokenizer = load_tokenizer(opened)
    model = load_tuned(opened, adapter, described, device)
    model.eval()
    published = model.generation_config.eos_token_id
    own = [published] if isinstance(published, int) else published or []
    ends = sorted({end_token(tokenizer, template), *own})
    line, context = described.get("condition_line", ""), context_length(opened.folder)
    return LoadedArm(model, tokenizer, template, line, context, ends)


class Written(NamedTuple):
    """What the model wrote behind a prompt."""

    ids: list[int]
    """The end token not among them."""
    finished: bool
    """False where the limit of new tokens cut it."""


def write_batch(
    model: Any, prompts: Sequence[Sequence[int]], ends: Collection[int], seed: int, **options: Any
) -> list[Written]:
    """Return what the model writes behind each prompt; `seed` decides what torch draws, `options` go to `generate`."""
    import torch

    width = max(map(len, prompts))
    # A repetition penalty looks at ids behind the mask too, so a row is padded with a token of its own.
    ids = torch.tensor([[row[0]] * (width - len(row)) + list(row) for row in prompts])
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in prompts])
    cards = [model.device] if model.device.type == "cuda" else []
    with torch.inference_mode(), torch.random.fork_rng(devices=cards):
        torch.manual_seed(seed)
        out = model.generate(input_ids=ids.to(model.device), attention_mask=mask.to(model.device), **options)
    rows: list[list[int]] = out[:, width:].tolist()
    ended = [next((at for at, token in enumerate(row) if token in ends), None) for row in rows]
    return [Written(row[:end], end is not None) for row, end in zip(rows, ended, strict=True)]
