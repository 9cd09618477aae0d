"""Texts are read from three kinds of file; what is wrong with a file is named, with the line."""

from pathlib import Path

import polars as pl
import pytest

from domaintune.core.stage.errors import InputError
from domaintune.vocabulary.learning import read_texts

HALF = r"\ud83d"  # of a surrogate pair


def test_json_lines_and_plain_text_are_read(tmp_path: Path) -> None:
    lines = f'{{"text": "하나"}}\n{{"text": "둘"}}\n{{"text": "{HALF}\\ude00"}}\n'
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "a.txt").write_text("\u1112\u1161\u1102\u1161\n\n둘\n😀\n", encoding="utf-8")  # decomposed
    for name in ("a.jsonl", "a.txt"):
        assert read_texts(tmp_path / name, None) == ["하나", "둘", "😀"]
    with pytest.raises(InputError, match="set vocabulary.<key>.language to null"):
        read_texts(tmp_path / "a.txt", "ko")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"body": 1}', "expected an object with a `text`"),
        ('{"text": ', "not valid JSON"),
        (f'{{"text": "{HALF}"}}', "`text` holds half a surrogate pair"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "b.jsonl").write_text(f'{{"text": "하나"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(InputError, match=rf"b\.jsonl, line 2: {message}"):
        read_texts(tmp_path / "b.jsonl", None)


@pytest.mark.parametrize("name", ["folder.txt", "missing.txt", "latin.txt"])
def test_what_is_not_a_file_of_text_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "latin.txt").write_bytes("café".encode("latin-1"))
    with pytest.raises(InputError, match=rf"{name}: expected a file of UTF-8 text"):
        read_texts(tmp_path / name, None)


def test_rows_without_a_split_yet_are_named_with_the_table_that_has_them(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pl.DataFrame({"text": ["하나", "둘"], "split": ["", ""]}).write_parquet(path)
    with pytest.raises(InputError, match="no split yet; read data/curated/instructions.parquet"):
        read_texts(path, None)
    pl.DataFrame({"text": ["하나", "둘"], "split": ["test", "train"]}).write_parquet(path)
    assert read_texts(path, None) == ["둘"]
