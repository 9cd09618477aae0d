import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from similarity import jaccard

from domaintune.science.near_duplicates import NearDuplicates, rows_a_band, shingles, word_sets

WORDS = [f"word{i}" for i in range(2000)]


def text(rng: random.Random, size: int = 150) -> list[str]:
    return rng.choices(WORDS, k=size)


def similar_pairs(texts: list[str], similarity: float, permutations: int = 128) -> list[tuple[int, int]]:
    """Return all pairs that are found: each text has a label of its own."""
    near = NearDuplicates(word_sets(texts), similarity, permutations)
    labels = np.arange(len(texts))
    return [(first, row) for row in range(len(texts)) for first in near.first_alike(row, labels).values()]


def test_the_threshold_is_exact_and_a_text_without_words_is_like_nothing() -> None:
    texts = ["a b c d e f g h i j", "a b c d e f g h i k", "x y z"]
    assert jaccard(*texts[:2]) == 5 / 7
    assert similar_pairs(texts, 5 / 7) == [(0, 1)]
    assert similar_pairs(texts, np.nextafter(5 / 7, 1)) == []
    assert shingles("Two words") == ["two words"]
    assert shingles("...") == [""]
    assert similar_pairs(["", "...", "one", "one", ""], 0.5) == [(2, 3)]
    assert [rows_a_band(0.8, permutations) for permutations in (16, 128)] == [1, 4]
    assert similar_pairs([], 0.8) == similar_pairs(["", ""], 0.8) == []


def edited(rng: random.Random, words: list[str]) -> list[str]:
    copy = list(words)
    for _ in range(rng.randint(0, 4)):
        copy[rng.randrange(len(copy))] = f"new{rng.randrange(10_000)}"
    return copy


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 120), st.sampled_from([1, 4, 40]))
def test_the_first_alike_of_each_label_is_that_of_brute_force(rng, size, labels):
    families = [text(rng, rng.choice([12, 60])) for _ in range(rng.choice([1, 3]))]
    words = [edited(rng, rng.choice(families)) for _ in range(size)]
    texts = [" ".join(rng.choice(words) if rng.random() < 0.1 else one) for one in words] + [""]
    given_labels = np.array([rng.randrange(-1, labels) for _ in texts])
    near = NearDuplicates(word_sets(texts), 0.8, 128)
    for row, one in enumerate(texts):
        expected: dict[int, int] = {}
        for first in range(row):
            if one and given_labels[first] >= 0 and jaccard(texts[first], one) >= 0.8:
                expected.setdefault(int(given_labels[first]), first)
        assert near.first_alike(row, given_labels) == expected


@pytest.mark.parametrize(("words_changed", "a_text"), [(1, 1.0), (3, 5.0)])
def test_thousands_of_near_identical_texts_cost_a_few_comparisons_each(words_changed, a_text, monkeypatch):
    """One word changed: all are alike. Three: all share buckets, few are alike, and bitmaps tell them apart."""
    rng = random.Random(3)
    base = text(rng, 120)
    texts = []
    for number in range(3000):
        copy = list(base)
        for place in rng.sample(range(120), words_changed):
            copy[place] = f"new{number}"
        texts.append(" ".join(copy))
    tracemalloc.start()
    near = NearDuplicates(word_sets(texts), 0.8, 128)
    compared, alike = [], near._alike
    monkeypatch.setattr(near, "_alike", lambda row, rest: compared.append(len(rest)) or alike(row, rest))
    labels = np.full(len(texts), -1)
    for row in range(len(texts)):
        labels[row] = min(near.first_alike(row, labels), default=row)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(compared) <= a_text * len(texts)
    assert peak < 64 * 2**20
    assert (len(set(labels.tolist())) == 1) == (words_changed == 1)
