"""What translates rows: the teacher (by_teacher.py) or a translation endpoint (by_endpoint.py)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from domaintune.core.records.instruction import Instruction
from domaintune.translate.faults import Fault
from domaintune.translate.jobs import Job


class Outcome(NamedTuple):
    """What came of one row."""

    found: Instruction | Fault
    request_id: str
    """Ledger keys of the requests it came from, one space between."""


class Round(NamedTuple):
    """What came of all rows, and of the requests behind them."""

    outcomes: dict[str, Outcome]
    """Row id → outcome."""
    requests: Counter[str]
    """Outcome of a request → how many."""


class Translator(Protocol):
    """Has rows translated and checks what comes back."""

    @property
    def texts_apart(self) -> bool:
        """Tell whether each text of a row is sent by itself, and so has marks of its own numbering."""
        ...

    def translate(self, jobs: Sequence[Job], *, ask_again: bool) -> Round:
        """Return what came of each row; `ask_again`: once more for those that failed a check, where it can help.

        Raises:
            TeacherError: nobody answers.
        """
        ...

    def books(self) -> Mapping[str, int]:
        """Return counts of the answers used, those of back-translations included."""
        ...

    def told(self) -> str:
        """Return what this run sent, for the log, never for the books."""
        ...

    def write_responses(self) -> None:
        """Rewrite the responses file with exactly the answers used."""
        ...
