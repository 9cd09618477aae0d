"""The offline teacher: it answers with the text's own words and declines what needs a model.

It invents nothing. Its material is one JSON object; what it holds is written in `prompts.py`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.stage.files import to_json
from domaintune.generate.offline.definitions import definitions
from domaintune.generate.offline.information import information
from domaintune.generate.offline.keywords import keywords
from domaintune.generate.offline.pairs import answer as quoted_pairs
from domaintune.generate.offline.properties import readings
from domaintune.generate.offline.questions import key_alone
from domaintune.generate.offline.summary import plain_summary, summary

Material = Mapping[str, Any]

ANSWERS: dict[str, Callable[[Material], dict[str, Any] | Failure]] = {
    "exam_answer": key_alone,
    "keywords": keywords,
    "plain": plain_summary,
    "property_table": readings,
    "record_or_absent": information,
    "summary_compounds": summary,
}
"""Name of the normaliser → what the answer is quoted by."""

PAIRS: dict[str, Callable[[Material], Reply | Failure]] = {
    "aspects": quoted_pairs,
    "definitions": definitions,
    "statements": quoted_pairs,
    "nothing": lambda _: Failure("needs_model", "the extractive teacher quotes, it cannot make up a problem"),
}
"""What a card says that pairs are made of → how."""


class Extractive:
    """A teacher without a model."""

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its answer, or with the reason why a model is needed."""
        for request in requests:
            yield request, answer(json.loads(request.messages[0].content))


def answer(material: Material) -> Reply | Failure:
    """Answer about one piece of material; what has no `writes` asks for pairs."""
    shape = material.get("writes")
    if shape is None:
        return PAIRS[material["quotes"]](material)
    if shape not in ANSWERS:
        return Failure("needs_model", f"the extractive teacher quotes, it cannot write a {shape}")
    found = ANSWERS[shape](material)
    return found if isinstance(found, Failure) else Reply(to_json(found, indent=None), "stop", 0, 0)
