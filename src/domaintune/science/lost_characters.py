"""Characters that an exporter lost: told, and put back where what stands around proves them."""

import re

from domaintune.science.markup import INLINE_CODE, split_blocks

APOSTROPHE = re.compile(
    r"(?<![\w/.?=&])(?!(?:[munkMGµμ]?(?:Pa|N|J|A|W|V|C|Hz)|kg|g|m|(?i:andr|attach|caf|canap|clich|communiqu|divorc|expos|fianc|pur|resum|r.sum|saut|souffl|toup))\?s\b)(?:[^\W\d_]+\?(?:s|(?<=n\?)t)|I\?m|(?i:i|you|he|she|it|we|they|who|what|there|that|how|"
    r"could|should|would|might|must)\?(?:re|ve|ll|d))(?=[\s,.;:!)\]\"”]|$)"
)
"""`today?s`, `don?t`, `we?ve`: an ending that only an apostrophe joins to its word, in no address of a page. `na?ve`
lost a letter: of the longer endings, only those of words that take them are proved. `mPa?s` lost a dot,
`caf?s` its é."""
LOST_LETTER = re.compile(r"(?:(?<=\s)|\A)[^\s/?=]*[^\W_]\?[^\W_](?![^\s?]*[=/?])")
"""A character lost within a word, or a sign between two: `high?speed`, `1800?C`; but no address of a page."""
LOST = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ud800-\udfff]")
"""What no repair can bring back."""


def lost_letter(text: str) -> bool:
    """Say whether a question mark stands within a word that is not code, where an exporter lost a character."""
    if "?" not in text:
        return False
    prose = (INLINE_CODE.sub("`", piece.text) for piece in split_blocks(text) if not piece.code)
    return any(map(LOST_LETTER.search, prose))


def restore_apostrophes(text: str) -> str:
    """Put back the apostrophes that are proved by what stands around them."""
    return APOSTROPHE.sub(lambda found: found.group().replace("?", "’"), text) if "?" in text else text


def lost_character(text: str) -> str | None:
    """Say which character stands for lost information and where, or None."""
    match = LOST.search(text)
    return f"U+{ord(match.group()):04X} at character {match.start() + 1}" if match else None
