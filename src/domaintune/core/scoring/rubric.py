"""Rubric specs, catalog/rubrics/<rubric>.yaml: read and held against params.yaml before anything is asked."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from domaintune.core.scoring.spec import SingleSpec, name_problem, unknown_names
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import Params, did_you_mean, parse, read_yaml
from domaintune.core.teacher.asking import object_schema
from domaintune.core.template import TemplateText

SHAPES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "closer": ("reason", ("score_a", "score_b"), "closer", "Nothing"),
    "criteria": ("note", ("similarity",), "more_specific", "neither"),
}
"""By a spec's verdict, a choice and a score for each answer, or such a comparison for each criterion: a reply's (or its
part's) fields of text, scores and choice, in the order asked for; and the choice's word for neither."""


class PairCriterion(Params):
    """One thing that is scored."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    """Name of the score in the judgments."""
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)


class PairSpec(Params):
    """One rubric file for two answers side by side."""

    name: str
    """The file's stem and the key in params.yaml `rubrics`."""
    description: str
    source: str
    """Where the rubric comes from."""
    verdict: Literal["closer", "criteria"]
    """Shape of the reply: one choice and a score for each answer, or a comparison for each criterion."""
    context: list[Literal["conversation", "question", "matched_answer", "answer_a", "answer_b"]] = Field(
        min_length=2
    )
    """Context of the judge, in this order, as one JSON object; `conversation`: what was said before a
    later turn, by A and by B, and left out of others."""
    scale: dict[int, str] = Field(min_length=2)
    """Meaning of each score."""
    criteria: list[PairCriterion] = Field(min_length=1)
    system: TemplateText
    """Jinja template; knows `scale` (pairs), `criteria`, and whether there is a `conversation`."""
    user: TemplateText
    """Jinja template; knows `context` (JSON) too."""

    @property
    def reply_schema(self) -> dict[str, Any]:
        """Return the JSON schema of a reply, sent to the judge and checked."""
        text, scores, choice, neither = SHAPES[self.verdict]
        score = {"type": "integer", "minimum": min(self.scale), "maximum": max(self.scale)}
        part = object_schema({
            text: {"type": "string"},
            **dict.fromkeys(scores, score),
            choice: {"type": "string", "enum": ["A", "B", neither]},
        })  # fmt: skip
        return part if self.verdict == "closer" else object_schema({one.name: part for one in self.criteria})

    @property
    def measured(self) -> list[str]:
        """Return the criteria on which each of the two answers has a score of its own."""
        return [criterion.name for criterion in self.criteria] if self.verdict == "closer" else []

    def contradictions(self) -> list[str]:
        """Return where the spec contradicts itself, before unreadable replies are paid for."""
        found = [f"context: lacks {name}" for name in ("answer_a", "answer_b") if name not in self.context]
        names = [criterion.name for criterion in self.criteria]
        if len(set(names)) < len(names):
            found.append(f"criteria: two share a name: {names}")
        found += unknown_names("", self.system, self.user, {"scale", "criteria", "conversation"})
        if self.verdict == "closer" and len(names) != 1:
            found.append(f"criteria: verdict closer takes exactly one, got {names}")
        if sorted(self.scale) != list(range(min(self.scale), max(self.scale) + 1)):
            found.append(f"scale: expected every score between its ends, got {sorted(self.scale)}")
        return found


AnySpec = PairSpec | SingleSpec


def read_specs(files: Sequence[Path], rubrics: Mapping[str, Rubric]) -> dict[str, AnySpec]:
    """Return the spec of each rubric that params.yaml names; a file it does not name is left unread."""
    by_stem = {path.stem: path for path in files}
    specs: dict[str, AnySpec] = {}
    problems: list[str] = []
    for name in sorted(rubrics):
        where = f"params.yaml: rubrics.{name}"
        try:
            if name not in by_stem:
                there = did_you_mean(name, by_stem)
                raise ParamsError(f"{where}: there is no spec catalog/rubrics/{name}.yaml{there}")
            value = read_yaml(by_stem[name])
            # of a spec whose verdict is not known, the problems name those there are
            model: type[AnySpec] = SingleSpec if value.get("verdict") == "scores" else PairSpec
            spec = specs[name] = parse(by_stem[name], name, model, value)
        except ParamsError as error:
            problems.append(str(error))
            continue
        own = spec.contradictions() if isinstance(spec, PairSpec) else []
        problems += [f"{by_stem[name]}: {found}" for found in (*name_problem(spec.name, by_stem[name]), *own)]
        if misfit := _misfit(spec, rubrics[name]):
            problems.append(f"{where}: {misfit}")
    if problems:
        raise ParamsError("\n".join(problems))
    return specs


def _misfit(spec: AnySpec, rubric: Rubric) -> str | None:
    """Return how params.yaml asks for what the spec does not have, or None."""
    if isinstance(spec, PairSpec):
        return "its spec compares two answers: give `orders` and no `language`" if rubric.single else None
    languages = " | ".join(sorted(spec.prompts))
    if rubric.language is None:
        return f"its spec scores each answer by itself: give `language` ({languages}) and no `orders`"
    if rubric.language not in spec.prompts:
        return f"language: expected one of {languages}, got {rubric.language}"
    return None
