"""Byte-pair encoding goes on where the base's merges end, on texts of three kinds of file, whose faults are named."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.stage.errors import InputError
from domaintune.vocabulary.learning import Merge, continue_merges, joined, read_texts, split_words

WRITTEN = {1: "a", 2: "b", 3: "c"}
HALF = r"\ud83d"  # of a surrogate pair


def learn(words: dict[tuple[int, ...], int], tokens: int = 9, min_count: int = 2) -> list[Merge]:
    return continue_merges(
        words, WRITTEN, set(WRITTEN.values()), tokens=tokens, first=10, min_count=min_count
    )


def test_the_most_frequent_pair_is_joined_first_and_none_that_is_rare_a_token_or_holds_a_special_one() -> (
    None
):
    # worked by hand: ab stands 5 times; then abc = (ab)c stands 3 times, ba twice
    assert learn({(1, 2, 3): 3, (1, 2): 2, (2, 1): 2}) == [
        Merge(1, 2, "ab", (1, 2)),
        Merge(10, 3, "abc", (1, 2, 3)),
        Merge(2, 1, "ba", (2, 1)),
    ]
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


def test_overlapping_pairs_are_joined_from_the_left_and_words_end_where_the_tokenizer_or_a_space_ends_them() -> (
    None
):
    assert joined([1, 1, 1], (1, 1), 9) == [9, 1]
    assert list(split_words([1, 2, 3], [0, 0, 1], ["a", "b", "c"])) == [(1, 2), (3,)]
    assert list(split_words([1, 2, 3], [0, 0, 0], ["▁a", "b", "▁c"])) == [(1, 2), (3,)]
    assert list(split_words([], [], [])) == []


def test_json_lines_and_plain_text_are_read(tmp_path: Path) -> None:
    lines = f'{{"text": "하나"}}\n{{"text": "둘"}}\n{{"text": "{HALF}\\ude00"}}\n'
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "a.txt").write_text("\u1112\u1161\u1102\u1161\n\n둘\n😀\n", encoding="utf-8")  # decomposed
    for name in ("a.jsonl", "a.txt"):
        assert read_texts(tmp_path / name, None) == ["하나", "둘", "😀"]
    with pytest.raises(InputError, match="set vocabulary.<key>.language to null"):
        read_texts(tmp_path / "a.txt", "ko")


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("b.jsonl", '{"body": 1}', r"b\.jsonl, line 2: expected an object with a `text`"),
        ("b.jsonl", '{"text": ', r"b\.jsonl, line 2: not valid JSON"),
        ("b.jsonl", f'{{"text": "{HALF}"}}', r"b\.jsonl, line 2: `text` holds half a surrogate pair"),
        ("folder.txt", None, r"folder\.txt: expected a file of UTF-8 text"),
        ("missing.txt", None, r"missing\.txt: expected a file of UTF-8 text"),
        ("latin.txt", "café", r"latin\.txt: expected a file of UTF-8 text"),
    ],
)
def test_a_broken_line_and_what_is_not_a_file_of_text_are_named(
    tmp_path: Path, name: str, line: str | None, message: str
) -> None:
    (tmp_path / "folder.txt").mkdir()
    if line is not None:
        text = f'{{"text": "하나"}}\n{line}\n'
        (tmp_path / name).write_bytes(text.encode() if name == "b.jsonl" else line.encode("latin-1"))
    with pytest.raises(InputError, match=message):
        read_texts(tmp_path / name, None)


def test_rows_without_a_split_yet_are_named_with_the_table_that_has_them(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pl.DataFrame({"text": ["하나", "둘"], "split": ["", ""]}).write_parquet(path)
    with pytest.raises(InputError, match="no split yet; read data/curated/instructions.parquet"):
        read_texts(path, None)
    pl.DataFrame({"text": ["하나", "둘"], "split": ["test", "train"]}).write_parquet(path)
    assert read_texts(path, None) == ["둘"]
