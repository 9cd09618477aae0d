"""Questions that cannot be asked without a picture."""

import re
from collections.abc import Mapping

from domaintune.core.sections.sources import QuestionMapping, composed
from domaintune.ingest.options import Wrong

NO_PICTURE = {"", "-", "0", "false", "n", "n/a", "nan", "no", "none", "null", "x", "없음"}
"""What a picture column says when there is none."""
PICTURED = re.compile(
    r"(?:다음|아래|위|옆)의?\s*(?:그림|사진)|그림과\s*같[은이]|(?:그림|사진)[은는]\s*(?:다음|아래)"
    r"|\b(?:figure|diagram|picture|image|graph)\s+(?:below|above|shown|at (?:the )?right)\b"
    r"|\b(?:shown|see|given)\s+(?:in|by)\s+the\s+(?:figure|diagram|picture|image)\b",
    re.IGNORECASE,
)
"""How a question refers to a picture that a file without pictures cannot hold."""


def needs_picture(values: Mapping[str, str], columns: QuestionMapping) -> Wrong | None:
    """Say which picture a question needs, by the file's own column or else by its text."""
    if columns.picture is not None:
        cell = values.get(columns.picture, "").strip()
        missing = cell.casefold() not in NO_PICTURE
        return Wrong("needs_picture", f"column {columns.picture!r} is {cell[:80]!r}") if missing else None
    found = PICTURED.search(composed(values.get(columns.question, "")))
    return Wrong("needs_picture", f"the text says {found.group()!r}") if found else None
