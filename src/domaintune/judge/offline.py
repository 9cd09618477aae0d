"""The judges that need no server: token-F1 counts shared words, embedding compares vectors. None weighs a statement.

Token-F1 is for trying the pipeline, not for findings. Both serve what has a matched answer, and decline all else.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from domaintune.core.models.loading import prepare_torch
from domaintune.core.models.sentence_vectors import package_encoder
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.sections.models import EMBEDDING_PACKAGE, Runtime, Teacher
from domaintune.core.stage.errors import ModelError
from domaintune.core.teacher.local_model import load_pretrained
from domaintune.science.content_words import content_words, says, share_said, words_of
from domaintune.science.matching import normalise, words

BANDS = (0.2, 0.4, 0.6, 0.8)
"""Closeness from which the score is 2, 3, 4, 5: even fifths, because no other cut has a better reason here."""

NEEDED = {"question", "matched_answer", "answer_a", "answer_b"}

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_POLARITY = re.compile(
    r"\b(?:not|cannot|no|never|nor|neither|none|nothing|nobody|without)\b|n't\b"
    r"|지\s?(?:않|못|마|말)|(?<![가-힣])(?:안|못)(?=\s|[하해했합])|아니|아닌|아닙|아님|없[가-힣]"
)
"""Words that deny, in English and Korean."""


def token_f1(texts: Mapping[str, str]) -> Reply | Failure:
    """Serve the match rubric by the words shared with the matched answer; decline everything else as needs_model."""
    if texts["verdict"] != "closer" or not set(texts) >= NEEDED:
        return Failure(
            "needs_model",
            "token_f1 counts the words two answers share with a matched answer; judging "
            f"{', '.join(sorted(set(texts) - {'verdict'}))} by verdict {texts['verdict']!r} is not that",
        )
    found = verdict(texts["question"], texts["matched_answer"], texts["answer_a"], texts["answer_b"])
    return Reply(json.dumps(found), "stop", prompt_tokens=0, completion_tokens=0)


def verdict(question: str, matched: str, a: str, b: str) -> dict[str, Any]:
    """Return the verdict: scores by band, the higher closeness is closer, a tie is Nothing."""
    of_a, of_b = closeness(question, matched, a), closeness(question, matched, b)
    closer = "Nothing" if of_a == of_b else "A" if of_a > of_b else "B"
    reason = (
        f"Content words, numbers and negations shared with the matched answer: A {of_a:.3f}, B {of_b:.3f}. "
        "Words were counted, nothing was read."
    )
    return {"reason": reason, "score_a": score(of_a), "score_b": score(of_b), "closer": closer}


def score(value: float) -> int:
    """Return 1 to 5 for a closeness from 0 to 1."""
    return 1 + bisect_right(BANDS, value)


def closeness(question: str, matched: str, answer: str) -> float:
    """Return how much of the matched answer's content the answer gives, 0-1.

    F1 of the different content words of both, without those the question gives away (all count where it gives away
    the whole matched answer), so that joining words, repetition and a copy of the question earn nothing. It is halved
    by the first number that stands neither in the matched answer nor in the question and is not made up for by right
    ones, brought to a third by the second, and so on; and likewise by negations that one text has more than the other.
    """
    given = words_of(question)
    wanted = list(dict.fromkeys(content_words(matched)))
    told = [word for word in wanted if not says(given, word)]
    said = [word for word in dict.fromkeys(content_words(answer)) if not told or not says(given, word)]
    recall, precision = share_said(told or wanted, words_of(answer)), share_said(said, words_of(matched))
    if not recall or not precision:
        return 0.0
    right = _numbers(matched)
    stated = _numbers(answer) - (_numbers(question) - right)
    hits, wrong = len(stated & right), len(stated - right)
    contrary = abs(_negations(answer) - _negations(matched))
    f1 = 2 * precision * recall / (precision + recall)
    return f1 * (1 + hits) / (1 + hits + wrong) / (1 + contrary)


def _numbers(text: str) -> set[float]:
    found = (_NUMBER.match(word) for word in words(re.sub("(?<=[0-9])(?=[가-힣])", " ", text)))
    return {float(number.group()) for number in found if number}


def _negations(text: str) -> int:
    return len(_POLARITY.findall(normalise(text)))


MARGIN = 0.001
"""Cosines that differ by less are a tie: another machine's arithmetic may turn them round."""


class EmbeddingJudge:
    """Serves the match rubric, and one of single answers whose criterion is `cosine`, × 1000; declines all else."""

    def __init__(self, settings: Teacher, runtime: Runtime) -> None:
        """Load the model. A ModelError says that it is not of `revision`, or that it does not average tokens."""
        if settings.model == EMBEDDING_PACKAGE:
            encode = package_encoder("judge.model", settings.revision, runtime.threads)
        else:
            encode = _of_transformers(settings, runtime)
        # each text by itself and once, so that no verdict depends on its neighbours
        self._encode = cache(encode)

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with a verdict, in the order given."""
        for request in requests:
            try:
                yield request, self._verdict(request)
            except OverflowError as error:  # more tokens than the model reads
                yield request, Failure("too_long", str(error))

    def _verdict(self, request: Request) -> Reply | Failure:
        texts, schema = json.loads(request.messages[0].content), json.loads(request.schema or "{}")
        kind, of_one = texts["verdict"], schema.get("required") == ["reason", "cosine"]
        if kind == "closer" and set(texts) >= NEEDED:
            found = self._closer(texts["matched_answer"], texts["answer_a"], texts["answer_b"])
        elif kind == "scores" and of_one and set(texts) >= {"matched_answer", "answer"}:
            value = self.cosine(texts["matched_answer"], texts["answer"])
            found = {"reason": f"Cosine to the matched answer: {value:.3f}.", "cosine": round(value * 1000)}
        else:
            given = ", ".join(sorted(set(texts) - {"verdict"}))
            return Failure("needs_model", f"a cosine to a matched answer is no verdict {kind!r} on {given}")
        return Reply(json.dumps(found), "stop", prompt_tokens=0, completion_tokens=0)

    def cosine(self, matched: str, answer: str) -> float:
        """Return the cosine of the vectors of two texts, -1 to 1; 0 where one has no token."""
        one, other = (np.asarray(self._encode(text), dtype=np.float64) for text in (matched, answer))
        return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other) or 1.0))

    def _closer(self, matched: str, a: str, b: str) -> dict[str, Any]:
        # an empty answer's cosine is the zero of the scores: models differ in it, and e5 gives any two texts 0.8
        of_a, of_b, empty = (self.cosine(matched, text) for text in (a, b, ""))
        closer = "Nothing" if abs(of_a - of_b) < MARGIN else "A" if of_a > of_b else "B"
        scores = [score((one - empty) / (1 - empty)) if empty < 1 else 1 for one in (of_a, of_b)]
        reason = f"Cosine to the matched answer: A {of_a:.3f}, B {of_b:.3f}, an empty one {empty:.3f}. None was read."
        return {"reason": reason, "score_a": scores[0], "score_b": scores[1], "closer": closer}


def _of_transformers(settings: Teacher, runtime: Runtime) -> Callable[[str], Any]:
    """Open an encoder, in float32, whose sentence vector is the mean over tokens.

    Source: the cards of sentence-transformers' models and of E5 (arXiv:2402.05672), which wants `query: ` before both
    of two texts that are compared with one another.
    """
    device = prepare_torch(runtime)
    import torch
    from transformers.utils.hub import cached_file

    tokenizer, model = load_pretrained(settings, "AutoModel", "float32")
    model.to(device).eval()
    absent = ("_raise_exceptions_for_missing_entries", "_raise_exceptions_for_connection_errors")
    where: dict[str, Any] = {"revision": settings.revision or None, **dict.fromkeys(absent, False)}
    found = cached_file(settings.model, "1_Pooling/config.json", **where)
    pooling = json.loads(Path(found).read_text(encoding="utf-8")) if found else {}
    means = pooling.get("pooling_mode_mean_tokens", pooling.get("pooling_mode", "mean") == "mean")
    if model.config.is_encoder_decoder or not means:
        raise ModelError(f"{settings.model}: expected an encoder whose vector is the mean over tokens")
    longest = min(tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 1 << 30))
    prefix = "query: " if "e5" in re.split(r"[^a-z0-9]+", Path(settings.model).name.lower()) else ""

    def encode(text: str) -> Any:
        ids = tokenizer(prefix + text)["input_ids"]
        if len(ids) > longest:
            raise OverflowError(f"{len(ids)} tokens, where the model reads {longest}")
        if not ids:
            return np.zeros(model.config.hidden_size)
        with torch.inference_mode():
            hidden = model(input_ids=torch.tensor([ids], device=device)).last_hidden_state[0]
        return hidden.mean(dim=0).cpu().numpy()

    return encode
