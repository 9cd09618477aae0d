"""What a translation must keep of its source: numbers, units, language, length."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from domaintune.core.stage.accounting import Loss
from domaintune.science.protected_values import Language, lost_numbers, lost_units
from domaintune.science.sentences import hangul_share, width
from domaintune.translate.params import Translate

UNANSWERED = frozenset({"needs_model", "too_long", "refused", "unparsed"})
"""Reasons of a row that has no translation; with any other it has one, which fails a check."""

ENOUGH = 20
"""Letters from which a text alone must be in the target language; a shorter one may be a name or a label."""
SLACK = 20
"""Columns added to both sides of the ratio: `Sure.` may well become twice as wide."""


class TextPair(NamedTuple):
    """A text and its translation."""

    source: str
    translation: str
    bare_source: str
    """Without what was protected."""
    bare_translation: str


def check_texts(pairs: Sequence[TextPair], to: Language, params: Translate) -> Loss | None:
    """Return the first loss of a row's texts, or None."""
    for pair in pairs:
        if not pair.translation.strip():
            return Loss("length_ratio", "the translation is empty")
        if loss := _of_language(pair, to, params) or _of_length(pair, params) or _of_values(pair, to):
            return loss
    whole = " ".join(pair.bare_translation for pair in pairs)
    return _language(whole, to, params)


def _of_values(pair: TextPair, to: Language) -> Loss | None:
    if "\ufffd" in pair.translation and "\ufffd" not in pair.source:
        return Loss("bad_encoding", "U+FFFD stands for a lost character")
    if lost := lost_numbers(pair.source, pair.translation):
        return Loss(
            "lost_number", f"the number {', '.join(lost[:5])} of the source is not in the translation"
        )
    if lost := lost_units(pair.source, pair.translation, to):
        return Loss("lost_unit", f"the translation does not say {', '.join(lost[:5])} with its unit")
    return None


def _of_length(pair: TextPair, params: Translate) -> Loss | None:
    ratio = (width(pair.bare_translation) + SLACK) / (width(pair.bare_source) + SLACK)
    least, largest = params.length_ratio
    if least <= ratio <= largest:
        return None
    what = "shorter" if ratio < least else "longer"
    return Loss("length_ratio", f"the translation is much {what} than its source: {ratio:.2f} times as wide")


def _of_language(pair: TextPair, to: Language, params: Translate) -> Loss | None:
    enough = sum(character.isalpha() for character in pair.bare_source) >= ENOUGH
    return _language(pair.bare_translation, to, params) if enough else None


def _language(text: str, to: Language, params: Translate) -> Loss | None:
    share = hangul_share(text) if to == "ko" else _latin_share(text)
    if share >= params.min_script_share:
        return None
    script = "Hangul" if to == "ko" else "Latin"
    return Loss(
        "other_language", f"{share:.2f} of the letters are {script}, at least {params.min_script_share}"
    )


def _latin_share(text: str) -> float:
    letters = [character for character in unicodedata.normalize("NFKC", text) if character.isalpha()]
    latin = sum(unicodedata.name(character, "").startswith("LATIN") for character in letters)
    return latin / len(letters) if letters else 0.0
