"""Whether an answer keeps the limits that its card sets."""

from typing import Any

from domaintune.generate.card import Limit
from domaintune.generate.faults import Fault
from domaintune.science.limits import count_sentences, count_words, hangul_share


def over_limit(field: str, value: Any, limit: Limit) -> Fault | None:
    """Return the first limit that a reply's field breaks, in the order in which `Limit` lists them."""
    items = value if isinstance(value, list) else [value]
    if limit.max_items is not None and len(items) > limit.max_items:
        return Fault("too_many_items", f"{field}: {len(items)} items, at most {limit.max_items}")
    found = (_of_text(field, str(item), limit) for item in items)
    return next((fault for fault in found if fault is not None), None)


def _of_text(field: str, text: str, limit: Limit) -> Fault | None:
    words, sentences, share = count_words(text), count_sentences(text), hangul_share(text)
    if limit.max_words is not None and words > limit.max_words:
        return Fault("too_many_words", f"{field}: {words} words, at most {limit.max_words}")
    if limit.min_sentences is not None and sentences < limit.min_sentences:
        return Fault("too_few_sentences", f"{field}: {sentences} sentences, at least {limit.min_sentences}")
    if limit.max_sentences is not None and sentences > limit.max_sentences:
        return Fault("too_many_sentences", f"{field}: {sentences} sentences, at most {limit.max_sentences}")
    if limit.min_hangul_share is not None and share < limit.min_hangul_share:
        return Fault(
            "not_korean", f"{field}: {share:.2f} of the letters are Hangul, at least {limit.min_hangul_share}"
        )
    return None
