"""Folders of texts and PDFs."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingested import TEXTS, Ingested, read_source

from domaintune.core.sections.sources import Source
from domaintune.core.stage.errors import GateError, InputError
from domaintune.ingest.document_formats import RawRow
from domaintune.ingest.params import Ingest
from domaintune.ingest.text_files import join_words, read_texts, split_title

SETTINGS = Ingest(min_chars=10, max_chars=20_000, max_reject_fraction=0.7)
BODY = "The membrane was cast from solution and dried for two days."


def read(folder: Path, **changes: Any) -> Ingested:
    return read_source(folder, Source.model_validate(TEXTS | changes), SETTINGS)


def pdf(*pages: list[str], title: str = "") -> bytes:
    """Return a PDF with one line of text below the other on each page; its table of objects is left to the reader."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET" if lines else ""
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects)} 0 R>>"
        )
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}/MediaBox[0 0 600 800]>>"
    objects.append(f"<</Title({title})>>")
    body = "".join(f"{number} 0 obj{one}endobj\n" for number, one in enumerate(objects, 1))
    trailer = f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R>>\nstartxref\n0\n%%EOF"
    return f"%PDF-1.4\n{body}{trailer}".encode()


def test_texts_markdown_and_pdf_become_documents_and_all_else_has_its_reason(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_bytes(f"\ufeffCast films\r\n\r\n{BODY}\r\nIt held.\r\n".encode())
    (tmp_path / "b/c.md").write_text(f"# Dry films\n\n## Methods\n{BODY}\n- one\n- two\n")
    (tmp_path / "d.PDF").write_bytes(pdf(["Wet films", BODY], ["It goes on here."]))
    (tmp_path / "e.docx").write_text("x")
    (tmp_path / ".DS_Store").write_text("x")
    (tmp_path / "b/scan.pdf").write_bytes(pdf([]))
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.4\n1 0 obj<<")
    (tmp_path / "korean.txt").write_bytes(("막의 이온 전도도를 높였다.\n" * 20).encode("cp949"))
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "sqlite.txt").write_bytes(b"SQLite format 3\x00" + bytes(200))
    (tmp_path / "long.txt").write_text("word " * 400_000)
    (tmp_path / unicodedata.normalize("NFD", "막.txt")).write_text(f"Cold films\n{BODY}")
    documents, rejects, accounts, _ = read(tmp_path)
    assert [(d.native_id, d.title) for d in documents] == [
        ("a.txt", "Cast films"), ("b/c.md", "Dry films"), ("d.PDF", "Wet films"), ("막.txt", "Cold films"),
    ]  # fmt: skip
    assert documents[0].text == f"{BODY} It held."
    assert documents[1].text == f"## Methods\n\n{BODY}\n\n- one\n\n- two"
    assert {r.detail.split(":")[0]: r.reason for r in rejects} == {
        ".DS_Store": "hidden_file", "b/scan.pdf": "no_text", "e.docx": "unknown_format", "torn.pdf": "unreadable_pdf",
        "korean.txt": "bad_encoding", "empty.txt": "no_text", "gone.txt": "unreadable_file",
        "sqlite.txt": "unknown_format", "long.txt": "too_long",
    }  # fmt: skip
    assert any("SQLite database" in reject.detail for reject in rejects)
    assert max(len(reject.row) for reject in rejects) < 20_000, "a long file is not held"
    assert accounts.rows_in == 13 == accounts.kept + accounts.total_lost()


def test_markdown_keeps_its_code_and_its_tables(tmp_path: Path) -> None:
    code = "```sh\n# not a heading\ncast  --dry\n\nheat\n```"
    table = "| T | n |\n|---|---|\n| 300 K | 1 |\n| 400 K | 2 |"
    (tmp_path / "a.md").write_text(f"# Films\n\nHow to\ncast:\n{code}\nand\nthen:\n\n{table}\n\n{BODY}\n")
    [document] = read(tmp_path).rows
    assert document.text == f"How to cast:\n\n{code}\n\nand then:\n\n{table}\n\n{BODY}"
    chunks = read(tmp_path, chunks={"max_tokens": 40, "overlap_tokens": 0}).rows
    assert any(code in chunk.text for chunk in chunks)
    assert any(table in chunk.text for chunk in chunks)


def test_a_pdf_remembers_where_each_page_begins_and_its_chunks_on_which_they_stand(tmp_path: Path) -> None:
    pages = [["Long work", BODY, "It goes on"], ["over the page. A new one begins."], [BODY, BODY]]
    (tmp_path / "a.pdf").write_bytes(pdf(*pages))
    [document] = read(tmp_path).rows
    starts = [int(start) for start in (document.attribute("pages") or "").split()]
    assert document.text[starts[1] :].startswith("over the page.")
    assert "It goes on over the page." in document.text
    assert document.text[starts[2] :].startswith(BODY)
    chunks, _, accounts, _ = read(tmp_path, chunks={"max_tokens": 20, "overlap_tokens": 0})
    assert chunks[0].attribute("page") in {"1", "1-2"}
    assert chunks[-1].attribute("page") == "3"
    places = [(one.work, one.chunk, one.chunks) for one in chunks]
    assert places == [("a.pdf", number, len(chunks)) for number in range(1, len(chunks) + 1)]
    assert not any(one.attribute(name) for one in chunks for name in ("work", "chunk"))
    assert len({c.id for c in chunks}) == len(chunks)
    assert (accounts.kept, accounts.parts["chunks"].kept) == (1, len(chunks))


def test_an_encrypted_pdf_is_read_with_an_empty_password_and_else_quarantined(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    (tmp_path / "plain.pdf").write_bytes(pdf(["Wet films", BODY]))
    for name, password in (("open.pdf", ""), ("shut.pdf", "secret")):
        writer = PdfWriter(PdfReader(tmp_path / "plain.pdf"))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(tmp_path / name)
    documents, rejects, *_ = read(tmp_path)
    assert [d.native_id for d in documents] == ["open.pdf", "plain.pdf"]
    [lost] = rejects
    assert (lost.reason, lost.detail) == ("unreadable_pdf", "shut.pdf: the file needs a password")


def test_a_pdfs_own_title_counts_unless_a_program_made_it_up(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["Journal of Films 12", BODY], title="Cast films"))
    (tmp_path / "b.pdf").write_bytes(pdf(["Dry films", BODY], title="Microsoft Word - final.docx"))
    documents = read(tmp_path).rows
    assert [d.title for d in documents] == ["Cast films", "Dry films"]
    assert documents[0].text.startswith("Journal of Films 12")


@pytest.mark.parametrize(
    ("text", "markdown", "title", "rest"),
    [
        ("# One\n\nText.", True, "One", "\nText."),
        ("One\n===\nText.", True, "One", "Text."),
        ("---\ntitle: 'One'\n---\nText.", True, "One", "Text."),
        ("Preface.\n# One\nText.", True, "One", "Preface.\n# One\nText."),
        ("One\nText.", False, "One", "Text."),
        ("A film washed with\nNaOH\nText.", False, "A film washed with NaOH", "Text."),
        ("x" * 300 + "\nText.", False, "my file", "x" * 300 + "\nText."),
        ("Only a line.", False, "my file", "Only a line."),
    ],
)
def test_titles_come_from_heading_first_line_or_name(
    text: str, markdown: bool, title: str, rest: str
) -> None:
    assert split_title(text, "my_file", markdown=markdown) == (title, rest)


def test_a_word_broken_at_a_line_end_is_mended_only_where_the_text_proves_it() -> None:
    pages = ["The conduc-\ntivity and the well-\nknown film", "Its conductivity fell"]
    assert join_words(pages)[0] == "The conductivity and the well-known film"


def test_an_empty_folder_a_file_and_a_folder_of_other_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the folder is empty"):
        read(tmp_path)
    with pytest.raises(InputError, match="found nothing"):
        read(tmp_path / "no")
    (tmp_path / "a.png").write_text("x")
    with pytest.raises(InputError, match="found a file"):
        read(tmp_path / "a.png")
    with pytest.raises(GateError, match="unknown_format"):
        read(tmp_path)


@given(st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3)), min_size=1, max_size=8))
def test_however_a_pdf_is_damaged_it_is_read_or_has_a_reason(
    tmp_path: Path, changes: list[tuple[int, bytes]]
) -> None:
    content = bytearray(pdf(["Wet films", BODY], ["It goes on."]))
    for place, new in changes:
        at = place % len(content)
        content[at : at + len(new)] = new
    (tmp_path / "a.pdf").write_bytes(content)
    [row] = list(read_texts(tmp_path, 20_000))
    assert isinstance(row, RawRow) or row.reason in {"unreadable_pdf", "no_text"}
