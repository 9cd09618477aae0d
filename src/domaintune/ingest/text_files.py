"""A folder of texts: each .txt, .md or .pdf file is a document."""

import logging
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.file_kinds import file_kind
from domaintune.core.tables.opening import File, walk_files
from domaintune.ingest.document_formats import RawRow
from domaintune.science.text_structure import LOOSE_ENDS, MARKED, isolate_lines

SUFFIXES = (".md", ".pdf", ".txt")
LONGEST_TITLE = 200
"""Characters; a longer first line is a paragraph, and the file's name is the title."""
FRONT_MATTER = re.compile(r"\A---\n(?P<body>.*?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
FRONT_TITLE = re.compile(r"(?m)^title:[ \t]*(?P<title>\S.*?)[ \t]*$")
NO_TITLE = re.compile(
    r"(?i)untitled.*|microsoft word.*|powerpoint.*|title|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|rtf|txt)|[\W\d_]*"
)
"""What programs write into the title of a file nobody gave one."""
BROKEN_WORD = re.compile(r"(?P<first>[^\W\d_]+)[-\u2010]\n(?P<second>[^\W\d_]+)")


def read_texts(folder: Path, max_chars: int, encoding: str | None = None) -> Iterator[RawRow | BrokenRow]:
    """Yield the files of a folder and its subfolders, sorted by path; what is not usable text, with the reason."""
    for file in walk_files(folder, SUFFIXES):
        yield file if isinstance(file, BrokenRow) else _read(file, max_chars, encoding)


def _read(file: File, max_chars: int, encoding: str | None) -> RawRow | BrokenRow:
    path, name = file
    try:
        if path.suffix.lower() == ".pdf":
            return _read_pdf(path, name, max_chars)
        if kind := file_kind(path):
            return BrokenRow(name, "unknown_format", f"this is {kind}", "")
        with open_text(path, encoding) as stream:
            text = stream.read(max_chars + 1)
        if len(text) > max_chars:
            return BrokenRow(name, "too_long", f"more than {max_chars} characters", text[:1000])
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        title, body = split_title(text, path.stem, markdown=path.suffix.lower() == ".md")
        return _row(name, title, isolate_lines(body), ())
    except InputError as error:
        return BrokenRow(name, "bad_encoding" if path.stat().st_size else "no_text", str(error), "")
    except OSError as error:
        return BrokenRow(name, "unreadable_file", error.strerror or str(error), "")


def _read_pdf(path: Path, name: str, max_chars: int) -> RawRow | BrokenRow:
    found = read_pdf(path, name, max_chars)
    if isinstance(found, BrokenRow):
        return found
    title, *pages = found
    first = next(number for number, page in enumerate(pages) if page.strip())
    line, body = split_title(pages[first], path.stem, markdown=False)
    if not title or _same(title) == _same(line):
        title, pages[first] = line, body
    return _row(name, title, "", tuple(isolate_lines(page) for page in pages))


def split_title(text: str, stem: str, *, markdown: bool) -> tuple[str, str]:
    """Return the title and the text without it: front matter, the first heading, the first line, the file's name."""
    named = ""
    if markdown and (front := FRONT_MATTER.match(text)):
        text = text[front.end() :]
        if given := FRONT_TITLE.search(front["body"]):
            named = given["title"].strip("\"'")
    first, _, rest = text.lstrip().partition("\n")
    line = first.strip()
    if markdown and (marked := MARKED.fullmatch(line)):
        return named or marked["name"], rest
    if markdown and rest.startswith(("===", "---")):  # a heading marked by the line below it
        return named or line, rest.partition("\n")[2]
    if named:
        return named, text
    if markdown and (later := re.search(rf"(?m)^{MARKED.pattern}$", text)):
        return later["name"], text
    while not markdown and rest.strip() and line.rpartition(" ")[2].casefold() in LOOSE_ENDS:
        more, _, rest = rest.partition("\n")  # a long title broken in two lines
        line = f"{line} {more.strip()}".strip()
    if 0 < len(line) <= LONGEST_TITLE and rest.strip():
        return line, rest
    return stem.replace("_", " ").strip() or stem, text


def _same(title: str) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", title)).casefold()


def _row(name: str, title: str, text: str, pages: tuple[str, ...]) -> RawRow:
    shown = {"file": name, "title": title, "text": text or "\n".join(pages)}
    return RawRow(name, name, title, text, "", (), {}, {}, shown, pages=pages)


def read_pdf(path: Path, name: str, max_chars: int) -> list[str] | BrokenRow:
    """Return a PDF's title, empty where it has none worth the name, and its pages; or why there are none."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, DeprecationError, PyPdfError

    # not its warnings about broken files; the reason is told below
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    # "broken PDF files might cause other Exceptions" (pypdf.errors): these are what 34,000 damaged copies raised
    broken = (
        PyPdfError, DependencyError, DeprecationError, ArithmeticError, AssertionError, AttributeError, LookupError,
        NotImplementedError, OSError, RecursionError, TypeError, ValueError, zlib.error,
    )  # fmt: skip
    with path.open("rb") as handle:
        try:
            reader = PdfReader(handle)
            if reader.is_encrypted and not reader.decrypt(""):
                return BrokenRow(name, "unreadable_pdf", "the file needs a password", "")
            pages: list[str] = []
            for page in reader.pages:
                pages.append(page.extract_text().replace("\r\n", "\n").replace("\r", "\n"))
                if sum(map(len, pages)) > max_chars:
                    return BrokenRow(name, "too_long", f"more than {max_chars} characters", pages[0][:1000])
            said = getattr(reader.metadata, "title", None)
        except broken as error:
            detail = " ".join(f"{type(error).__name__}: {error}".split())
            return BrokenRow(name, "unreadable_pdf", detail[:300], "")
    if not any(page.strip() for page in pages):
        return BrokenRow(name, "no_text", f"{len(pages)} pages without a text layer; it may be a scan", "")
    title = " ".join(said.split()) if isinstance(said, str) else ""
    return ["" if NO_TITLE.fullmatch(title) else title, *join_words(pages)]


def join_words(pages: list[str]) -> list[str]:
    """Mend words broken at a line's end, where the same text proves how the whole word is written.

    `conduc-` + `tivity` becomes `conductivity` where that word stands elsewhere in the file; otherwise the hyphen
    stays, without the line break: it may be the word's own.
    """
    words = Counter(re.findall(r"[^\W\d_]+", "\n".join(pages).casefold()))

    def mended(found: re.Match[str]) -> str:
        whole = found["first"] + found["second"]
        return whole if words[whole.casefold()] else f"{found['first']}-{found['second']}"

    return [BROKEN_WORD.sub(mended, page) for page in pages]
