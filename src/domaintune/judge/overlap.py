"""The offline judge: it counts shared words and reads nothing. For trying the pipeline, not for findings."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.science.matching import token_f1, words

BANDS = (0.2, 0.4, 0.6, 0.8)
"""F1 from which the score is 2, 3, 4, 5: even fifths, because no other cut has a better reason here."""

NEEDED = {"matched_answer", "answer_a", "answer_b"}


class Overlap:
    """Serves the match rubric by token F1 with the matched answer; declines everything else as needs_model.

    As an embedded backend it is handed the material behind a prompt as JSON, in one user message.
    """

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with a verdict, in the order given."""
        for request in requests:
            yield request, self._verdict(json.loads(request.messages[0].content))

    def _verdict(self, texts: Mapping[str, str]) -> Reply | Failure:
        if texts["verdict"] != "closer" or not set(texts) >= NEEDED:
            return Failure(
                "needs_model",
                "overlap counts the words two answers share with a matched answer; judging "
                f"{', '.join(sorted(set(texts) - {'verdict'}))} by verdict {texts['verdict']!r} is not that",
            )
        text = verdict(texts["matched_answer"], texts["answer_a"], texts["answer_b"])
        return Reply(text, "stop", prompt_tokens=0, completion_tokens=0)


def verdict(matched: str, a: str, b: str) -> str:
    """Return the reply as JSON: scores by band, the higher F1 is closer, a tie is Nothing."""
    f1_a, f1_b = _f1(matched, a), _f1(matched, b)
    closer: Literal["A", "B", "Nothing"] = "Nothing" if f1_a == f1_b else "A" if f1_a > f1_b else "B"
    reason = (
        f"Token F1 with the matched answer: A {f1_a:.3f}, B {f1_b:.3f}. Words were counted, nothing was read."
    )
    return json.dumps({"reason": reason, "score_a": score(f1_a), "score_b": score(f1_b), "closer": closer})


def score(f1: float) -> int:
    """Return 1 to 5 for an F1 from 0 to 1."""
    return 1 + bisect_right(BANDS, f1)


def _f1(matched: str, answer: str) -> float:
    """Return token F1, where two texts without any word share nothing rather than everything."""
    return token_f1(matched, answer) if words(matched) and words(answer) else 0.0
