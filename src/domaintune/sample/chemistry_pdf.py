"""A tiny PDF writer: pages of ASCII lines in Helvetica, no compression, offsets counted exactly.

Source: ISO 32000-1, section 7.5 (file structure) and 9.6.2.2 (standard fonts).
"""

import unicodedata
from collections.abc import Sequence

PLAIN = str.maketrans(
    {"\u2212": "-", "·": " ", "±": "+/-", "°": " deg ", "µ": "u", "α": "alpha", "⁻": "-", "Ω": "Ohm"}
)
FONT_SIZE, LEADING, LEFT, TOP = 10, 14, 60, 780
EMPTY_PAGE: tuple[str, ...] = ()


def to_ascii(text: str) -> str:
    """Write what Helvetica's ASCII half can show: signs by name, sub- and superscripts as digits."""
    decomposed = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return " ".join("".join(c for c in decomposed if c.isascii()).split())


def write_pdf(pages: Sequence[Sequence[str]]) -> str:
    """Return a PDF with one page for each group of ASCII lines; a group without lines is an empty page."""
    first = 4
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        stream = _stream(lines)
        bodies.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {first + 2 * number + 1} 0 R >>"
        )
        bodies.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return _assemble(bodies)


def _stream(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
    return f"BT /F1 {FONT_SIZE} Tf {LEADING} TL {LEFT} {TOP} Td\n{shown}\nET"


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assemble(bodies: Sequence[str]) -> str:
    """Number the objects and write the table of their byte offsets; all text is ASCII."""
    text, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(bodies) + 1
    return (
        f"{text}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    )
