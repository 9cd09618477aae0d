"""`validate`: how much of a broken table is named."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class ValidateParams(Params):
    """What is shown; what is expected stands in catalog/suites/<table>.yaml."""

    section: ClassVar[str] = "validate"
    max_named_rows: int = Field(ge=1)
    """Rows named in the error and on the page for each expectation."""
