"""lm-eval run in this process, on a model with prompts tokenised as in training.

lm-eval tokenises prompt and answer as one text and moves white space between them, so that with some tokenizers the
ids differ from those an arm was trained on. Here a prompt that was rendered keeps its ids; others are lm-eval's own.
"""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from domaintune.benchmark.prompts import Put
from domaintune.core.models.generating import LoadedArm, load_arm
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.progress import track

Ids = list[int]


class Prompts:
    """The rendered prompts, and what was seen of every prompt on its way to the model."""

    def __init__(self, puts: Sequence[Put] = ()) -> None:
        """Take the questions: those that were rendered keep their ids, plain ones are left to lm-eval."""
        self._rendered = {put.prompt: put.ids for put in puts if put.ids is not None}
        self._answers = {
            (put.prompt, choice): ids
            for put in puts
            for choice, ids in zip(put.choices, put.choice_ids or (), strict=False)
        }
        self.tokens: dict[str, int] = {}
        self.truncated: set[str] = set()
        self.other_ids: set[str] = set()
        """Prompts that lm-eval on its own would have tokenised otherwise."""

    def pair(self, context: str, answer: str, own: tuple[Ids, Ids], longest: int) -> tuple[Ids, Ids]:
        """Return the ids of a prompt and an answer; `own` are lm-eval's.

        `longest` is the model's context; one token more fits, because an answer's last token is never an input.
        """
        ids = self._rendered.get(context)
        pair = own if ids is None else (list(ids), list(self._answers[context, answer]))
        whole = pair[0] + pair[1]
        self._remember(context, len(pair[0]), other=whole != own[0] + own[1], cut=len(whole) > longest + 1)
        return pair

    def rows(self, contexts: Sequence[str], own: Sequence[Ids], longest: int | None) -> list[Ids]:
        """Return the ids of prompts that are generated from; `own` are lm-eval's, `longest` leaves room to answer."""
        rows = []
        for text, ids in zip(contexts, own, strict=True):
            row = list(self._rendered.get(text, ids))
            self._remember(text, len(row), other=row != ids, cut=longest is not None and len(row) > longest)
            rows.append(row[-longest:] if longest else row)
        return rows

    def _remember(self, context: str, tokens: int, *, other: bool, cut: bool) -> None:
        self.tokens[context] = tokens
        if other:
            self.other_ids.add(context)
        if cut:
            self.truncated.add(context)


def rendered_model(model: Any, tokenizer: Any, prompts: Prompts, batch: int) -> Any:
    """Return an lm-eval model over one that is loaded."""
    import torch
    from lm_eval.models.huggingface import HFLM

    class RenderedModel(HFLM):  # type: ignore[misc]  # lm-eval has no types
        """Asks `prompts` for the ids at the two places where lm-eval turns text into them; its progress is ours."""

        def loglikelihood(self, requests: Any, disable_tqdm: bool = True) -> Any:
            return counted(self, super().loglikelihood, requests, disable_tqdm)

        def generate_until(self, requests: Any, disable_tqdm: bool = True) -> Any:
            return counted(self, super().generate_until, requests, disable_tqdm)

        def _encode_pair(self, context: str, continuation: str) -> tuple[Ids, Ids]:
            own = super()._encode_pair(context, continuation)
            return prompts.pair(context, continuation, own, self.max_length)

        def tok_batch_encode(
            self,
            strings: list[str],
            padding_side: str = "left",
            left_truncate_len: int | None = None,
            truncation: bool = False,
        ) -> tuple[Any, Any]:
            assert padding_side == "left", "lm-eval pads prompts on the left"
            assert not truncation, "the tokenizer would cut a prompt's end"
            own = [self.tok_encode(text) for text in strings]
            rows = prompts.rows(strings, own, left_truncate_len)
            width, pad = max(map(len, rows)), self.tokenizer.pad_token_id
            ids = torch.tensor([[pad] * (width - len(row)) + row for row in rows], dtype=torch.long)
            mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows], dtype=torch.long)
            return ids, mask

    return RenderedModel(pretrained=model, tokenizer=tokenizer, batch_size=batch)


def counted(lm: Any, ask: Callable[..., Any], requests: Sequence[Any], disable_tqdm: bool) -> Any:
    """Ask, and show how many requests are done: lm-eval tells each of them to its cache, of which there is none."""
    with closing(track(count(), len(requests), "scoring")) as done:
        lm.cache_hook = SimpleNamespace(add_partial=lambda *_: next(done))
        return ask(requests, disable_tqdm)


Samples = Mapping[str, list[dict[str, Any]]]
"""Task → one sample a question, as lm-eval logs them."""


def score(lm: Any, folder: Path, names: Sequence[str]) -> Samples:
    """Return the samples of the tasks whose files are in `folder`.

    `evaluate`, not `simple_evaluate`: the latter also looks for the model on the hub and for git, and lists every
    installed package, only to write them beside the date.
    """
    from lm_eval.evaluator import evaluate
    from lm_eval.tasks import TaskManager

    with temporary_cache():
        tasks = TaskManager(include_path=str(folder), include_defaults=False).load(list(names))
        return dict(evaluate(lm, tasks, bootstrap_iters=0, log_samples=True)["samples"])


@contextmanager
def temporary_cache() -> Iterator[None]:
    """Let `datasets` put its copy of local files where it goes away, not into the user's cache."""
    from datasets import config

    before = config.HF_DATASETS_CACHE
    with tempfile.TemporaryDirectory(prefix="domaintune-") as folder:
        config.HF_DATASETS_CACHE = Path(folder)
        try:
            yield
        finally:
            config.HF_DATASETS_CACHE = before


def load_quietly(foundation: Path, adapter: Path, runtime: Runtime) -> LoadedArm:
    """Load an arm to be scored, without lm-eval's and datasets' chatter; what matters in it is counted by us."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # read when tqdm is first imported
    import datasets

    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    datasets.disable_progress_bars()
    arm = load_arm(foundation, adapter, runtime)
    arm.model.generation_config = arm.generation_config(
        do_sample=False
    )  # the published one may sample or penalise
    return arm
