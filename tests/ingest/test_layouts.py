"""Delimited files that need a word about how they are written."""

import unicodedata
from pathlib import Path

import pytest

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow, Cells, Layout
from domaintune.core.tables.delimited import read_delimited
from domaintune.core.tables.opening import open_table


def records(path: Path, layout: Layout | None = None) -> list[Cells | BrokenRow]:
    return list(read_delimited(path, 1000, layout).records)


def write(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode())
    return path


def test_comments_before_the_header_are_skipped_and_later_ones_are_text(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff# SPDX: x\r\n\r\n#, more\r\ntitle,text\r\n# A,b\r\n")
    assert records(path, Layout(comment="#")) == [Cells("line 5", {"title": "# A", "text": "b"})]


def test_a_blank_first_line_is_not_the_header(tmp_path: Path) -> None:
    for blank in ("\n", " \r\n\n", ",,\n"):
        path = write(tmp_path, f"{blank}title,text\nA,b\n")
        found = read_delimited(path, 1000)
        assert found.columns == ("title", "text")
        assert [r.values for r in found.records if isinstance(r, Cells)] == [{"title": "A", "text": "b"}]


def test_with_quoting_off_a_quotation_mark_is_a_plain_character(tmp_path: Path) -> None:
    path = write(tmp_path, 'a\tb\n"half\tx\n5" pipe\ty "z"\n')
    assert [r.values for r in records(path, Layout(quoting=False)) if isinstance(r, Cells)] == [
        {"a": '"half', "b": "x"},
        {"a": '5" pipe', "b": 'y "z"'},
    ]
    with pytest.raises(InputError, match="quoting: false"):
        records(write(tmp_path, 'a\tb\n"half\tx\n'))


def test_a_file_without_header_keeps_its_first_record(tmp_path: Path) -> None:
    path = write(tmp_path, '# c\n"a, b; c\nd",x;y;z,1\nq,w,2\n')
    found = records(path, Layout(comment="#", header=("q", "o", "n")))
    assert [(r.place, r.values["n"]) for r in found if isinstance(r, Cells)] == [
        ("line 2", "1"),
        ("line 4", "2"),
    ]


def test_only_comments_is_an_error_and_so_is_a_torn_header(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only blank lines and comments"):
        read_delimited(write(tmp_path, "# a\n\n"), 1000, Layout(comment="#"))
    with pytest.raises(InputError, match=r"line 2: expected a header .*comment: '#'"):
        read_delimited(write(tmp_path, '\n"c\n'), 1000)


@pytest.mark.parametrize("name", ["file.csv", "file.jsonl"])
def test_column_names_come_composed(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    text = "제목,x\nA,b\n" if name.endswith("csv") else '{"제목": "A", "x": "b"}\n'
    path.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    table = open_table(path, 1000, "; ")
    assert table.columns == ("제목", "x")
    assert next(table.records) == Cells(
        "line 2" if name.endswith("csv") else "line 1", {"제목": "A", "x": "b"}
    )
