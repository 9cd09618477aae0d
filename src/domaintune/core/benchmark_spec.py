"""A benchmark's spec, catalog/benchmarks/<benchmark>.yaml: how its questions are put, and what was published."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import Params, parse, read_yaml
from domaintune.core.template import TemplateText, names_in

LABEL = "{label}"
PLACES = ("context", "question", "subject", "options", "choices")
"""What the text of a plain prompt may name."""
Percent = Annotated[float, Field(ge=-100, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]


class Published(Params):
    """Figures of a paper, copied as printed and shown as published, never mixed with one's own."""

    source: str = Field(min_length=1)
    """Paper and tables."""
    metric: Literal["accuracy", "micro_f1", "macro_f1", "weighted_f1"]
    average: str = Field(min_length=1)
    """What the paper's average is of."""
    rows: dict[str, dict[str, Share]] = Field(min_length=1)
    """Arm → subset → value 0–1, with the paper's own `average` among the subsets."""
    notes: list[str]
    """What in the printed figures does not agree, one sentence each."""

    @property
    def odd(self) -> list[str]:
        """Return the rows whose printed average lies outside their own subsets."""
        subsets = {arm: [row[name] for name in row if name != "average"] for arm, row in self.rows.items()}
        return [
            arm
            for arm, own in subsets.items()
            if own and not min(own) <= self.rows[arm].get("average", own[0]) <= max(own)
        ]

    @model_validator(mode="after")
    def _same_columns(self) -> Self:
        first, columns = next((arm, set(row)) for arm, row in self.rows.items())
        for arm, row in self.rows.items():
            if set(row) != columns:
                raise ValueError(
                    f"rows.{arm} has the columns {sorted(row)}, rows.{first} has {sorted(columns)}; "
                    "all rows of a table have the same"
                )
        return self


class Plain(Params):
    """How lm-eval's own task of this benchmark writes a question, for `prompt: plain`."""

    text: TemplateText
    """The prompt, a Jinja template: `{{ question }}`, `{{ context }}`, `{{ subject }}`, `{{ options }}` (lines `A. …`),
    `{{ choices[0] }}` (the text of one), and parts for some questions only (`{% if context %}…{% endif %}`). Where it
    names options or choices, an option's letter is scored; else the option's own text is what continues the prompt."""
    words: dict[str, str]
    """What stands for a question that is a word of the data set, e.g. 결과: " 그래서"; {} for questions as they are."""
    delimiter: str
    """What stands between the prompt and what is scored."""

    @model_validator(mode="after")
    def _known_places(self) -> Self:
        named = names_in(self.text)
        if unknown := sorted(named - {*PLACES}):
            raise ValueError(f"text names {', '.join(unknown)}; it may name {', '.join(PLACES)}")
        if "question" not in named:
            raise ValueError("text must name {{ question }}")
        return self

    @property
    def shows_options(self) -> bool:
        """Say whether a letter is scored: else it is the option's own text."""
        return not names_in(self.text).isdisjoint({"options", "choices"})


class BenchmarkSpec(Params):
    """One benchmark."""

    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    """Where the questions come from."""
    licence: str = Field(min_length=1)
    instruction: str = Field(min_length=1)
    """The standing instruction for `prompt: arm`; for a task that arms are trained on, that task's own."""
    labels: Literal["circled", "digits", "letters"]
    """How options are named in the arm's answers: ①, 1 or A."""
    answer: str
    """How an answer begins, up to and with `{label}`: what follows the prompt when a label's likelihood is taken."""
    plain: Plain | None = None
    """How lm-eval's own task writes a question; left out: as it writes MMLU."""
    published: Published | None
    """null: nothing to print beside one's own."""

    @model_validator(mode="after")
    def _ends_with_label(self) -> Self:
        if self.answer.count(LABEL) != 1 or not self.answer.endswith(LABEL):
            raise ValueError(f"answer must end with {LABEL} and hold it once, got {self.answer!r}")
        return self


class PublishedChange(Params):
    """A published figure before and after tuning, in percent, as printed."""

    what: str = Field(min_length=1)
    base: Percent | None
    tuned: Percent | None
    difference: Percent


class SuiteSpec(Params):
    """What a study published of its benchmarks, and those of them that nobody else can run."""

    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    published: list[PublishedChange]
    notes: list[str]
    """What to know when comparing with it, one sentence each."""
    not_available: dict[str, str]
    """Benchmark of the study → why it is not here."""


def read_spec(folder: Path, benchmark: str) -> BenchmarkSpec:
    """Read a benchmark's spec."""
    path = folder / f"{benchmark}.yaml"
    return parse(path, "spec", BenchmarkSpec, read_yaml(path))
