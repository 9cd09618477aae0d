"""Benchmark questions inside training rows, reworded by punctuation, spacing, order or notation.

A question is a stem and its options. Boilerplate stems ("Which of these is correct?") and common option lists are
shared by different questions, so a hit needs both: the stem, and options in any order. A long stem that occurs letter
for letter is enough without options, as a row may have turned the question into an open one.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from domaintune.science.contamination.gram_index import GramIndex
from domaintune.science.contamination.korean import pieces
from domaintune.science.contamination.quantities import covers
from domaintune.science.contamination.question_keys import Part, key_of, part_of, part_of_tokens, tokens
from domaintune.science.limits import hangul_share
from domaintune.science.sentences import split_sentences

Method = Literal["exact", "ngram", "jamo"]
Shares = dict[tuple[int, int], float]
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


class _Question(NamedTuple):
    stem: Part
    options: tuple[Part, ...]
    korean: bool
    shared: bool  # another target has this stem and other options


def find_contamination(rows: Sequence[str], targets: Sequence[Target], limits: Limits) -> list[Hit]:
    """Return each pair of a row and a target it holds, sorted by row and target id.

    A target without letters or digits in its question is never found.

    Raises:
        ValueError: limits that cannot be met, or one id for two targets.
    """
    _check(targets, limits)
    questions = _questions(targets)
    parts = [part_of_tokens(tokens(row)) for row in rows]
    words, letters = _by_words(parts, questions, limits), _by_letters(parts, questions, limits)
    hits = []
    for row, target in sorted(words.keys() | letters.keys()):
        shares = words.get((row, target), 0.0), letters.get((row, target), 0.0)
        if found := _decide(rows[row], parts[row], questions[target], shares, limits):
            hits.append(Hit(row, targets[target].id, *found))
    return sorted(hits)


def _decide(
    text: str, row: Part, question: _Question, shares: tuple[float, float], limits: Limits
) -> tuple[Method, float] | None:
    """Return how the row holds the question and how much of it, or None; `shares` are by words and by jamo."""
    stem = question.stem
    if stem.key.text in row.key.text:
        found = _found(row._replace(key=row.key.without(stem.key.text)), question.options, limits)
        if question.options and len(found) >= limits.overlap * len(question.options):
            return "exact", len(found) / len(question.options)
        alone = len(stem.jamo) >= limits.min_chars
        alone = alone or (not question.options and _stands_alone(text, stem.key.text))
        return ("exact", 1.0) if alone and not question.shared else None
    found = _found(row, question.options, limits)
    options = len(found) / len(question.options) if question.options else 1.0
    if options < limits.overlap or not (question.options or len(stem.jamo) >= limits.min_chars):
        return None
    if not covers(row.quantities, sum((option.quantities for option in found), stem.quantities)):
        return None  # other numbers make another exercise
    words, letters = shares
    if words >= limits.overlap:
        return "ngram", min(words, options)
    return ("jamo", min(letters, options)) if question.korean and letters >= limits.jamo_overlap else None


def _found(row: Part, options: Sequence[Part], limits: Limits) -> list[Part]:
    """Return the options that a row has, in whatever order."""
    return [option for option in options if _holds(row, option, limits)]


def _holds(row: Part, option: Part, limits: Limits) -> bool:
    if row.key.holds(option.key.text):
        return True
    if len(option.jamo) < LONG_OPTION or not covers(row.quantities, option.quantities):
        return False
    grams = pieces(option.jamo, limits.jamo_ngram)
    return sum(gram in row.jamo for gram in grams) >= limits.jamo_overlap * len(grams)


def _stands_alone(text: str, stem: str) -> bool:
    """Say whether a short stem is a whole line or sentence, as opposed to words in passing."""
    return any(
        key_of(part).text == stem
        for line in text.splitlines()
        for sentence in (line, *split_sentences(line))
        for part in (sentence, sentence.rpartition(":")[2])
    )


def _by_words(rows: Sequence[Part], questions: Sequence[_Question], limits: Limits) -> Shares:
    """Return the shares of stems' word n-grams that rows have."""
    index = GramIndex([_word_ngrams(question.stem.words, {limits.ngram}) for question in questions])
    lengths = _lengths(limits.ngram, [len(question.stem.words) for question in questions])
    grams = (_word_ngrams(row.words, lengths) for row in rows)
    return {(row, target): share for row, target, share in index.overlaps(grams, limits.overlap)}


def _by_letters(rows: Sequence[Part], questions: Sequence[_Question], limits: Limits) -> Shares:
    """Return the shares of stems' jamo n-grams that rows have.

    Stems in other languages must be there as a whole: this is how copies that differ in spacing are met.
    """
    index = GramIndex([pieces(question.stem.jamo, limits.jamo_ngram) for question in questions])
    lengths = _lengths(limits.jamo_ngram, [len(question.stem.jamo) for question in questions])
    grams = (set[Hashable]().union(*(pieces(row.jamo, length) for length in lengths)) for row in rows)
    return {
        (row, target): share
        for row, target, share in index.overlaps(grams, limits.jamo_overlap)
        if questions[target].korean or share > 1 - 1e-6
    }


def _lengths(n: int, sizes: Sequence[int]) -> set[int]:
    """Return the lengths n-grams have: n, and the sizes of stems shorter than that, which are one n-gram."""
    return {n} | {size for size in sizes if 0 < size < n}


def _word_ngrams(words: Sequence[str], lengths: set[int]) -> set[Hashable]:
    if not words:
        return set()
    return {tuple(words[i : i + n]) for n in lengths for i in range(max(1, len(words) - n + 1))}


def _questions(targets: Sequence[Target]) -> list[_Question]:
    variants: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    found = []
    for target in targets:
        stem = part_of(target.question)
        options = tuple(part for option in target.options if (part := part_of(option)).key.text)
        variants[stem.key.text].add(frozenset(option.key.text for option in options))
        found.append(_Question(stem, options, hangul_share(target.question) >= KOREAN, shared=False))
    return [question._replace(shared=len(variants[question.stem.key.text]) > 1) for question in found]


def _check(targets: Sequence[Target], limits: Limits) -> None:
    if min(limits.ngram, limits.jamo_ngram, limits.min_chars) < 1:
        raise ValueError(f"n-grams and min_chars must be at least 1, got {limits}")
    if not (0 < limits.overlap <= 1 and 0 < limits.jamo_overlap <= 1):
        raise ValueError(f"overlaps must be above 0 and at most 1, got {limits}")
    if len({target.id for target in targets}) < len(targets):
        raise ValueError("targets must have ids of their own")
