"""What scoring one arm reads, and its accounting: every question is scored by every method, or lost with a reason."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domaintune.core.records.answer import BenchmarkItem
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.accounting import Accounts, Reject


class Places(NamedTuple):
    """Paths of one arm."""

    questions: Path
    cards: Path
    adapter: Path
    foundation: Path
    out: Path
    code: Path
    """What this stage's code amounts to, as `check` wrote it."""

    @property
    def task_files(self) -> Path:
        """Folder of what lm-eval reads."""
        return self.out / "lm_eval"


class How(NamedTuple):
    """What is the same for every arm."""

    decode: Decode
    runtime: Runtime
    seed: int


OUTCOMES = ("correct", "wrong", "unparsed", "refused")


class Scored(NamedTuple):
    """What one benchmark and method came to."""

    benchmark: str
    method: str
    rows_in: int
    items: list[BenchmarkItem]
    rejects: list[Reject]
    other_ids: int
    """Questions whose prompt lm-eval on its own would tokenise otherwise than training did."""


def account(arm: str, scored: Sequence[Scored]) -> Accounts:
    """Return the books: in = questions × methods, and counts by outcome for each benchmark and method."""
    accounts = Accounts("benchmark", arm, "questions × methods")
    for part in scored:
        books = Accounts("benchmark", arm, "questions")
        books.rows_in, books.kept = part.rows_in, len(part.items)
        books.lose(part.rejects)
        outcomes: Counter[str] = Counter(item.outcome for item in part.items)
        books.extra |= {outcome: outcomes[outcome] for outcome in OUTCOMES}
        books.extra["truncated"] = sum(item.truncated for item in part.items)
        books.extra["other_ids"] = part.other_ids
        accounts.parts[f"{part.benchmark}.{part.method}"] = books
        accounts.rows_in += part.rows_in
        accounts.kept += len(part.items)
        accounts.lose(part.rejects)
    accounts.extra["truncated"] = sum(item.truncated for part in scored for item in part.items)
    accounts.check()
    return accounts
