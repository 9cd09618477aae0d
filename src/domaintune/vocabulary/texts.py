"""The texts that tokens are learnt from."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from domaintune.core.frames import read_frame
from domaintune.core.stage.errors import InputError

COLUMNS = ("title", "text", "system", "instruction", "input", "output", "question", "explanation")
TRAINED = "train"


def read_texts(path: Path, language: str | None) -> list[str]:
    """Return the texts of a table, of JSON lines or of a plain text file, in NFC and empty ones left out.

    Of a table with splits only training rows are read: tokens learnt from test rows would favour them. Rows to train
    on and questions are in NFC: tokens learnt from decomposed text would never occur in them.

    Raises:
        InputError: the file has no such texts, has no splits yet, or is not one of the three.
    """
    if path.suffix == ".parquet":
        texts = list(_from_table(path, language))
    elif path.suffix in (".jsonl", ".txt"):
        if language is not None:
            raise InputError(
                f"{path}: a {path.suffix} file has no languages; set vocabulary.<key>.language to null."
            )
        texts = list(_from_lines(path)) if path.suffix == ".jsonl" else _read(path).split("\n")
    else:
        raise InputError(f"{path}: vocabulary.<key>.reads must be a .parquet, .jsonl or .txt file.")
    texts = [unicodedata.normalize("NFC", text) for text in texts if text.strip()]
    if not texts:
        raise InputError(
            f"{path}: expected texts{f' with language {language}' if language else ''}, found none. Check "
            "vocabulary.<key>.reads and language."
        )
    return texts


def _from_table(path: Path, language: str | None) -> Iterator[str]:
    frame = read_frame(path)
    if "split" in frame.columns:
        if len(frame) and (frame["split"] == "").all():
            raise InputError(
                f"{path}: its rows have no split yet; read data/curated/instructions.parquet or "
                "data/corpus/documents.parquet."
            )
        frame = frame.filter(pl.col("split") == TRAINED)
    if language is not None:
        if "language" not in frame.columns:
            raise InputError(f"{path}: has no column `language`; set vocabulary.<key>.language to null.")
        frame = frame.filter(pl.col("language") == language)
    columns = [name for name in COLUMNS if frame.schema.get(name) == pl.String]
    if not columns:
        raise InputError(f"{path}: expected one of the columns {', '.join(COLUMNS)}, found {frame.columns}.")
    for row in frame.select(*columns, *(["turns"] if "turns" in frame.columns else [])).iter_rows(named=True):
        yield from (row[name] or "" for name in columns)
        yield from (turn["content"] for turn in row.get("turns") or [])


def _from_lines(path: Path) -> Iterator[str]:
    for number, line in enumerate(_read(path).rstrip("\n").split("\n"), start=1):
        try:
            row: Any = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, line {number}: not valid JSON: {error}.") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise InputError(f"{path}, line {number}: expected an object with a `text`.")
        try:
            row["text"].encode()
        except UnicodeEncodeError as error:
            raise InputError(
                f"{path}, line {number}: `text` holds half a surrogate pair, which is not a character: {error}."
            ) from error
        yield row["text"]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: expected a file of UTF-8 text: {error}.") from error
