import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domaintune.science.near_duplicates import Pair, jaccard, recall_at, rows_a_band, shingles, similar_pairs

WORDS = [f"word{i}" for i in range(2000)]


def text(rng: random.Random, size: int = 150) -> list[str]:
    return rng.choices(WORDS, k=size)


def test_planted_near_duplicates_are_found_with_recall_over_99_percent_and_nothing_else_is() -> None:
    rng = random.Random(1)
    originals = [text(rng) for _ in range(600)]
    copies = []
    for original in originals[:300]:
        copy = list(original)
        for _ in range(rng.choice([1, 2, 3, 4])):
            copy[rng.randrange(len(copy))] = "edited"
        copies.append(copy)
    texts = [" ".join(words) for words in [*originals, *copies]]
    truth = {(i, 600 + i) for i in range(300) if jaccard(texts[i], texts[600 + i]) >= 0.8}
    found = {(pair.first, pair.second) for pair in similar_pairs(texts, 0.8, 128)}
    assert len(truth) > 200
    assert len(found & truth) / len(truth) >= 0.99
    assert found <= truth


def test_the_similarity_reported_is_exact() -> None:
    texts = ["a b c d e f g h i j", "a b c d e f g h i k", "x y z"]
    assert jaccard(*texts[:2]) == 5 / 7
    assert similar_pairs(texts, 0.7, 128) == [Pair(0, 1, 5 / 7)]
    assert similar_pairs(texts, 0.72, 128) == []


def test_short_and_empty_texts() -> None:
    assert shingles("Two words") == ["two words"]
    assert shingles("...") == [""]
    assert similar_pairs(["", "...", "one", "one", ""], 0.5, 128) == [Pair(2, 3, 1.0)]
    assert similar_pairs([], 0.8, 128) == []
    assert similar_pairs(["", ""], 0.8, 128) == []


def test_decomposed_hangul_is_the_same_text() -> None:
    korean = "수소 저장 합금의 촉매 특성을 고온에서 평가하였다"
    assert similar_pairs([korean, unicodedata.normalize("NFD", korean)], 1.0, 128) == [Pair(0, 1, 1.0)]


@pytest.mark.parametrize("similarity", [0.5, 0.7, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("permutations", [64, 96, 128, 256])
def test_bands_keep_recall_at_the_threshold(similarity: float, permutations: int) -> None:
    rows = rows_a_band(similarity, permutations)
    assert permutations % rows == 0
    assert recall_at(similarity, permutations, rows) >= 0.9999


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet="ab ", max_size=40), max_size=12))
def test_pairs_are_those_of_brute_force_on_tiny_texts(texts: list[str]) -> None:
    expected = {
        (i, j)
        for j in range(len(texts))
        for i in range(j)
        if texts[i].strip() and texts[j].strip() and jaccard(texts[i], texts[j]) >= 0.9
    }
    assert {(pair.first, pair.second) for pair in similar_pairs(texts, 0.9, 128)} == expected
