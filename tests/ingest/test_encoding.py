"""Files in other encodings."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.encoding import check_encoding, open_text

KOREAN = "제목,내용\n" + "이온 전도도,전해질 막의 이온 전도도를 높인다\n" * 20
MIXED = "밸브의 시험을 하였다.\n".encode("cp949") + "阀门的试验进行了。\n".encode("gb18030")
TOLD = {
    "gb18030": "阀门,氢气阀门的阀座在低温下进行了试验，结果表明磨损是铜的五倍。",
    "shift_jis": "弁,水素弁のシートを低温で試験した。摩耗は銅の五分の一だった。",
    "cp949": "밸브,수소 밸브의 시트를 시험하였고 마모는 구리의 다섯 배이다.",
    "windows-1252": "válvula,A medição da válvula e a relação entre AÇÕES",
}


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


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
