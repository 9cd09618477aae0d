"""Benchmark questions inside training rows, reworded by punctuation, spacing, order or notation.

A question is a stem and its options. Boilerplate stems ("Which of these is correct?") and common option lists are
shared by different questions, so a hit needs both: the stem, and options in any order. A long stem that occurs letter
for letter is enough without options, as a row may have turned the question into an open one.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from domaintune.science.gram_index import GramIndex
from domaintune.science.korean import pieces, to_jamo
from domaintune.science.limits import hangul_share
from domaintune.science.question_keys import Key, key_of, key_of_tokens, numbers, tokens
from domaintune.science.sentences import split_sentences

Method = Literal["exact", "ngram", "jamo"]
KOREAN = 0.3
"""Share of Hangul from which a question counts as Korean and is compared by jamo."""
LONG_OPTION = 20
"""Letters (jamo) from which an option is compared by n-grams; a shorter one must occur letter for letter."""


class Target(NamedTuple):
    """A question no training row may contain; `options` without labels, empty for an open question."""

    id: str
    question: str
    options: tuple[str, ...]


class Hit(NamedTuple):
    """A training row (position) that holds a target; `score` is the smaller share of stem and options, 0–1."""

    row: int
    target_id: str
    method: Method
    score: float


class Limits(NamedTuple):
    """When a row holds a question. Shares are 0–1.

    `ngram`: words an n-gram has. `overlap`: least share of the stem's word n-grams, and of the options.
    `jamo_ngram`, `jamo_overlap`: the same for Korean stems, by jamo. `min_chars`: letters (jamo for Hangul)
    from which a stem found letter for letter needs no options.
    """

    ngram: int
    overlap: float
    jamo_ngram: int
    jamo_overlap: float
    min_chars: int


class _Option(NamedTuple):
    key: str
    jamo: str
    numbers: frozenset[str]


class _Question(NamedTuple):
    key: Key
    words: list[str]
    jamo: str
    options: tuple[_Option, ...]
    korean: bool
    shared: bool  # another target has this stem and other options


class _Row(NamedTuple):
    text: str
    key: Key
    jamo: str
    numbers: frozenset[str]


def find_contamination(rows: Sequence[str], targets: Sequence[Target], limits: Limits) -> list[Hit]:
    """Return each pair of a row and a target it holds, sorted by row and target id.

    A target without letters or digits in its question is never found.

    Raises:
        ValueError: limits that cannot be met, or one id for two targets.
    """
    _check(targets, limits)
    questions = _questions(targets)
    words = [tokens(row) for row in rows]
    stems = _by_words(words, questions, limits)
    letters = [key_of_tokens(found) for found in words]
    for pair, share in _by_jamo(letters, questions, limits).items():
        stems[pair]["jamo"] = share
    hits: list[Hit] = []
    current: tuple[int, _Row] | None = None
    for (row, target), shares in sorted(stems.items()):
        if current is None or current[0] != row:
            key = letters[row]
            current = row, _Row(rows[row], key, to_jamo(key.text), numbers(words[row]))
        if found := _decide(current[1], questions[target], shares, limits):
            hits.append(Hit(row, targets[target].id, *found))
    return sorted(hits, key=lambda hit: (hit.row, hit.target_id))


def _decide(
    row: _Row, question: _Question, shares: dict[str, float], limits: Limits
) -> tuple[Method, float] | None:
    """Return how the row holds the question and how much of it, or None."""
    exact = question.key.text in row.key.text
    methods: list[tuple[Method, float, float]] = []
    if exact:
        methods.append(("exact", 1.0, limits.overlap))
    elif numbers(question.words) <= row.numbers:  # other numbers make another exercise
        methods.append(("ngram", shares.get("ngram", 0.0), limits.overlap))
        if question.korean:
            methods.append(("jamo", shares.get("jamo", 0.0), limits.jamo_overlap))
    options = _options_in(row, question, limits)
    long = len(question.jamo) >= limits.min_chars
    for method, share, least in methods:
        if options is None:
            if share >= least and (long or (exact and _stands_alone(row.text, question.key.text))):
                return method, share
        elif share >= least and options >= limits.overlap:
            return method, min(share, options)
        elif exact and long and not question.shared:
            return method, share
    return None


def _options_in(row: _Row, question: _Question, limits: Limits) -> float | None:
    """Return the share of options that the row has in whatever order; None for a question without."""
    if not question.options:
        return None
    return sum(_option_in(row, option, limits) for option in question.options) / len(question.options)


def _option_in(row: _Row, option: _Option, limits: Limits) -> bool:
    if row.key.holds(option.key):
        return True
    if len(option.jamo) < LONG_OPTION or not option.numbers <= row.numbers:
        return False
    grams = pieces(option.jamo, limits.jamo_ngram)
    return sum(gram in row.jamo for gram in grams) >= limits.jamo_overlap * len(grams)


def _stands_alone(text: str, stem: str) -> bool:
    """Say whether a short stem is a whole line or sentence, as opposed to words in passing."""
    return any(
        key_of(part).text == stem
        for line in text.splitlines()
        for part in (line, line.rpartition(":")[2], *split_sentences(line))
    )


def _by_words(
    rows: list[list[str]], questions: list[_Question], limits: Limits
) -> defaultdict[tuple[int, int], dict[str, float]]:
    n = limits.ngram
    index = GramIndex([_word_ngrams(question.words, {n}) for question in questions])
    lengths = {n} | {len(question.words) for question in questions if 0 < len(question.words) < n}
    found: defaultdict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for row, target, share in index.overlaps(
        (_word_ngrams(words, lengths) for words in rows), limits.overlap
    ):
        found[row, target]["ngram"] = share
    return found


def _by_jamo(rows: list[Key], questions: list[_Question], limits: Limits) -> dict[tuple[int, int], float]:
    """Return stems' shares by letters. English ones have to be found whole: this is how exact copies are met."""
    n = limits.jamo_ngram
    index = GramIndex([pieces(question.jamo, n) for question in questions])
    short = {len(question.jamo) for question in questions if 0 < len(question.jamo) < n}
    grams = (
        set[Hashable]().union(*(pieces(letters, length) for length in {n} | short))
        for letters in (to_jamo(key.text) for key in rows)
    )
    return {
        (row, target): share
        for row, target, share in index.overlaps(grams, limits.jamo_overlap)
        if questions[target].korean or share > 1 - 1e-6
    }


def _word_ngrams(words: list[str], lengths: set[int]) -> set[Hashable]:
    """Return n-grams of words of all lengths; fewer words than any length are one n-gram."""
    if not words:
        return set()
    return {tuple(words[i : i + n]) for n in lengths for i in range(max(1, len(words) - n + 1))}


def _questions(targets: Sequence[Target]) -> list[_Question]:
    variants: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    found = []
    for target in targets:
        words = tokens(target.question)
        key = key_of_tokens(words)
        options = tuple(option for text in target.options if (option := _option(text)).key)
        variants[key.text].add(frozenset(option.key for option in options))
        found.append(
            _Question(
                key, words, to_jamo(key.text), options, hangul_share(target.question) >= KOREAN, shared=False
            )
        )
    return [question._replace(shared=len(variants[question.key.text]) > 1) for question in found]


def _option(text: str) -> _Option:
    words = tokens(text)
    key = "".join(words)
    return _Option(key, to_jamo(key), numbers(words))


def _check(targets: Sequence[Target], limits: Limits) -> None:
    if min(limits.ngram, limits.jamo_ngram, limits.min_chars) < 1:
        raise ValueError(f"n-grams and min_chars must be at least 1, got {limits}")
    if not (0 < limits.overlap <= 1 and 0 < limits.jamo_overlap <= 1):
        raise ValueError(f"overlaps must be above 0 and at most 1, got {limits}")
    if len({target.id for target in targets}) < len(targets):
        raise ValueError("targets must have ids of their own")
