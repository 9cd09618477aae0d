"""The books of a grading, and its figures: how many rows are graded, how good they are, how far the judge is to be
believed."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from domaintune.core.records.outcome import READ
from domaintune.core.scoring.planted import agreement
from domaintune.core.stage.accounting import Accounts
from domaintune.grade.agreeing import pairs
from domaintune.grade.grading import Graded, means
from domaintune.grade.planted import VERSIONS
from domaintune.grade.repeating import repeated_values
from domaintune.science.evidence.self_agreement import self_agreement

ASIDE = ("needs_model", "beyond_max_rows")
"""Reasons that are no fault of the judge: they count on neither side of the share that may be lost."""
PAID = ("reasked", "answers_used", "prompt_tokens", "completion_tokens")
"""Of the asker's books: requests, planted answers and repeats among them, where all else here counts rows."""


def keep_books(
    key: str, graded: Graded, rows_in: int, asked: Mapping[str, int], max_reject_fraction: float
) -> Accounts:
    """Return checked books. A row is one training row of the groups.

    Raises:
        AccountingError: rows that came in are neither graded nor accounted for.
        GateError: too many of those asked about stay ungraded.
    """
    accounts = Accounts("grade", key, "rows")
    outcomes = Counter(grading.outcome for grading in graded.gradings)
    accounts.rows_in, accounts.kept = rows_in, sum(outcomes[name] for name in READ)
    accounts.lose(graded.rejects)
    accounts.extra |= {name: outcomes[name] for name in READ}
    accounts.extra |= {name: asked[name] for name in PAID}
    accounts.check()
    accounts.check_reject_fraction(max_reject_fraction, aside=ASIDE)
    return accounts


def figures(graded: Graded, accounts: Accounts) -> dict[str, Any]:
    """Return the metrics: rows, means, agreement with the planted answers and of the judge with itself."""
    by_judge, by_surface = (
        means([one for one in graded.grades if one.by == who]) for who in ("judge", "surface")
    )
    found: dict[str, Any] = {
        "rows": accounts.rows_in,
        "graded": accounts.kept,
        "ungraded": dict(sorted((accounts.lost["rejected"] + accounts.lost["failed"]).items())),
        "judge": {name: one["mean"] for name, one in by_judge.items()},
        "surface": by_surface,
    }
    if graded.planted:
        both = pairs(graded.planted)
        found["planted"] = {
            "pairs": len(both),
            "agreement": agreement(both),
            "unread": sum(row.mean is None for row in graded.planted),
            **{
                version: agreement([pair for pair in both if pair.version == version]) for version in VERSIONS
            },
        }
    if again := graded.repeats.asked:
        found["repeats"] = {
            "asked": again,
            "unread": graded.repeats.unread,
            "agreement": self_agreement(repeated_values(graded.repeats.values)),
        }
    return found
