"""Why a row has no translation."""

from typing import Literal, NamedTuple

Reason = Literal[
    "needs_model", "too_long", "refused", "unparsed",  # no answer
    "missing_row", "other_texts", "lost_mark",  # an answer that does not fit its rows
    "lost_number", "lost_unit", "other_language", "length_ratio", "bad_encoding",  # a translation that fails a check
    "back_translation",
]  # fmt: skip

UNANSWERED = frozenset({"needs_model", "too_long", "refused", "unparsed"})


class Fault(NamedTuple):
    """One word for the books, and what was seen, for a person or for the model that is asked again."""

    reason: Reason
    detail: str
