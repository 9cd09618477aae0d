"""Files in other encodings."""

import zipfile
from pathlib import Path

import pytest

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.encoding import check_encoding, open_text

KOREAN = "제목,내용\n" + "이온 전도도,전해질 막의 이온 전도도를 높인다\n" * 20


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_utf_16_with_a_mark_are_read(tmp_path: Path, encoding: str) -> None:
    with open_text(write(tmp_path, KOREAN.encode(encoding))) as stream:
        assert stream.read() == KOREAN


def test_a_korean_file_in_cp949_is_named_with_offset_and_command(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"0xC1 at offset 0 \(line 1\).*CP949.*iconv -f CP949"):
        check_encoding(write(tmp_path, KOREAN.encode("cp949")))


def test_a_latin_file_is_named(tmp_path: Path) -> None:
    text = "título,texto\n" + "señal,medición de energía\n" * 20
    with pytest.raises(InputError, match=r"byte is 0xED at offset 1 .*WINDOWS-1252"):
        check_encoding(write(tmp_path, text.encode("latin-1")))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("阀门,氢气阀门的阀座在低温下进行了试验，结果表明磨损是铜的五倍。", "gb18030"),
        ("弁,水素弁のシートを低温で試験した。摩耗は銅の五分の一だった。", "shift_jis"),
        ("밸브,수소 밸브의 시트를 시험하였고 마모는 구리의 다섯 배이다.", "cp949"),
        ("válvula,A medição da válvula e a relação entre AÇÕES", "windows-1252"),
    ],
)
def test_an_encoding_is_told_by_the_common_letters_it_gives(tmp_path: Path, text: str, encoding: str) -> None:
    path = write(tmp_path, f"{text}\n".encode(encoding) * 20)
    with pytest.raises(InputError) as refused:
        check_encoding(path)
    assert f"It may be {encoding.upper()}. Set `table: {{encoding: {encoding}}}`" in str(refused.value)


def test_where_letters_do_not_tell_the_encoding_all_candidates_are_named(tmp_path: Path) -> None:
    mixed = "밸브의 시험을 하였다.\n".encode("cp949") + "阀门的试验进行了。\n".encode("gb18030")
    with pytest.raises(InputError, match=r"may be (CP949 or GB18030|GB18030 or CP949); which of them"):
        check_encoding(write(tmp_path, mixed))
    with pytest.raises(InputError, match="SHIFT_JIS.*which of them, its letters do not tell"):
        check_encoding(write(tmp_path, "弁,固体電解質膜\n".encode("shift_jis") * 9))


def test_utf_16_without_a_mark_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-16 without a byte order mark"):
        check_encoding(write(tmp_path, "title,text".encode("utf-16-le")))


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_named_and_not_read_as_utf_16(tmp_path: Path, encoding: str) -> None:
    mark = "" if encoding == "utf-32" else "\ufeff"
    with pytest.raises(InputError, match=r"the file is UTF-32.*iconv -f UTF-32"):
        check_encoding(write(tmp_path, (mark + KOREAN).encode(encoding)))


@pytest.mark.parametrize("name", ["UTF-32LE", "UTF-32BE"])
@pytest.mark.parametrize("text", ["title,text", KOREAN])
def test_utf_32_without_a_mark_is_not_called_utf_16(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(InputError, match=f"as UTF-32 without a byte order mark.*iconv -f {name} -t"):
        check_encoding(write(tmp_path, text.encode(name)))


def test_short_lines_of_utf_16_are_not_called_utf_32(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-16 without a byte order mark"):
        check_encoding(write(tmp_path, "1\n2\n".encode("utf-16-le")))


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], "an Excel file"),
        (["[Content_Types].xml", "word/document.xml"], "a Word file"),
        (["mimetype", "META-INF/container.xml"], "an EPUB book"),
        (["mimetype", "content.xml"], "an OpenDocument file"),
        (["a.csv", "b.csv"], "a zip archive of 2 files"),
    ],
)
def test_office_files_are_refused_by_name(tmp_path: Path, names: list[str], kind: str) -> None:
    path = tmp_path / "file.csv"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(InputError, match=f"expected text, but this is {kind}"):
        check_encoding(path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04torn", "a damaged zip archive"),
        (b"SQLite format 3\x00" + bytes(80), "an SQLite database"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><title>x</title>", "an HTML page"),
    ],
)
def test_databases_archives_and_pages_are_refused_by_name(tmp_path: Path, content: bytes, kind: str) -> None:
    with pytest.raises(InputError, match=f"expected text, but this is {kind}"):
        check_encoding(write(tmp_path, content))


def test_bytes_of_a_program_are_not_taken_for_a_language(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hold no text at all"):
        check_encoding(write(tmp_path, b"text\xff\x00\x01\x02\n" * 20))


def test_one_bad_byte_in_a_good_file_does_not_stop_it(tmp_path: Path) -> None:
    path = write(tmp_path, b"title,text\nA,5\xb0C\n" + b"B,b\n" * 20)
    with open_text(path) as stream:
        assert stream.read().count("\ufffd") == 1


def test_empty_missing_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file is empty"):
        check_encoding(write(tmp_path, b""))
    with pytest.raises(InputError, match="found nothing"):
        check_encoding(tmp_path / "no.csv")
    with pytest.raises(InputError, match="found a folder"):
        check_encoding(tmp_path)
