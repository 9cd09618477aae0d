"""The card of a study's benchmarks together, catalog/benchmark_suites/<suite>.yaml."""

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params, parse, read_yaml

Percent = Annotated[float, Field(ge=-100, le=100)]


class PublishedChange(Params):
    """A published figure before and after tuning, in percent, as printed."""

    section: ClassVar[str] = "suite card"
    what: str = Field(min_length=1)
    base: Percent | None
    tuned: Percent | None
    difference: Percent


class SuiteCard(Params):
    """What a study published of its benchmarks, and those of them that nobody else can run."""

    section: ClassVar[str] = "suite card"
    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    published: list[PublishedChange]
    notes: list[str]
    """What to know when comparing with it, one sentence each."""
    not_available: dict[str, str]
    """Benchmark of the study → why it is not here."""


def read_suite(folder: Path, suite: str | None) -> SuiteCard | None:
    """Read the card, where one is named.

    Raises:
        ParamsError: there is none of that name, or it has problems.
    """
    if suite is None:
        return None
    path = folder / f"{suite}.yaml"
    return parse(path, "card", SuiteCard, read_yaml(path))
