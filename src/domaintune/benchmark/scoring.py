"""Running lm-eval in this process, on task files of ours."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
