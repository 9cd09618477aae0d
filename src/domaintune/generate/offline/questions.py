"""Exam questions: the key is known, an explanation is not."""

from collections.abc import Mapping
from typing import Any

from domaintune.core.paying.protocol import Failure


def key_alone(material: Mapping[str, Any]) -> dict[str, Any] | Failure:
    """Return the key with an empty explanation, where the card lets it be empty.

    This is the form in which the study's benchmark asks: question and answer without explanation.
    """
    if "Explanation" not in material["optional"]:
        return Failure("needs_model", "the question has no explanation, and explaining needs a model")
    return {"Answer": material["answer"], "Explanation": ""}
