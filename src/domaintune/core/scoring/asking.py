"""What `judge` and `grade` need of an asker, and what they record of its outcomes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from domaintune.core.records.outcome import Outcome
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.core.teacher.repair import Prose

OUTCOMES: Mapping[str, Outcome] = {
    "parsed": "parsed",
    "repaired": "repaired",
    "reasked": "repaired",
    "unparsed": "unparsed",
    "refused": "refused",
    "needs_model": "needs_model",
    "too_long": "failed",
}
"""The asker's outcome → the recorded one."""


class Asks(Protocol):
    """An asker that reads scores."""

    def ask_json(
        self,
        prompts: Sequence[Prompt],
        schema: Mapping[str, Any],
        check: Callable[[Any], str | None],
        tidy: Callable[[Any], Any],
        prose: Prose | None,
    ) -> list[Asked]:
        """Return one result a prompt, in prompt order."""
        ...
