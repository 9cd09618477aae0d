"""Specs by which texts are scored: criteria, prompts and published scores, in catalog/rubrics and catalog/grades."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.params import Params, parse, read_yaml
from domaintune.core.teacher.asking import object_schema
from domaintune.core.template import TemplateText, names_in

REASON = "reason"
"""Field of a reply that holds the judge's words."""
MEAN = "mean"
"""The mean of all criteria, where they share a range: what a study gives as one score."""
Texts = dict[Language, str]


class ScoredCriterion(Params):
    """One thing that is scored, in whole numbers."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    title: Texts
    description: Texts
    """What the judge is asked, by language."""
    lowest: int
    highest: int

    @model_validator(mode="after")
    def _a_range(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError(f"lowest {self.lowest} must be below highest {self.highest}")
        if self.name == REASON:
            raise ValueError(f"`{REASON}` is the field of the reply that holds the judge's words")
        if self.name == MEAN:
            raise ValueError(f"`{MEAN}` is the mean of all criteria, and computed")
        return self


class JudgePrompt(Params):
    """Jinja template in one language; knows `criteria`, a rubric's also whether there is a `conversation`."""

    system: TemplateText
    user: TemplateText
    """Knows `context` (JSON) too."""


class PublishedScores(Params):
    """Scores of a paper, copied as printed and shown as published, never mixed with one's own."""

    source: str = Field(min_length=1)
    """Paper and table."""
    judge: str = Field(min_length=1)
    questions: str = Field(min_length=1)
    """What was asked: a score depends on it as on the judge."""
    rows: dict[str, dict[str, float]] = Field(min_length=1)
    """Model → criterion → mean."""
    notes: list[str]


class PublishedCategories(PublishedScores):
    """A paper's scores by category of the question: category → what it is the score of (e.g. with grades) → score."""

    scale: str = Field(min_length=1)
    """What the numbers are on, in words."""

    @property
    def heads(self) -> list[str]:
        """Return what the scores are of, in the spec's order."""
        return list(dict.fromkeys(head for scores in self.rows.values() for head in scores))


class ScoringSpec(Params):
    """What a judge is asked about one text: criteria in whole numbers, and the prompt template in each language."""

    known: ClassVar[frozenset[str]] = frozenset({"criteria", "conversation"})
    """What its prompt templates are given, beside `context`."""
    name: str
    """The file's stem, by which params.yaml calls the spec."""
    description: str
    source: str
    """Where the criteria come from."""
    context: list[Any] = Field(min_length=1)
    """What the judge is shown, in this order, as one JSON object."""
    criteria: list[ScoredCriterion] = Field(min_length=1)
    prompts: dict[Language, JudgePrompt] = Field(min_length=1)

    @property
    def names(self) -> list[str]:
        """Return the criteria's names in the spec's order."""
        return [criterion.name for criterion in self.criteria]

    @property
    def one_range(self) -> bool:
        """Tell whether several criteria have the same range, so that their mean means something."""
        return len(self.criteria) > 1 and len({(one.lowest, one.highest) for one in self.criteria}) == 1

    @property
    def reply_schema(self) -> dict[str, Any]:
        """Return the JSON schema of a reply: a reason, and a whole number in its range for each criterion."""
        scores = {
            one.name: {"type": "integer", "minimum": one.lowest, "maximum": one.highest}
            for one in self.criteria
        }
        return object_schema({REASON: {"type": "string"}, **scores})

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if problems := self._contradictions():
            raise ValueError("; ".join(problems))
        return self

    def _contradictions(self) -> list[str]:
        """Return where the spec contradicts itself; a kind of spec adds what it alone has."""
        names, wanted = self.names, set(self.prompts)
        found = [] if len(set(names)) == len(names) else [f"two criteria share a name: {names}"]
        if "answer" not in self.context:
            found.append("context lacks answer")
        for language, prompt in self.prompts.items():
            found += unknown_names(f"prompts.{language}.", prompt.system, prompt.user, self.known)
        return found + [
            f"criterion {one.name} lacks {field} in {', '.join(sorted(wanted - set(texts)))}"
            for one in self.criteria
            for field, texts in (("title", one.title), ("description", one.description))
            if wanted - set(texts)
        ]


class SingleSpec(ScoringSpec):
    """One rubric file for single answers."""

    verdict: Literal["scores"]
    context: Annotated[
        list[Literal["conversation", "instruction", "input", "matched_answer", "answer"]], Field(min_length=1)
    ]
    """Context of the judge, in this order, as one JSON object; `conversation`: what was said before a
    later turn, and left out of others."""
    headline: str
    """The criterion whose mean stands in `dvc metrics show`; `mean` (of all) where they share a range."""
    published: PublishedScores | None
    """null: nothing to print beside one's own."""
    published_categories: PublishedCategories | None
    """Of a paper that gives scores by category; null: nothing to print beside one's own."""

    @property
    def measured(self) -> list[str]:
        """Return the names an answer has a value for: the criteria, and their mean where they share a range."""
        return [*self.names, *([MEAN] if self.one_range else [])]

    def _contradictions(self) -> list[str]:
        found = super()._contradictions()
        if self.headline not in self.measured:
            found.append(f"headline {self.headline} is not a criterion; there are {', '.join(self.measured)}")
        return found + [
            f"published.rows.{row} has {sorted(means)}, expected {sorted(self.names)}"
            for row, means in (self.published.rows if self.published else {}).items()
            if set(means) != set(self.names)
        ]


def unknown_names(where: str, system: str, user: str, known: Collection[str]) -> list[str]:
    """Return what two prompt templates name that they are not given; the user's is given `context`, too."""
    return [
        f"{where}{name}: not known: {', '.join(sorted(unknown))}; known are {', '.join(sorted(given))}"
        for name, text, given in (("system", system, {*known}), ("user", user, {*known, "context"}))
        if (unknown := names_in(text) - given)
    ]


def read_single_spec(folder: Path, rubric: str) -> SingleSpec:
    """Read the spec of a rubric of single answers."""
    path = folder / f"{rubric}.yaml"
    return parse(path, rubric, SingleSpec, read_yaml(path))


def name_problem(name: str, path: Path) -> list[str]:
    """Return that a spec has another name than its file, as a list of one line; empty where it has the same."""
    return [] if name == path.stem else [f"name: expected {path.stem} as in the file's name, got {name}"]
