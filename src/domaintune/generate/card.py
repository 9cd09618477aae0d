"""A task's card: what catalog/tasks/<task>.yaml says, checked before anything is asked."""

from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import Params, parse, read_yaml


class Wording(Params):
    """One way to ask. Adding one re-asks only the share of units that it wins."""

    section: ClassVar[str] = "tasks"
    id: str = Field(pattern=r"^[a-z0-9_]+$")
    system: str = Field(min_length=1)
    """Jinja template; knows `title`, `field`, `text`, `pairs`, `language` and `schema`."""
    user: str = Field(min_length=1)
    """Jinja template; knows the same names."""


class TaskCard(Params):
    """One task file."""

    section: ClassVar[str] = "tasks"
    description: str
    source: str
    """Where the task comes from."""
    instruction: str = Field(min_length=1)
    """The standing instruction of every training row."""
    labels: dict[str, str]
    """What a field is called in prompts; a field without a label goes by its own name."""
    reply_schema: dict[str, Any]
    """JSON schema of the reply, sent to the teacher and checked."""
    wordings: list[Wording] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [wording.id for wording in self.wordings]
        if len(set(ids)) < len(ids):
            raise ValueError(f"two wordings share an id: {ids}")
        try:
            required = self.reply_schema["properties"]["pairs"]["items"]["required"]
        except (KeyError, TypeError) as error:
            raise ValueError("reply_schema must have a list `pairs` of objects") from error
        if not {"question", "answer"} <= set(required):
            raise ValueError(f"reply_schema must require question and answer of each pair, got {required}")
        return self


def read_card(path: Path) -> TaskCard:
    """Read a task file.

    Raises:
        ParamsError: it is missing or has problems; all are named.
    """
    return parse(path, "task", TaskCard, read_yaml(path))
