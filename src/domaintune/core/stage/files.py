"""Files that are written whole or not at all, JSON, hashes, and folders that no entry owns."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from domaintune.core.stage.errors import InputError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` and rename it onto `path` when the block ends well.

    Its name is the same every time, so the run after a kill -9 overwrites what that left in a folder DVC tracks; a
    stage's lock keeps others from the path. Of a full disk or a closed folder an InputError tells.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):  # the folder itself could not be made
            temporary.unlink(missing_ok=True)


def unwritable(path: Path, error: BaseException) -> InputError:
    """Return what to say of a path that could not be written, and of which nothing is left."""
    return InputError(
        f"{path}: could not be written ({getattr(error, 'strerror', None) or error}). Free some space or check the "
        "folder's permissions, then run `dvc repro` again; nothing was half-written."
    )


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF line ends, atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode())


def to_json(value: Any, indent: int | None = 2) -> str:
    """Return JSON with sorted keys; NaN and infinity raise, because metrics would carry them unremarked."""
    return json.dumps(value, indent=indent, sort_keys=True, ensure_ascii=False, allow_nan=False)


def write_json(path: Path, value: Mapping[str, Any] | list[Any]) -> None:
    """Write sorted JSON with a final newline, atomically."""
    write_text(path, to_json(value) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file of ours."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: not found. Run `dvc repro`, or `dvc pull` to fetch it.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: expected JSON, got {error}. Run `dvc checkout` to restore it.") from error


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return this program's folder in the user's cache (XDG Base Directory Specification)."""
    return Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "domaintune"


def read_utf8(path: Path, kind: str = "file") -> str:
    """Read a file of text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: expected a {kind} of UTF-8 text: {error}. Name one, or save this one as UTF-8."
        ) from error


def read_json_texts(path: Path) -> Iterator[str]:
    """Yield `text` of every row of a file of JSON lines."""
    for number, line in enumerate(read_utf8(path).rstrip("\n").split("\n"), start=1):
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


def content_id(*parts: str, length: int = 16) -> str:
    """Return a hexadecimal id of the parts, the same everywhere."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]


def file_hash(path: Path) -> str:
    """Return the sha256 of a file's bytes, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def check_owned(root: Path, keys: Iterable[str], section: str) -> None:
    """Stop at a folder that no entry owns.

    DVC leaves the folder of a removed entry behind; read by a later stage, its rows would flow on while a
    fresh clone has none of them.
    """
    found = {path.name for path in root.iterdir() if path.is_dir()} if root.is_dir() else set()
    unowned = sorted(found - set(keys))
    if unowned:
        raise InputError(
            f"{root}: the folders {', '.join(unowned)} belong to no entry of `{section}` in params.yaml. "
            "Run `dvc checkout` to remove what a deleted entry left behind (a folder that stays was "
            "never finished: delete it), then `dvc repro`."
        )
