"""`generate`: when to stop; and a task's spec, what catalog/tasks/<task>.yaml says.

`reading.py` reads and checks a spec before anything is asked."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import Params
from domaintune.core.template import TemplateText


class Generate(Params):
    """When to stop: a teacher that cannot do the task should not go unnoticed."""

    section: ClassVar[str] = "generate"
    max_reject_fraction: float = Field(ge=0, le=1)
    """Largest share of requests without a usable answer, and of pairs rejected, 0–1."""


Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]


class PromptTemplate(Params):
    """One way to ask. Adding one re-asks only the share of items that it wins."""

    id: Name
    system: TemplateText
    """Jinja template; what it may name is in `prompts.py` and told by the error where it names something else."""
    user: TemplateText
    """Jinja template; knows the same names."""


class Variant(Params):
    """One property that is looked for; each makes a request of its own for every document."""

    id: Name
    """Goes into the rows' `field`."""
    name: str = Field(min_length=1)
    symbol: str = Field(min_length=1)
    """The key of the value in the answer, e.g. WU."""
    family: str = Field(min_length=1)
    """The outermost key of the answer, e.g. AEM_MAT."""
    synonyms: list[str]
    """Other names for it in documents."""
    units: list[str] = Field(min_length=1)
    """Units a value may have; any spelling of the same unit counts."""
    stop: list[str]
    """Properties that look alike and are not meant."""


class Limit(Params):
    """What an answer may be like; what is left out is not limited. Items of a list are limited one by one."""

    max_words: int | None = Field(default=None, gt=0)
    """Words between spaces."""
    min_sentences: int | None = Field(default=None, gt=0)
    max_sentences: int | None = Field(default=None, gt=0)
    min_hangul_share: float | None = Field(default=None, gt=0, le=1)
    """Smallest share of Hangul among the letters, 0–1."""
    max_items: int | None = Field(default=None, gt=0)
    """Of a list."""


class TaskSpec(Params):
    """One task file."""

    description: str
    source: str
    """Where the task comes from."""
    licence: str = Field(min_length=2)
    """Of the prompts in this file; rows carry their document's own."""
    makes: Literal["pairs", "reply", "pass_through"]
    """pairs: a row for each question with its answer in the reply; reply: one row, whose input is the item and whose
    output is the reply; pass_through: one row of each question with its own answer, and no request at all."""
    instructions: dict[Name, TemplateText] = Field(min_length=1)
    """Standing instructions of the training rows by name, Jinja templates; a row's is chosen by a hash."""
    input: TemplateText | None = None
    """The training row's input, a Jinja template; left out for pairs, whose input is the question."""
    labels: dict[str, str] | None = None
    """What a field is called in prompts; a field without a label goes by its own name."""
    reply_schema: dict[str, Any] | None = None
    """JSON schema of the reply, sent to the teacher and checked; left out where nothing is asked."""
    prompt_templates: list[PromptTemplate] | None = Field(default=None, min_length=1)
    """How the teacher is asked; left out where nothing is asked."""
    normaliser: str | None = None
    """Which shape the reply has and how the row's output is written from it: a name in normalisers.py; left
    out for pairs."""
    limits: dict[str, Limit] | None = None
    """Reply field → its limits. A row beyond one is rejected."""
    grounded: dict[str, str] | None = None
    """Reply field → what of it must occur in the document (a name in grounding.py). A row with one item that does
    not is rejected."""
    optional: list[str] | None = None
    """Reply fields that may be empty; they are left out of the row then."""
    precomputed: str | None = None
    """Where the source itself holds the answer it is used and nothing is asked: a name in `PRECOMPUTED` of rows.py."""
    variants: list[Variant] | None = Field(default=None, min_length=1)
    quotes: Literal["statements", "aspects", "nothing"] | None = None
    """What the offline teacher makes pairs of: what sentences of any text state (left out: these), sentences about an
    aspect of a project record, or nothing, where a pair needs a model."""

    @property
    def reply_fields(self) -> list[str]:
        """Return the names of the reply's fields, in the schema's order."""
        return list((self.reply_schema or {}).get("properties", {}))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        asks, pairs = self.makes != "pass_through", self.makes == "pairs"
        needed = {"reply_schema": asks, "prompt_templates": asks, "input": not pairs, "normaliser": not pairs}
        for name, given in needed.items():
            if (getattr(self, name) is not None) != given:
                raise ValueError(f"makes {self.makes} needs {name} {'to be given' if given else 'left out'}")
        for several in (self.prompt_templates, self.variants):
            ids = [one.id for one in several or ()]
            if len(set(ids)) < len(ids):
                raise ValueError(f"two prompt templates or variants share an id: {ids}")
        if pairs:
            self._check_pairs()
        elif self.quotes is not None:
            raise ValueError(f"makes {self.makes} knows no quotes")
        return self

    def _check_pairs(self) -> None:
        try:
            required = (self.reply_schema or {})["properties"]["pairs"]["items"]["required"]
        except (KeyError, TypeError) as error:
            raise ValueError("reply_schema must have a list `pairs` of objects") from error
        if not {"question", "answer"} <= set(required):
            raise ValueError(f"reply_schema must require question and answer of each pair, got {required}")
        for name in ("limits", "grounded", "optional", "precomputed", "variants"):
            if getattr(self, name) is not None:
                raise ValueError(f"makes pairs knows no {name}")
