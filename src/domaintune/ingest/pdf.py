"""The text layer of a PDF, page by page."""

import logging
import re
import zlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.tables.cells import BrokenRow

NO_TITLE = re.compile(
    r"(?i)untitled.*|microsoft word.*|powerpoint.*|title|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|rtf|txt)|[\W\d_]*"
)
"""What programs write into the title of a file nobody gave one."""
BROKEN_WORD = re.compile(r"(?P<first>[^\W\d_]+)[-\u2010]\n(?P<second>[^\W\d_]+)")


class Pdf(NamedTuple):
    """What a file gave; at least one page has text."""

    title: str
    """From the file's metadata; empty where there is none worth the name."""
    pages: tuple[str, ...]


def read_pdf(path: Path, name: str, max_chars: int) -> Pdf | BrokenRow:
    """Return a PDF's pages, or why there are none. At most about `max_chars` characters are held.

    A file that needs a password or breaks the library is `unreadable_pdf`; one without text layer `no_text`.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, DeprecationError, PyPdfError

    logging.getLogger("pypdf").setLevel(
        logging.CRITICAL
    )  # its warnings about broken files; the reason is told below
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
            pages = _pages(reader, max_chars)
            title = _title(reader)
        except broken as error:
            detail = " ".join(f"{type(error).__name__}: {error}".split())
            return BrokenRow(name, "unreadable_pdf", detail[:300], "")
    if sum(map(len, pages)) > max_chars:
        return BrokenRow(name, "too_long", f"more than {max_chars} characters", pages[0][:1000])
    if not any(page.strip() for page in pages):
        return BrokenRow(name, "no_text", f"{len(pages)} pages without a text layer; it may be a scan", "")
    return Pdf(title, tuple(join_words(pages)))


def _pages(reader: Any, max_chars: int) -> list[str]:
    pages: list[str] = []
    length = 0
    for page in reader.pages:
        pages.append(page.extract_text().replace("\r\n", "\n").replace("\r", "\n"))
        length += len(pages[-1])
        if length > max_chars:
            break
    return pages


def _title(reader: Any) -> str:
    title = getattr(reader.metadata, "title", None)
    plain = " ".join(title.split()) if isinstance(title, str) else ""
    return "" if NO_TITLE.fullmatch(plain) else plain


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
