"""Record by record through CSV and TSV, and files in other encodings."""

import csv
import io
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.sections.columns import TableLayout
from domaintune.core.stage.errors import InputError
from domaintune.core.tables import delimited
from domaintune.core.tables.cells import Cells
from domaintune.core.tables.delimited import PIECE, read_delimited, split_records
from domaintune.core.tables.encoding import check_encoding, open_text
from domaintune.core.tables.opening import open_table

CELL = st.text(alphabet='ab",\n\r;é한 ', max_size=12)
KOREAN = "제목,내용\n" + "이온 전도도,전해질 막의 이온 전도도를 높인다\n" * 20
MIXED = "밸브의 시험을 하였다.\n".encode("cp949") + "阀门的试验进行了。\n".encode("gb18030")
TOLD = {
    "gb18030": "阀门,氢气阀门的阀座在低温下进行了试验，结果表明磨损是铜的五倍。",
    "shift_jis": "弁,水素弁のシートを低温で試験した。摩耗は銅の五分の一だった。",
    "cp949": "밸브,수소 밸브의 시트를 시험하였고 마모는 구리의 다섯 배이다.",
    "windows-1252": "válvula,A medição da válvula e a relação entre AÇÕES",
}


def records(path: Path, max_chars: int = 1000, layout: TableLayout | None = None) -> list[Any]:
    return list(read_delimited(path, max_chars, layout).records)


def write(tmp_path: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'\xef\xbb\xbftitle,text\r\nA,"one\r\ntwo ""three"""\r\nB,four\r\n', [("A", 'one\r\ntwo "three"'), ("B", "four")]),
        ('title,text\nA,"say ""no""\nand more"\nB,x\n', [("A", 'say "no"\nand more'), ("B", "x")]),
        ("title,text\nA\nB,b\nC,c,c\n", ["1 cells, but 2 columns", ("B", "b"), "3 cells, but 2 columns"]),
        ('title,text\n"A"x,b\nB,b\n', ["',' expected after '\"'", ("B", "b")]),
        *((f"title{mark}text\nA{mark}b\n", [("A", "b")]) for mark in ",\t;|"),
        *((f"{blank}title,text\nA,b\n", [("A", "b")]) for blank in ("\n", " \r\n\n", ",,\n")),
        ("\ufeff# SPDX: x\r\n\r\n#, more\r\ntitle,text\r\n# A,b\r\n", [("# A", "b")]),
    ],
)  # fmt: skip
def test_cells_come_as_they_were_written_and_a_broken_row_costs_one(
    tmp_path: Path, content: str | bytes, expected: list[Any]
) -> None:
    found = records(write(tmp_path, content), layout=TableLayout(comment="#"))
    assert [(*one.values.values(),) if isinstance(one, Cells) else one.detail for one in found] == expected
    assert all(set(one.values) == {"title", "text"} for one in found if isinstance(one, Cells))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('title,text\nA,b\nB,"b\nC,c\n', r"line 3: a quote opens .* never closes"),
        ('a\tb\n"half\tx\n', "quoting: false"),
        ("# a\n\n", "only blank lines and comments"),
        ("title,title\na,b\n", r"line 1: the columns \['title'\] appear more than once"),
        ('\n"c\n', r"line 2: expected a header .*comment: '#'"),
    ],
)
def test_a_file_that_is_torn_or_has_no_header_is_an_error_with_its_line(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        records(write(tmp_path, content), layout=TableLayout(comment="#") if content[0] == "#" else None)


def test_a_cell_of_100_mb_costs_one_row_and_little_memory(tmp_path: Path) -> None:
    cell = ("x y " * 250_000 + "\n") * 100
    broken, whole = records(write(tmp_path, f'title,text\nA,"{cell}"\nB,b\n'), 1000)
    assert (broken.place, broken.reason, whole.place) == ("line 2", "too_long", "line 103")
    assert len(broken.text) <= 20_000


@pytest.mark.timeout(60)  # what took minutes ends long before, however busy the machine is
def test_a_cell_of_doubled_quotes_longer_than_a_piece_is_read(tmp_path: Path) -> None:
    quotes = '""' * (PIECE + 7)
    path = write(tmp_path, f'title,text\nA,"{quotes}"\nB,"{quotes}x"\nC,c\n')
    found = records(path, 3 * PIECE)  # read one character at a time, it took minutes
    assert [len(r.values["text"]) for r in found if isinstance(r, Cells)] == [PIECE + 7, PIECE + 8, 1]


@pytest.mark.timeout(60)
def test_a_header_of_100_000_columns_is_read_and_one_that_repeats_is_told_in_short(tmp_path: Path) -> None:
    names = [f"column {number}" for number in range(100_000)]
    text = ",".join(names) + "\n" + ",".join("x" for _ in names) + "\n"
    [row] = records(write(tmp_path, text), 2_000_000)  # looking each name up among all took minutes
    assert isinstance(row, Cells)
    assert len(row.values) == 100_000
    with pytest.raises(InputError, match="appear more than once") as caught:
        read_delimited(write(tmp_path, f"{','.join(names[:50_000] * 2)}\n"), 1000)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("piece", [1, 2, 3, 5, PIECE])
@given(rows=st.lists(st.lists(CELL, min_size=2, max_size=2).filter(any), max_size=5))
def test_what_a_csv_writer_wrote_is_read_back_however_the_file_is_cut_into_pieces(
    piece: int, rows: list[list[str]]
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "PIECE", piece)
        found = list(split_records(io.StringIO(buffer.getvalue(), newline=""), ",", 10_000))
    assert [next(csv.reader([record.text], strict=True)) for record in found] == rows


def test_a_file_without_header_keeps_its_first_record(tmp_path: Path) -> None:
    path = write(tmp_path, '# c\n"a, b; c\nd",x;y;z,1\nq,w,2\n')
    found = records(path, layout=TableLayout(comment="#", header=["q", "o", "n"]))
    assert [(row.place, row.values["n"]) for row in found] == [("line 2", "1"), ("line 4", "2")]


@pytest.mark.parametrize("name", ["file.csv", "file.jsonl"])
def test_column_names_come_composed(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    text = "제목,x\nA,b\n" if name.endswith("csv") else '{"제목": "A", "x": "b"}\n'
    path.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    table = open_table(path, 1000, "; ")
    assert table.columns == ("제목", "x")
    assert next(table.records).values == {"제목": "A", "x": "b"}


def packed(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_utf_16_with_a_mark_are_read(tmp_path: Path, encoding: str) -> None:
    with open_text(write(tmp_path, KOREAN.encode(encoding))) as stream:
        assert stream.read() == KOREAN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        *(("밸브의 시트를 시험하였다.".encode(name), told) for name, told in (("cp949", "CP949"), ("utf-16-be", "NUL|UTF"))),
        (KOREAN.encode("cp949"), r"0xC1 at offset 0 \(line 1\).*CP949.*iconv -f CP949"),
        (("título\n" + "señal\n" * 9).encode("latin-1"), "byte is 0xED at offset 1 .*WINDOWS-1252"),
        *(((f"{text}\n" * 20).encode(name), re.escape(f"It may be {name.upper()}. Set `table: {{encoding: {name}}}`"))
          for name, text in TOLD.items()),
        (MIXED, "may be (CP949 or GB18030|GB18030 or CP949); which of them"),
        ("弁,固体電解質膜\n".encode("shift_jis") * 9, "SHIFT_JIS.*which of them, its letters do not tell"),
        *((text.encode("utf-16-le"), "UTF-16 without a byte order mark") for text in ("title,text", "1\n2\n")),
        *(((mark + KOREAN).encode(name), "the file is UTF-32.*iconv -f UTF-32")
          for name, mark in (("utf-32", ""), ("utf-32-le", "\ufeff"), ("utf-32-be", "\ufeff"))),
        *((text.encode(name), f"as UTF-32 without a byte order mark.*iconv -f {name} -t")
          for name in ("UTF-32LE", "UTF-32BE") for text in ("title,text", KOREAN)),
        (b"text\xff\x00\x01\x02\n" * 20, "hold no text at all"),
        (b"", "the file is empty"),
        (b"PK\x03\x04torn", "expected text, but this is a damaged zip archive"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "expected text, but this is an Excel file"),
        (packed("[Content_Types].xml", "word/document.xml"), "a Word file"),
        (packed("mimetype", "META-INF/container.xml"), "an EPUB book"),
        (packed("mimetype", "content.xml"), "an OpenDocument file"),
        (packed("a.csv", "b.csv"), "a zip archive of 2 files"),
        (b"SQLite format 3\x00" + bytes(80), "expected text, but this is an SQLite database"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><title>x</title>", "an HTML page"),
    ],
)  # fmt: skip
def test_what_is_not_utf_8_is_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_encoding(write(tmp_path, content))
