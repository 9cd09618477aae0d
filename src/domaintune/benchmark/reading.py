"""What a model's text says about a question: the outcome of the method `generation`.

`process_results` is named in the task files the stage writes, so that lm-eval on its own counts the same.
"""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domaintune.science.choices.answer_text import read_answer

Outcome = Literal["correct", "wrong", "unparsed", "refused"]

# Only what cannot be anything else: a refusal that is missed is `unparsed`, which is no less true.
REFUSALS = re.compile(
    r"\bI(?:'m| am) (?:sorry|afraid)\b.{0,60}\b(?:can(?:no|')t|unable|not able)\b"
    r"|\bI (?:can(?:no|')t|am unable to|am not able to|won't|will not) (?:answer|help|assist|provide|choose|do that)\b"
    r"|\bas an AI(?: language)? model\b.{0,40}\b(?:can(?:no|')t|unable|not able|do not|don't)\b"
    r"|(?:답변|대답|도움|정답)\S{0,4}\s?(?:을|를)?\s?(?:드릴|해 드릴|할|제공할|말씀드릴|알려드릴)\s?수(?:가)? 없"
    r"|(?:답|대답|답변)(?:하지|할 수가?) (?:않겠|못하겠|없(?:습니다|어요|다))"
    r"|(?:죄송|미안)(?:합니다|하지만).{0,40}(?:수 없|어렵습니다|불가능)",
    re.IGNORECASE | re.DOTALL,
)


class Read(NamedTuple):
    """What was read from a text."""

    choice: int | None
    """The chosen option, counted from 0."""
    outcome: Outcome


def read(text: str, gold: Container[int], options: Sequence[str]) -> Read:
    """Return the choice and its outcome: right is whichever of `gold`, counted from 0. Who chooses does not refuse.

    A text that names several options names none, even where all of them are right: the question asks for one.
    """
    chosen = read_answer(text, len(options), options)
    if chosen is not None:
        return Read(chosen - 1, "correct" if chosen - 1 in gold else "wrong")
    refused = REFUSALS.search(unicodedata.normalize("NFC", text).replace("’", "'"))
    return Read(None, "refused" if refused else "unparsed")


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, float]:
    """Score one answer for lm-eval, which gives the row of the data file and the model's text."""
    gold = doc["gold"] if isinstance(doc["gold"], list) else [doc["gold"]]
    return {"acc": float(read(results[0], gold, doc["options"]).outcome == "correct")}
