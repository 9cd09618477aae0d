"""`arms`: what is compared, what each is trained on, and what it does with its rows' grades."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from domaintune.core.grade_rules import mixture_faults
from domaintune.core.stage.params import Params, View

Rows = Literal["all", "graded", "ungraded"]


class ArmGrades(Params):
    """Which grades, and what for. Validation rows have none, and are taken as they are."""

    grading: str
    """Key in `gradings`."""
    by: str
    """The value that counts: a criterion of the grading's spec, `mean`, or a heuristic measure such as `grounding`."""
    use: Literal["ignore", "filter", "condition", "weight"]
    """filter: the better rows only; condition: the row's band is told in its instruction; weight: seen more or less
    often by band; ignore: only `rows` looks at who has a grade."""
    at_least: float | None = None
    """filter: the lowest value that is kept."""
    top: float | None = Field(default=None, gt=0, le=1)
    """filter: share (0–1) of the graded rows that is kept, the best ones."""
    random_draw: int | None = Field(default=None, gt=0)
    """filter: instead of the best rows, draw of this number from the same rows, with as many tokens; null: the best."""
    bands: dict[str, float] = Field(default={})
    """condition, weight: band → its lower border; the best band is the one with the highest."""
    control_prefix: str | None = None
    """condition: told as the instruction's last paragraph, `{band}` being the row's own in training and the best one
    while answering."""
    times: dict[str, Annotated[float, Field(ge=0)]] = Field(default={})
    """weight: band → how often its rows are seen, e.g. 2.0 twice, 0.5 every second, 0.0 never."""


Method = Literal["lora", "dora", "rslora", "ia3", "adaption_prompt", "full"]
"""The tuning methods; here and not in lora.py, on which only `train` depends. Their traits: train/methods.py."""


class LoraOverride(Params):
    """An arm's own values for `lora`; null or left out: the shared ones."""

    method: Method | None = None
    r: int | None = Field(default=None, gt=0)
    alpha: int | None = Field(default=None, gt=0)
    dropout: float | None = Field(default=None, ge=0, lt=1)


class TrainOverride(Params):
    """An arm's own values for `train`."""

    epochs: float | None = Field(default=None, gt=0)
    learning_rate: float | None = Field(default=None, gt=0)
    quantization: Literal["none", "nf4", "int8"] | None = None


class Endpoint(Params):
    """A served model that answers for the arm; it is never trained."""

    server: str
    """Key in `runtime.servers`, which holds the base URL."""
    provider: str
    """A name of your choice that is part of the ledger key."""
    model: str


Share = Annotated[float, Field(ge=0, le=1)]
Groups = Annotated[list[str], Field(min_length=1)]


class Mixture(Params):
    """What an arm is trained on: groups of tasks, what their rows must be worth, how much of each task and language.

    A list of groups is short for a mapping with `groups` alone.
    """

    groups: Groups
    """Groups of tasks."""
    rows: Rows = "all"
    """Training rows by whether `grades.grading` has a value `grades.by` of them."""
    grades: ArmGrades | None = None
    caps: dict[str, Annotated[int, Field(gt=0)]] = Field(default={})
    """Task → most training rows, chosen by a hash of their ids; a task without a cap gives all."""
    weights: dict[str, Annotated[float, Field(gt=0)]] = Field(default={})
    """Task → how often its training rows are seen, e.g. 2.0 twice, 0.5 every second; a task without one: once."""
    languages: dict[str, Share] | None = None
    """Language → share 0–1 of the training rows; the larger languages are thinned until the shares hold."""
    balance: Literal["rows", "tokens"] | None = None
    """What the shares are of: rows, or tokens as the arm's model counts them. Goes with `languages`."""
    tolerance: float | None = Field(default=None, ge=0, lt=1)
    """How far (0–1) a language's share may be from the one asked for, after tokenisation and rejection; beyond it the
    run stops. Goes with `languages`."""

    @model_validator(mode="after")
    def _balanced(self) -> Self:
        for name in ("balance", "tolerance"):
            if (getattr(self, name) is None) != (self.languages is None):
                raise ValueError(f"languages and {name} go together: give both or leave both out")
        return self

    @model_validator(mode="after")
    def _graded(self) -> Self:
        if faults := list(mixture_faults(self.model_dump())):
            raise ValueError("; ".join(faults))
        return self

    @field_validator("languages")
    @classmethod
    def _whole(cls, shares: dict[str, float] | None) -> dict[str, float] | None:
        if shares is not None and abs(sum(shares.values()) - 1) > 1e-6:
            raise ValueError(f"the shares must add up to 1, not {sum(shares.values()):g}")
        return shares


def _spelt_out(value: Any) -> Any:
    if isinstance(value, list):
        return {"groups": value}
    if isinstance(value, dict | Mixture) or value is None:
        return value
    raise ValueError("expected a list of groups, a mapping with `groups`, or null")


AnyMixture = Annotated[
    Mixture | None, BeforeValidator(_spelt_out, json_schema_input_type=Groups | Mixture | None)
]


class Arm(Params):
    """One arm. Optional keys may be left out."""

    section: ClassVar[str] = "arms"
    model: str
    """Key in `models`."""
    mixture: AnyMixture
    """Groups of tasks it is trained on, or a mapping with caps, weights and languages; null: not trained."""
    baseline: str
    """The arm it is compared with; its own name: it is a baseline itself."""
    seed: int | None = None
    """Seed of this arm's training; null: the project's."""
    lora: LoraOverride = LoraOverride()
    train: TrainOverride = TrainOverride()
    endpoint: Endpoint | None = None


class ArmTraining(View):
    """What `train` needs of an arm."""

    section: ClassVar[str] = "arms"
    name: ClassVar[str] = "training"
    model: str
    seed: int | None = None
    lora: LoraOverride = LoraOverride()
    train: TrainOverride = TrainOverride()


class ArmEndpoint(View):
    """What `answer` and `benchmark` need of an arm."""

    section: ClassVar[str] = "arms"
    name: ClassVar[str] = "endpoint"
    model: str
    endpoint: Endpoint | None = None


class ArmMixture(View):
    """What `mix` needs of an arm: another learning rate must not mix again."""

    section: ClassVar[str] = "arms"
    model: str
    mixture: AnyMixture


class ArmBaseline(View):
    """What `judge` needs of an arm."""

    section: ClassVar[str] = "arms"
    baseline: str
