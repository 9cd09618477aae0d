"""A rubric's card: what catalog/rubrics/<rubric>.yaml says, checked before anything is asked."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import jsonschema
from pydantic import Field

from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import Params, parse, read_yaml

Material = Literal["conversation", "question", "matched_answer", "answer_a", "answer_b"]


class Criterion(Params):
    """One thing that is scored."""

    section: ClassVar[str] = "rubrics"
    name: str = Field(pattern=r"^[a-z0-9_]+$")
    """Name of the score in the judgments."""
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)


class PairSpec(Params):
    """One rubric file for two answers side by side."""

    section: ClassVar[str] = "rubrics"
    name: str
    """The file's stem and the key in params.yaml `rubrics`."""
    description: str
    source: str
    """Where the rubric comes from."""
    verdict: Literal["closer", "criteria"]
    """Shape of the reply: one choice and a score for each answer, or a comparison for each criterion."""
    context: list[Material] = Field(min_length=2)
    """What the judge is shown, in this order, as one JSON object; `conversation`: what was said before a
    later turn, by A and by B, and left out of others."""
    scale: dict[int, str] = Field(min_length=2)
    """Meaning of each score."""
    criteria: list[Criterion] = Field(min_length=1)
    system: str = Field(min_length=1)
    """Jinja template; knows `scale` (pairs), `criteria`, and whether there is a `conversation`."""
    user: str = Field(min_length=1)
    """Jinja template; knows `context` (JSON) too."""
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


AnySpec = PairSpec | SingleSpec


def read_specs(files: Sequence[Path], rubrics: Mapping[str, Rubric]) -> dict[str, AnySpec]:
    """Return the card of each rubric that params.yaml names; a file it does not name is left unread.

    Raises:
        ParamsError: a rubric has no file, or a card has problems.
    """
    by_stem = {path.stem: path for path in files}
    if absent := sorted(set(rubrics) - set(by_stem)):
        given = ", ".join(sorted(by_stem)) or "none"
        raise ParamsError(
            "\n".join(
                f"params.yaml: rubrics.{name}: there is no card {name}.yaml, only {given}. Write "
                f"catalog/rubrics/{name}.yaml."
                for name in absent
            )
        )
    cards = {name: _read_card(by_stem[name]) for name in sorted(rubrics)}
    problems = [
        f"{by_stem[name]}: {found}" for name in cards for found in _inconsistencies(cards[name], name)
    ]
    misfits = {name: _misfit(card, rubrics[name]) for name, card in cards.items()}
    problems += [f"params.yaml: rubrics.{name}: {found}" for name, found in misfits.items() if found]
    if problems:
        raise ParamsError("\n".join(problems))
    return cards


def _read_card(path: Path) -> AnySpec:
    """Read a card as what its verdict says it is; of one that says nothing known, the problems name those there are."""
    value = read_yaml(path)
    if value.get("verdict") == "scores":
        return parse(path, path.stem, SingleSpec, value)
    return parse(path, path.stem, PairSpec, value)


def _inconsistencies(card: AnySpec, stem: str) -> list[str]:
    """Return where a card contradicts itself or its file's name, before unreadable answers are paid for."""
    found = [] if card.name == stem else [f"name: expected {stem} as in the file's name, got {card.name}"]
    if isinstance(card, SingleSpec):
        return found
    found += [f"context: lacks {name}" for name in ("answer_a", "answer_b") if name not in card.context]
    names = [criterion.name for criterion in card.criteria]
    if len(set(names)) < len(names):
        found.append(f"criteria: two share a name: {names}")
    if card.verdict == "closer" and len(names) != 1:
        found.append(f"criteria: verdict closer takes exactly one, got {names}")
    if sorted(card.scale) != list(range(card.lowest, card.highest + 1)):
        found.append(f"scale: expected every score between its ends, got {sorted(card.scale)}")
    try:
        jsonschema.Draft202012Validator.check_schema(card.reply_schema)
    except jsonschema.SchemaError as error:
        return [*found, f"reply_schema: no JSON schema: {error.message[:200]}"]
    expected = {"reason", "score_a", "score_b", "closer"} if card.verdict == "closer" else set(names)
    if (required := set(card.reply_schema.get("required", []))) != expected:
        found.append(f"reply_schema.required: expected {sorted(expected)}, got {sorted(required)}")
    return found


def _misfit(card: AnySpec, rubric: Rubric) -> str | None:
    """Return how params.yaml asks for what the card does not have, or None."""
    if isinstance(card, PairSpec):
        return "its card compares two answers: give `orders` and no `language`" if rubric.single else None
    if rubric.language is None:
        return f"its card scores each answer by itself: give `language` ({_languages(card)}) and no `orders`"
    if rubric.language not in card.prompts:
        return f"language: expected one of {_languages(card)}, got {rubric.language}"
    return None


def _languages(card: SingleSpec) -> str:
    return " | ".join(sorted(card.prompts))
