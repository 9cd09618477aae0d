"""The arm as lm-eval scores it: foundation and adapter loaded as they were trained."""

import logging
import os
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.foundation import context_length, open_foundation
from domaintune.core.models.loading import load_tokenizer, load_tuned, prepare_torch
from domaintune.core.rendering.rendering import Template, end_token
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import read_json


class LoadedArm(NamedTuple):
    """An arm in memory."""

    model: Any
    tokenizer: Any
    template: Template
    line: str
    """What the arm is told of its answer's quality; empty where it was not trained on grades."""
    context: int | None
    """Longest sequence in tokens; None: the model does not say."""
    stops: list[str]
    """End tokens as text."""


def load_arm(foundation: Path, adapter: Path, runtime: Runtime) -> LoadedArm:
    """Load the foundation as in training, and the arm's adapter where it has one; decoding is greedy."""
    _quieten()
    device, opened = prepare_torch(runtime), open_foundation(foundation)
    described = read_json(adapter / "arm.json")
    template: Template = described["template"]
    tokenizer = load_tokenizer(opened)
    model = load_tuned(opened, adapter, described, device)
    published = model.generation_config.eos_token_id
    ends = {end_token(tokenizer, template), *([published] if isinstance(published, int) else published or [])}
    model.generation_config = _greedy(model, sorted(ends), tokenizer.pad_token_id)
    model.eval()
    context = context_length(opened.folder)
    return LoadedArm(
        model,
        tokenizer,
        template,
        described.get("condition_line", ""),
        context,
        tokenizer.convert_ids_to_tokens(sorted(ends)),
    )


def check_room(arm: LoadedArm, decode: Decode) -> None:
    """Stop where no prompt at all would fit beside the answer.

    Raises:
        ParamsError: naming both numbers.
    """
    if arm.context is not None and decode.max_new_tokens >= arm.context:
        raise ParamsError(
            f"params.yaml: decode.max_new_tokens: {decode.max_new_tokens} leaves no room for a question in the model's "
            f"context of {arm.context} tokens; lower it, or score with likelihood only."
        )


def _quieten() -> None:
    """Keep lm-eval's and datasets' chatter out of the terminal; what matters in it is counted by us."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # read when tqdm is first imported
    import datasets

    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    datasets.disable_progress_bars()


def _greedy(model: Any, ends: list[int], pad: int) -> Any:
    """Take nothing from the published settings but the begin token: a chat model's would sample or penalise."""
    from transformers import GenerationConfig

    return GenerationConfig(
        do_sample=False, eos_token_id=ends, pad_token_id=pad, bos_token_id=model.config.bos_token_id
    )
