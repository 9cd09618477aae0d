"""What a card's criteria are called in running text, and words that announce a score of the whole."""

import re
from collections.abc import Callable

from domaintune.core.scoring.card import ScoredCriterion, ScoringCard

OVERALL = ("overall", "total", "average", "final", "종합", "총점", "총평", "평균", "전체", "합계")
"""Words with which a score of the whole begins; what follows one belongs to no criterion."""


def labels_of(card: ScoringCard) -> tuple[str, Callable[[str], str | None]]:
    """Return a pattern of all labels, longest first, and whose label a match is; None: of the whole."""
    names: dict[str, str | None] = {alias: one.name for one in card.criteria for alias in aliases(one)}
    patterns: dict[str, str | None] = {
        _pattern(alias): name for alias, name in (names | dict.fromkeys(OVERALL)).items()
    }
    labels = "|".join(sorted(patterns, key=len, reverse=True))

    def named(label: str) -> str | None:
        return next(name for one, name in patterns.items() if re.fullmatch(one, label, re.IGNORECASE))

    return labels, named


def aliases(one: ScoredCriterion) -> tuple[str, ...]:
    """Return what a criterion is called: its name and its title in each language."""
    return tuple(dict.fromkeys((one.name.replace("_", " "), *one.title.values())))


def _pattern(alias: str) -> str:
    return r"[\s_-]*".join(re.escape(part) for part in alias.split())
