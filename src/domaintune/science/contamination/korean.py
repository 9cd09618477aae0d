"""Korean by its letters: n-grams of jamo see through spacing and through a changed ending or particle."""

import unicodedata

from domaintune.science.contamination.question_keys import key_of


def to_jamo(text: str) -> str:
    """Return the text with each Hangul syllable as its 2 or 3 conjoining jamo.

    Half-width and keyboard jamo become the same jamo, full-width letters and digits plain ones (NFKC), accents
    characters of their own (NFD).
    """
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))


def jamo_ngrams(text: str, n: int) -> set[str]:
    """Return the n-grams of a text's jamo, Latin letters and digits; punctuation, spaces and case are gone.

    A text of fewer than n is one n-gram of its own, an empty one has none.

    Raises:
        ValueError: n is below 1.
    """
    if n < 1:
        raise ValueError(f"n-grams need n of at least 1, got {n}")
    return pieces(to_jamo(key_of(text).text), n)


def pieces(letters: str, n: int) -> set[str]:
    """Return all stretches of n characters, or the whole when it is shorter."""
    return {letters[i : i + n] for i in range(max(1, len(letters) - n + 1))} if letters else set()
