"""Looking at a raw file and proposing its entry for `sources`."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from domaintune.cli.document_columns import document_mapping, doubts, languages_of, opened
from domaintune.cli.instruction_sets import propose_instructions
from domaintune.cli.looking import (
    MAX_CHARS,
    Look,
    Proposal,
    Rows,
    encoded,
    encoding_of,
    files_of,
    is_texts,
    look,
    refuse_splits,
    unreadable,
)
from domaintune.cli.question_sets import propose_questions
from domaintune.core.sections.columns import ColumnMapping
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.file_kinds import unhashable
from domaintune.core.tables.opening import TABLES
from domaintune.ingest.document_formats import SHAPES, RawRow, mapped_shape
from domaintune.ingest.fields import CANARY
from domaintune.ingest.reading import LIST_MARK
from domaintune.ingest.text_files import SUFFIXES, read_texts
from domaintune.science.text_structure import estimate_tokens

SAMPLE_TEXTS = 20
"""Files of a folder that are looked at."""
HEAD = 10_000
"""Characters at a file's beginning."""
TECHPORT = re.compile(r'\s*\{[^[]*"projects"\s*:\s*\[')
"""How an answer of TechPort's search begins."""
CANARY_COLUMN = re.compile(
    r"(?:\A|,)canary(?:[ _](?:guid|string))?(?=,|$)|[\"']canary[\"']\s*:", re.IGNORECASE | re.MULTILINE
)
"""Marks a test set that its authors want in no training corpus (BIG-bench)."""
LICENCE = "language: a guess; licence: write what the source states, it goes into every row and the card"


def propose(path: Path) -> Proposal:
    """Recognise a folder of texts, a known export, an instruction or a question set, or else propose a mapping."""
    if "\n" in str(path):
        raise InputError(f"{str(path)!r}: a path must be one line; rename it without the line break first")
    if wrong := next(unhashable(Path(path.as_posix().partition("#")[0])), None):
        raise InputError(wrong)
    refuse_splits(path)
    encoding = encoding_of(path)
    found = propose_instructions(path, encoding)
    found = found or (_texts(path, encoding) if is_texts(path) else _table(path, encoding))
    notes, entry = found.notes, found.entry
    if canary := next(filter(None, map(_canary, files_of(path))), None):
        if not isinstance(entry, QuestionSource):
            raise InputError(
                f"{path}: holds a canary string ({canary!r}), which marks a test set that must be in no "
                "training corpus, and no columns for questions and answers were found. Write the entry by hand, with "
                "`kind: questions` and `use: benchmark` (docs/your-data.md)."
            )
        entry = entry.model_copy(update={"use": "benchmark"})
        notes = [one for one in notes if not one.startswith("use: ")]
        notes.insert(0, f"use: benchmark, because the file holds a canary string ({canary!r})")
    return Proposal(entry, [*notes, *_unread(path, entry), LICENCE])


def _unread(folder: Path, entry: Source | QuestionSource | InstructionSource) -> Iterator[str]:
    """Say of a folder which files are of no kind that is read together with the others."""
    read = SUFFIXES if isinstance(entry, Source) and entry.format == "texts" else TABLES
    inside = folder.rglob("*") if folder.is_dir() and not entry.dataset else ()
    kinds = Counter(file.suffix.lower() or "without ending" for file in inside if file.is_file())
    if others := {kind: count for kind, count in sorted(kinds.items()) if kind not in read}:
        yield f"not read: {', '.join(f'{count} {kind}' for kind, count in others.items())}"


def _canary(file: Path) -> str | None:
    """Return a canary string that stands in the beginning of a file, whatever its format is."""
    with file.open("rb") as handle:
        head = handle.read(10 * HEAD).replace(b"\0", b"").decode("utf-8", "replace")
    found = CANARY.search(head) or CANARY_COLUMN.search(head)
    return head[found.start() : found.start() + 60] if found else None


def _table(path: Path, encoding: str | None) -> Proposal:
    """Propose an entry for a table: a question set or documents; a .txt that is not a table is a text."""
    try:
        found = look(path, encoding)
        return propose_questions(found) or _documents(path, found)
    except InputError:
        if path.suffix.lower() != ".txt":
            raise
        return _texts(path, encoding)


def _documents(path: Path, found: Look) -> Proposal:
    # items of lists joined as ingest joins keywords
    rows = [{name: cell.replace(LIST_MARK, "; ") for name, cell in row.items()} for row in found.rows]
    name = _known_format(path, found)
    mapping = None if name else document_mapping(found, rows)
    notes = [f"format: {name or 'columns, mapped by the names of the columns'}"]
    notes += [*(doubts(mapping, rows) if mapping else ()), *_agencies(rows, mapping)]
    languages = languages_of(rows, (mapping.title, mapping.text) if mapping else found.columns)
    notes += opened(found, mapped_shape(mapping).columns if mapping else found.columns, languages)
    own = {"kind": "documents", "format": name or "columns", "agency": None, "columns": mapping}
    return Proposal(Source.model_validate(found.entry(languages[0]) | own), notes)


def _texts(folder: Path, encoding: str | None) -> Proposal:
    """Propose an entry for a folder of texts."""
    first = list(islice(read_texts(folder, MAX_CHARS, encoding), SAMPLE_TEXTS))
    read = [row for row in first if isinstance(row, RawRow)]
    if not read:
        raise unreadable(folder, first, "files")
    rows = [{"text": f"{row.text} {' '.join(row.pages)}"} for row in read]
    longest = max(estimate_tokens(row["text"]) for row in rows)
    notes = [
        "format: texts, one document a file",
        f"chunks: left out; the longest of the first {len(first)} files has about {longest} tokens. To cut long "
        "texts, add `chunks: {max_tokens: 400, overlap_tokens: 40}`",
    ]
    found = Look(folder.as_posix(), (), rows, (), encoded(encoding), None)
    languages = languages_of(rows, ("text",))
    own = {"kind": "documents", "format": "texts", "agency": None, "columns": None}
    entry = Source.model_validate(found.entry(languages[0]) | own)
    return Proposal(entry, [*notes, *opened(found, (), languages)])


def _known_format(path: Path, found: Look) -> str | None:
    """Return the export whose columns a file has; TechPort's are common words, so its one array is looked for too."""
    if path.suffix.lower() == ".json" and path.is_file():
        with open_text(path, found.table.encoding if found.table else None) as stream:
            if TECHPORT.match(stream.read(HEAD)):
                return "techport"
    tables = (name for name in SHAPES if name != "techport")
    return next((name for name in tables if set(SHAPES[name].columns) <= set(found.columns)), None)


def _agencies(rows: Rows, mapping: ColumnMapping | None) -> Iterator[str]:
    columns = (mapping.agency,) if mapping else ("Agency", "agency")
    found = sorted({row[c] for row in rows for c in columns if c is not None and row.get(c)})
    if len(found) > 1:
        some = ", ".join(found[:4])
        yield f"agency: {len(found)} in the first {len(rows)} records ({some} …); name one to keep only it"
