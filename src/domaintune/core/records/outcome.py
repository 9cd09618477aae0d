"""What came of asking a judge: the same words for judgments and for grades."""

from typing import Literal

Outcome = Literal["parsed", "repaired", "unparsed", "refused", "needs_model", "failed"]
READ: tuple[Outcome, ...] = ("parsed", "repaired")
"""Outcomes that give scores."""
