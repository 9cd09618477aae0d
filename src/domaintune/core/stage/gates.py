"""Gate files: what `validate` found of a suite, in two values, so that a better page reruns nothing."""

from pathlib import Path

from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import read_json


def check_gate(path: Path) -> None:
    """Stop unless a suite's expectations were kept: before money is spent, and before a model learns from the rows.

    Raises:
        GateError: they were not.
        InputError: there is no gate file.
    """
    gate = read_json(path)
    if gate.get("passed") is not True:
        suite = gate.get("suite", path.stem)
        raise GateError(
            f"{path}: the {suite} broke an expectation, so no teacher or judge is asked and no model trained. Open "
            f"data/validation/{suite}/page.html to see which, mend the source, and run `dvc repro` again."
        )
