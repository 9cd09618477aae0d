"""Byte-pair encoding goes on where the base's merges end."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domaintune.vocabulary.learning import Merge, continue_merges, joined, split_words

WRITTEN = {1: "a", 2: "b", 3: "c"}


def learn(words: dict[tuple[int, ...], int], tokens: int = 9, min_count: int = 2) -> list[Merge]:
    return continue_merges(
        words, WRITTEN, set(WRITTEN.values()), tokens=tokens, first=10, min_count=min_count
    )


def test_the_most_frequent_pair_is_joined_first_and_counts_within_the_words_follow() -> None:
    # worked by hand: ab stands 5 times; then abc = (ab)c stands 3 times, ba twice
    assert learn({(1, 2, 3): 3, (1, 2): 2, (2, 1): 2}) == [
        Merge(1, 2, "ab", (1, 2)),
        Merge(10, 3, "abc", (1, 2, 3)),
        Merge(2, 1, "ba", (2, 1)),
    ]


def test_no_pair_is_joined_that_is_rare_or_a_token_already_or_holds_a_special_token() -> None:
    assert learn({(1, 2): 4}, min_count=5) == []
    assert continue_merges({(1, 2): 4}, WRITTEN, {"ab"}, tokens=9, first=10, min_count=2) == []
    assert learn({(1, 99): 4, (99, 2): 4}) == []


@given(
    st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=8).map(tuple), max_size=30), st.integers(1, 6)
)
def test_every_merge_is_the_pair_that_counting_anew_finds_most_frequent(
    words: list[tuple[int, ...]], tokens: int
) -> None:
    counted = Counter(words)
    merges = learn(dict(counted), tokens)
    cut, texts = {word: list(word) for word in counted}, dict(WRITTEN)
    for at, merge in enumerate(merges):
        total: Counter[tuple[int, int]] = Counter()
        for word, count in counted.items():
            for pair in zip(cut[word], cut[word][1:], strict=False):
                if texts[pair[0]] + texts[pair[1]] not in texts.values():
                    total[pair] += count
        assert (-total[merge.left, merge.right], (merge.left, merge.right)) == min(
            (-count, pair) for pair, count in total.items()
        )
        cut = {word: joined(ids, (merge.left, merge.right), 10 + at) for word, ids in cut.items()}
        texts[10 + at] = merge.text
        assert merge.text == "".join(WRITTEN[piece] for piece in merge.pieces)


def test_overlapping_pairs_are_joined_from_the_left() -> None:
    assert joined([1, 1, 1], (1, 1), 9) == [9, 1]


def test_words_end_where_the_tokenizer_or_a_space_ends_them() -> None:
    assert list(split_words([1, 2, 3], [0, 0, 1], ["a", "b", "c"])) == [(1, 2), (3,)]
    assert list(split_words([1, 2, 3], [0, 0, 0], ["▁a", "b", "▁c"])) == [(1, 2), (3,)]
    assert list(split_words([], [], [])) == []
