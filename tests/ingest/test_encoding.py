"""Files in other encodings."""

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


def test_utf_16_without_a_mark_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-16 without a byte order mark"):
        check_encoding(write(tmp_path, "title,text".encode("utf-16-le")))


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
