"""Reading a data set of the Hugging Face hub, or one on disk, through the `datasets` library."""

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import Table, as_cells, column_name, one_line
from domaintune.core.tables.typed_rows import JsonObject

SAVED = ("state.json", "dataset_dict.json")
"""Files by which a folder written by `save_to_disk` is known."""
COMMIT = re.compile(r"[0-9a-f]{40}")
REFERENCE = re.compile(
    r"(?:hub:(?P<repo>[^@#]*)(?:@(?P<revision>[^#]*))?|[^#]*)(?:#(?:(?P<subset>.*)/)?(?P<split>.*))?"
)
"""`hub:owner/name@revision` or `local` (no repo: the data set is on disk), `#split` or `#subset/split` behind it."""


def read_dataset(reference: str, path: Path, max_chars: int, separator: str) -> Table:
    """Open one split of a data set as a table; values become text as in `as_text`."""
    columns, records = open_dataset(reference, path)
    return Table(columns, (as_cells(row.place, row.value, max_chars, separator) for row in records))


def open_dataset(reference: str, path: Path) -> tuple[tuple[str, ...], Iterator[JsonObject]]:
    """Return a data set's columns, and the records of one split as they are.

    Records stream; only a data set of the hub's cache is read from disk whole. Class labels become their names;
    pictures and sounds stay undecoded: nothing here looks at them.
    """
    import datasets

    datasets.disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # five retries; the outcome is told below
    wanted = REFERENCE.match(reference)
    assert wanted is not None, "every part may be missing"
    name = reference if wanted["repo"] else f"{path} ({reference})"
    chosen = _guarded(name, wanted, lambda: _open(datasets, wanted, path))
    if isinstance(chosen, dict):  # else one split saved to disk; its own name is not kept
        split = wanted["split"] or (next(iter(chosen)) if len(chosen) == 1 else None)
        if split not in chosen:
            got = f"no split {split!r}" if split else "several splits"
            raise InputError(
                f"{name}: the data set has {got}; it has {', '.join(sorted(chosen))}. Write one behind the reference, "
                f"e.g. `{'hub:owner/name@revision' if wanted['repo'] else 'local'}#{min(chosen)}`."
            )
        chosen = chosen[split]
    if chosen.features is None:
        chosen = _guarded(name, wanted, chosen._resolve_features)  # the library's only way
    kinds = chosen.features or {}
    labels = {column: kind.names for column, kind in kinds.items() if hasattr(kind, "int2str")}
    for column, kind in kinds.items():
        if isinstance(kind, (datasets.Image, datasets.Audio, datasets.Video)):
            chosen = chosen.cast_column(column, type(kind)(decode=False))
    return tuple(map(column_name, kinds)), _records(name, wanted, iter(chosen), labels)


def _open(datasets: Any, wanted: re.Match[str], path: Path) -> Any:
    if wanted["repo"]:
        # streaming would not look into the cache, which is all there is without a network
        streaming = os.environ.get("HF_HUB_OFFLINE", "0").upper() not in {"1", "ON", "YES", "TRUE"}
        revision = wanted["revision"] or ""
        opened = datasets.load_dataset(
            wanted["repo"], wanted["subset"], revision=revision, streaming=streaming
        )
        if streaming:
            return opened
        # without a network the library takes whatever commit is cached last
        found = Path(next(iter(opened.values())).cache_files[0]["filename"]).parent.name
        if found != revision and COMMIT.fullmatch(revision) and COMMIT.fullmatch(found):
            raise InputError(
                f"hub:{wanted['repo']}@{revision}: the cache of `datasets` holds commit {found} of this data set last. "
                "Fetch the pinned one where there is a network, or pin the one that is here."
            )
        return opened
    if not path.is_dir():
        found = "a file" if path.is_file() else "nothing"
        raise InputError(
            f"{path}: a `local` data set is a folder, found {found}. Name the folder that `save_to_disk` wrote or "
            "that holds the Parquet or JSON Lines files; a single file needs no `dataset`."
        )
    if any((path / name).is_file() for name in SAVED):
        return datasets.load_from_disk(str(path))
    return datasets.load_dataset(str(path.absolute()), wanted["subset"], streaming=True)


def _guarded(name: str, wanted: re.Match[str], action: Callable[[], Any]) -> Any:
    """Run a call of the library; what it raises becomes one message."""
    from datasets.exceptions import DatasetsError

    try:
        return action()
    except ConnectionError as error:
        offline = os.environ.get("HF_HUB_OFFLINE") or "0"
        why = "there is no network" if offline == "0" else f"HF_HUB_OFFLINE={offline} forbids it"
        raise InputError(
            f"{name}: the data set {wanted['repo']} (revision {wanted['revision']}) must be fetched from the hub, but "
            f"{why} ({one_line(error)}). Where there is a network, run `hf download --repo-type dataset "
            f"{wanted['repo']} --revision {wanted['revision']} --local-dir FOLDER`, bring FOLDER here, "
            "and write `path: FOLDER` and `dataset: local`."
        ) from error
    except (DatasetsError, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        place = "Check owner, name, revision and subset"
        if not wanted["repo"]:
            place = "Check the folder's files; where they are tables, leave `dataset` out, and each is read by itself"
        raise InputError(f"{name}: the data set cannot be read: {one_line(error)}. {place}.") from error


def _records(
    name: str, wanted: re.Match[str], records: Iterator[dict[str, Any]], labels: Mapping[str, list[str]]
) -> Iterator[JsonObject]:
    for number in count(1):
        if (row := _guarded(name, wanted, lambda: next(records, None))) is None:
            return
        for column, known in labels.items():
            if isinstance(row[column], int) and 0 <= row[column] < len(known):
                row[column] = known[row[column]]
        yield JsonObject(f"row {number}", row)
