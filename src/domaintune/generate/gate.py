"""The gate before money is spent."""

from pathlib import Path

from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import read_json


def check_gate(path: Path) -> None:
    """Stop unless the documents kept all expectations.

    Raises:
        GateError: they did not.
        InputError: there is no gate file.
    """
    if read_json(path).get("passed") is not True:
        raise GateError(
            f"{path}: the documents broke an expectation, so no teacher is asked. Open "
            "data/validation/documents/page.html to see which, mend the source, and run `dvc repro` again."
        )
