"""`validate`: how much of a broken table is named, and the suites of catalog/suites/<table>.yaml."""

from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import Params, parse, read_yaml


class ValidateParams(Params):
    """What is shown; what is expected stands in catalog/suites/<table>.yaml."""

    section: ClassVar[str] = "validate"
    max_named_rows: int = Field(ge=1)
    """Rows named in the error and on the page for each expectation."""


class Expectation(Params):
    """One expectation and the reason a person would want it."""

    type: str = Field(pattern=r"^expect_[a-z_]+$")
    """Name in great-expectations, e.g. expect_column_values_to_be_unique."""
    kwargs: dict[str, Any]
    """Its arguments; `mostly` (0–1) allows exceptions."""
    why: str = Field(min_length=10)
    """What goes wrong later where it is broken, in a plain sentence."""


class Suite(Params):
    """All expectations of one table."""

    suite: str = Field(pattern=r"^[a-z0-9_]+$")
    """Name of the suite, the same as the table's."""
    may_be_empty: bool = False
    """Whether a table without rows passes: a study of instruction sets alone has no documents."""
    expectations: list[Expectation] = Field(min_length=1)


def read_suite(path: Path, table: str) -> Suite:
    """Read a suite; refuse a file that is none, or one of another table."""
    suite = parse(path, "suite", Suite, read_yaml(path))
    if suite.suite != table:
        raise ParamsError(f"{path}: suite: expected {table} as in the command, got {suite.suite}")
    return suite
