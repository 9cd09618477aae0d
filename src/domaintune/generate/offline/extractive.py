"""The offline teacher: it answers with the text's own words and declines what needs a model.

It invents nothing. Its material is one JSON object; what it holds is written in `prompts.py`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.generate.offline.pairs import answer as quoted_pairs


class Extractive:
    """A teacher without a model."""

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its answer, or with the reason why a model is needed."""
        for request in requests:
            yield request, answer(json.loads(request.messages[0].content))


def answer(material: Mapping[str, Any]) -> Reply | Failure:
    """Answer about one piece of material; what has no `writes` asks for pairs."""
    if shape := material.get("writes"):
        return Failure("needs_model", f"the extractive teacher quotes pairs, it cannot write a {shape}")
    if material["quotes"] == "nothing":
        return Failure("needs_model", "the extractive teacher quotes, it cannot make up what to ask")
    return quoted_pairs(material)
