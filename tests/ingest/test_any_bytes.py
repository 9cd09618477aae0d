"""Whatever bytes a file or folder holds: rows, or one of the project's own errors, and books that reconcile."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import GateError, InputError
from domaintune.ingest.params import Ingest
from domaintune.ingest.stage import ingest

LIMITS = Ingest(min_chars=1, max_chars=2000, max_reject_fraction=1.0)
FILTERS = {
    "empty_output": True, "min_chars": 0, "min_chars_of": "row", "output_equals_input": True, "refusals": True,
    "wrong_language": "none", "duplicate_instruction": True,
}  # fmt: skip
COMMON = {"path": "x", "licence": "CC0"}
MAPPING = {
    "id": "id", "title": "title", "text": "text", "keywords": None, "keyword_separator": ";", "sections": {},
    "attributes": {}, "agency": None,
}  # fmt: skip
SOURCES: dict[str, Any] = {
    "documents": Source.model_validate(
        {**COMMON, "kind": "documents", "format": "columns", "agency": None, "language": "en", "columns": MAPPING}
    ),
    "texts": Source.model_validate(
        {**COMMON, "kind": "documents", "format": "texts", "agency": None, "language": "en", "columns": None,
         "chunks": {"max_tokens": 20, "overlap_tokens": 5}}
    ),
    "questions": QuestionSource.model_validate(
        {**COMMON, "kind": "questions", "use": "train", "language": "en",
         "columns": {"id": "id", "question": "title", "options": "none", "answer": "text"}}
    ),
    "instructions": InstructionSource.model_validate(
        {**COMMON, "kind": "instructions", "format": "alpaca", "languages": ["en"], "origin": "public",
         "filters": FILTERS}
    ),
}  # fmt: skip
WORDS = [
    b"id,title,text\n", b'{"id": 1, "title": "a", "text": "b"}', b'{"instruction": "a", "output": "b"}', b"[", b"]",
    b"{", b"}", b",", b"\n", b"\r\n", b'"', b'""', b"a", b"\\n", b"\\ud800", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xc0",
    b"```\n", b"| a |\n|---|\n", b"# H\n", b"<p>", b"&amp;lt;", b"PK\x03\x04", b"PAR1", b"%PDF-", b"NaN", b"1e999", b" ",
    b'{"a": [{"title": 1}]}', b"\x1f", b"9" * 5000, b"[" * 900, b"\xb0\xa1" * 9, "한글".encode(), b"---\n",
]  # fmt: skip


class Kept(list[Any]):
    add = list.append


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet", ".txt", ".md", ".pdf"])
@pytest.mark.parametrize("kind", list(SOURCES))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(pieces=st.lists(st.sampled_from(WORDS) | st.binary(max_size=6), max_size=14), in_folder=st.booleans())
def test_any_bytes_are_rows_or_one_of_our_own_errors(
    tmp_path: Path, kind: str, suffix: str, pieces: list[bytes], in_folder: bool
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    path = folder / f"file{suffix}"
    path.write_bytes(b"".join(pieces))
    rows, rejects = Kept(), Kept()
    raw = folder if in_folder or kind == "texts" else path
    try:
        accounts = ingest(raw, "here", SOURCES[kind], LIMITS, records=rows, rejects=rejects)
    except (InputError, GateError):
        return
    accounts.check()
    assert accounts.rows_in == accounts.kept + len(rejects)
