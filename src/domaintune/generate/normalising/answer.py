"""What a normaliser gives."""

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """A reply in its clean form. `reply` is what limits and grounding look at, `output` what is trained."""

    reply: dict[str, Any]
    output: str
