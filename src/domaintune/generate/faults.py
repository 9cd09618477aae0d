"""Why a row is lost."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One word for the books, and what was seen, for a person."""

    reason: str
    detail: str
