"""Token-F1 judge, offline: it counts shared words and reads nothing. For trying the pipeline, not for findings."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from domaintune.core.paying.protocol import Failure, Reply, Request
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


class TokenF1Judge:
    """Serves the match rubric by the words shared with the matched answer; declines everything else as needs_model.

    As an embedded backend it is handed the context behind a prompt as JSON, in one user message.
    """

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with a verdict, in the order given."""
        for request in requests:
            yield request, self._verdict(json.loads(request.messages[0].content))

    def _verdict(self, texts: Mapping[str, str]) -> Reply | Failure:
        if texts["verdict"] != "closer" or not set(texts) >= NEEDED:
            return Failure(
                "needs_model",
                "token_f1 counts the words two answers share with a matched answer; judging "
                f"{', '.join(sorted(set(texts) - {'verdict'}))} by verdict {texts['verdict']!r} is not that",
            )
        text = verdict(texts["question"], texts["matched_answer"], texts["answer_a"], texts["answer_b"])
        return Reply(text, "stop", prompt_tokens=0, completion_tokens=0)


def verdict(question: str, matched: str, a: str, b: str) -> str:
    """Return the reply as JSON: scores by band, the higher closeness is closer, a tie is Nothing."""
    of_a, of_b = closeness(question, matched, a), closeness(question, matched, b)
    closer: Literal["A", "B", "Nothing"] = "Nothing" if of_a == of_b else "A" if of_a > of_b else "B"
    reason = (
        f"Content words, numbers and negations shared with the matched answer: A {of_a:.3f}, B {of_b:.3f}. "
        "Words were counted, nothing was read."
    )
    return json.dumps({"reason": reason, "score_a": score(of_a), "score_b": score(of_b), "closer": closer})


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
    wanted = _words(matched)
    told = [word for word in wanted if not says(given, word)]
    said = [word for word in _words(answer) if not told or not says(given, word)]
    recall, precision = share_said(told or wanted, words_of(answer)), share_said(said, words_of(matched))
    if not recall or not precision:
        return 0.0
    right = _numbers(matched)
    stated = _numbers(answer) - (_numbers(question) - right)
    hits, wrong = len(stated & right), len(stated - right)
    contrary = abs(_negations(answer) - _negations(matched))
    f1 = 2 * precision * recall / (precision + recall)
    return f1 * (1 + hits) / (1 + hits + wrong) / (1 + contrary)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(content_words(text)))


def _numbers(text: str) -> set[float]:
    found = (_NUMBER.match(word) for word in words(re.sub("(?<=[0-9])(?=[가-힣])", " ", text)))
    return {float(number.group()) for number in found if number}


def _negations(text: str) -> int:
    return len(_POLARITY.findall(normalise(text)))
