"""A rubric's card: what catalog/rubrics/<rubric>.yaml says, checked before anything is asked."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.params import Params

Material = Literal["question", "matched_answer", "answer_a", "answer_b"]


class Criterion(Params):
    """One thing that is scored."""

    section: ClassVar[str] = "rubrics"
    name: str = Field(pattern=r"^[a-z0-9_]+$")
    """Name of the score in the judgments."""
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)


class Card(Params):
    """One rubric file."""

    section: ClassVar[str] = "rubrics"
    name: str
    """The file's stem and the key in params.yaml `rubrics`."""
    description: str
    source: str
    """Where the rubric comes from."""
    verdict: Literal["closer", "criteria"]
    """Shape of the reply: one choice and a score for each answer, or a comparison for each criterion."""
    material: list[Material] = Field(min_length=2)
    """What the judge is shown, in this order, as one JSON object."""
    scale: dict[int, str] = Field(min_length=2)
    """Meaning of each score."""
    criteria: list[Criterion] = Field(min_length=1)
    system: str = Field(min_length=1)
    """Jinja template; knows `scale` (pairs) and `criteria`."""
    user: str = Field(min_length=1)
    """Jinja template; knows `material` (JSON) too."""
    reply_schema: dict[str, Any]
    """JSON schema of the reply, sent to the judge and checked."""

    @property
    def lowest(self) -> int:
        """Return the scale's lowest score."""
        return min(self.scale)

    @property
    def highest(self) -> int:
        """Return the scale's highest score."""
        return max(self.scale)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            f"material lacks {name}" for name in ("answer_a", "answer_b") if name not in self.material
        ]
        names = [criterion.name for criterion in self.criteria]
        if len(set(names)) < len(names):
            problems.append(f"two criteria share a name: {names}")
        if self.verdict == "closer" and len(names) != 1:
            problems.append(f"verdict closer takes exactly one criterion, got {names}")
        expected = {"reason", "score_a", "score_b", "closer"} if self.verdict == "closer" else set(names)
        if (required := set(_required(self.reply_schema))) != expected:
            problems.append(f"reply_schema must require {sorted(expected)}, it requires {sorted(required)}")
        if sorted(self.scale) != list(range(self.lowest, self.highest + 1)):
            problems.append(f"scale must name every score between its ends, got {sorted(self.scale)}")
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _required(schema: Mapping[str, Any]) -> list[str]:
    required = schema.get("required", [])
    return [str(name) for name in required] if isinstance(required, list) else []
