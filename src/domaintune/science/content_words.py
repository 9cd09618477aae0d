"""The words of a text that say what it is about, and whether another text says them, too: English and Korean.

English words meet without capitals and the s of a plural. A Korean word (eojeol) carries particles and endings and
may be spaced freely: 반응기에서는 is told by 반응기, 높이는 by 높인다, and 촉매 표면 by 촉매표면. So particles, the
light verbs 하다, 되다, 이다 and one ending come off, and what is left is looked for among the letters (jamo) of the
other text without its spaces; one syllable alone must begin a word there.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from domaintune.science.matching import normalise, words


def to_jamo(text: str) -> str:
    """Return the text with each Hangul syllable as its 2 or 3 conjoining jamo whatever its width, and accents apart."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))


_JOINING_WORDS = """
a about after again all also although am an and any are as at be because been before being below between both but by
can cannot could did do does doing don't down during each either few for from further had has have having he her here
hers him his how i if in into is it its just may me might more most must my neither no nor not of off on once only or
other our out over own per same shall she should since so some such than that the their them then there these they
this those through thus to too under until up upon us very via was we were what when where whether which while who
whom whose why will with within without would you your yours
그 이 저 것 수 등 및 더 또 또는 또한 그리고 그러나 하지만 따라서 그래서 때문 때문에 위해 위한 통해 통한 대해 대한 관한
의해 의한 따라 따른 있다 있는 있습니다 없다 없는 없습니다 이런 그런 저런 이러한 그러한 어떤 무엇 어떻게 왜 각 각각
매우 가장 모두 다른 같은 같이 함께 경우 하나 그것 이것 저것 우리 저는 나는 당신 다음 대하여 위하여 통하여
"""
FUNCTION_WORDS = frozenset(_JOINING_WORDS.split())
"""Words that only join others, and Korean nouns that never stand for themselves (것, 수, 때문)."""

_PARTICLES = """
으로부터 에게서는 에서부터 으로서의 에서는 에서의 에서도 으로는 으로써 으로서 에게서 이라는 이라고 까지는 부터는
에서 에게 에는 에도 에만 으로 로서 로써 로는 로부터 까지 부터 마다 처럼 보다 조차 밖에 이나 이란 라는 라고
들은 들이 들을 들의 들에 하고 이며 이고 와의 과의 만을 만이 은 는 이 가 을 를 에 의 도 로 와 과 만 들 나 란 며 야
"""
PARTICLES = tuple(sorted(_PARTICLES.split(), key=len, reverse=True))
"""Josa, also two in a row, and the plural 들; the longest are tried first."""
_LIGHT_VERB = re.compile(
    "(?:하|되|시키|했|됐|시켰|한|된|할|될|합|됩|함|됨|하였|되었|해|돼|이|입|였|인)[가-힣]{0,4}$"
)
"""하다, 되다, 시키다 and 이다 in any form behind the noun that says what is done."""
_ENDINGS = """
었습니다 았습니다 습니다 었다 았다 는다 면서 어서 아서 도록 는 은 을 고 며 면 서 지 게 어 아 음 기 던
"""
_ENDING = re.compile(
    f"(?:[\u11ab\u11b8\u11bb]?(?:{to_jamo('니다')}|{to_jamo('다')})|{'|'.join(map(to_jamo, _ENDINGS.split()))})$"
)
"""One ending of a verb; before 다 and 니다 with the final ㄴ, ㅂ or ㅆ that belongs to it (높인다, 높입니다)."""
_LEAST_LETTERS = 4
"""Jamo that must be left of a verb whose ending came off: three are one syllable, found in too many words."""
_BEFORE_HANGUL = re.compile("(?<=[A-Za-z0-9%°])(?=[가-힣])")
_UNSAYING = FUNCTION_WORDS.union(PARTICLES)


Words = tuple[frozenset[str], str]
"""A text's words (plurals as singulars, Korean with and without particles), and its Hangul as jamo, run together."""


def content_words(text: str) -> list[str]:
    """Return the words that say something, in order, as often as they stand there; a Latin letter or digit does not."""
    return [word for word in _words(text) if word not in _UNSAYING and (len(word) > 1 or not word.isascii())]


@lru_cache(maxsize=512)
def words_of(text: str) -> Words:
    """Return what other texts' words are looked for in."""
    found = _words(text)
    exact = {_singular(word) for word in found}
    for word in filter(_is_korean, found):
        exact.update(_stems(word))
    hangul = "".join(letter for letter in normalise(text) if _is_korean(letter))
    return frozenset(exact), to_jamo(hangul)


def says(known: Words, word: str) -> bool:
    """Tell whether a text says a content word, in whatever form of it."""
    exact, letters = known
    if not _is_korean(word):
        return _singular(word) in exact
    syllables = ((stem, unicodedata.normalize("NFC", stem)) for stem in _stems(word))
    return any(stem in exact or (len(whole) > 1 and to_jamo(stem) in letters) for stem, whole in syllables)


def share_said(said: list[str], by: Words) -> float | None:
    """Return the share (0-1) of the words that a text says; None without words."""
    return sum(says(by, word) for word in said) / len(said) if said else None


def _words(text: str) -> list[str]:
    return words(_BEFORE_HANGUL.sub(" ", unicodedata.normalize("NFC", text)))


def _stems(word: str) -> Iterator[str]:
    """Yield a Korean word without its particles, without a light verb, and without the ending of a verb."""
    yield word
    bare = next((word.removesuffix(p) for p in PARTICLES if word.endswith(p) and word != p), word)
    if bare != word:
        yield bare
    verb = _LIGHT_VERB.search(word)
    if verb and verb.start() > 1:
        yield word[: verb.start()]
    root = _ENDING.sub("", to_jamo(word), count=1)
    if len(root) >= _LEAST_LETTERS:
        yield root


def _singular(word: str) -> str:
    return word.removesuffix("s") if word.isascii() and word.isalpha() and len(word) > 3 else word


def _is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" or "\u1100" <= letter <= "\u11ff" for letter in text)
