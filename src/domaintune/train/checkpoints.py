"""Checkpoints that survive kill -9, a power cut and a bad disk: a marker written last holds the hash of every file."""

import json
import os
import shutil
import sys
from collections.abc import Container
from pathlib import Path
from typing import Any

from domaintune.core.stage.files import file_hash, write_json

MARKER = "complete.json"
PREFIX = "checkpoint-"
STATE_FILE = "trainer_state.json"


def mark_complete(checkpoint: Path) -> None:
    """Write the marker, names and sha256 of all files, after their bytes are on the disk itself."""
    for path in (checkpoint, *checkpoint.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    write_json(checkpoint / MARKER, _hashes(checkpoint))


def newest_complete(folder: Path) -> Path | None:
    """Return the checkpoint to go on from, and remove those that are not as written: their steps are done again."""
    newest: Path | None = None
    whole: set[str] = set()
    removed = []
    found = (
        path
        for path in folder.glob(f"{PREFIX}*")
        if path.is_dir() and not path.is_symlink() and path.name.removeprefix(PREFIX).isdecimal()
    )
    for path in sorted(found, key=lambda path: int(path.name.removeprefix(PREFIX))):
        if fault := _fault(path, whole):
            shutil.rmtree(path)
            removed.append(f"{path.name} ({fault})")
        else:
            newest = path
            whole.add(path.name)
    if removed:
        start = newest.name if newest else "the beginning"
        sys.stderr.write(
            f"train: removed {', '.join(removed)}; going on from {start}, there is nothing to restore\n"
        )
    return newest


def finished(checkpoint: Path) -> dict[str, Any] | None:
    """Return the trainer's state if training ended with this checkpoint, and only its outputs are missing."""
    state = _state(checkpoint)
    control = state["stateful_callbacks"].get("TrainerControl", {}).get("args", {})
    ended = state["global_step"] >= state["max_steps"] or control.get("should_training_stop", False)
    return state if ended else None


def _fault(checkpoint: Path, whole: Container[str]) -> str | None:
    """Say why training cannot go on from a checkpoint; `whole` are the earlier ones that it can go on from."""
    if not (checkpoint / MARKER).is_file():
        return "not written to its end"
    try:
        written = json.loads((checkpoint / MARKER).read_bytes())
        found = _hashes(checkpoint)
        if written == found:
            best = Path(_state(checkpoint)["best_model_checkpoint"] or checkpoint).name
            # the best one's weights would become the adapter
            return None if best in whole or best == checkpoint.name else f"its best, {best}, is gone"
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        return f"unreadable: {error}"
    known = written if isinstance(written, dict) else {}
    changed = sorted(name for name in known.keys() | found if known.get(name) != found.get(name))
    return f"not as it was written: {', '.join(changed)}"


def _hashes(checkpoint: Path) -> dict[str, str]:
    """Return what the marker holds; with its place, that is its inputs and step: a copy elsewhere is another one's."""
    return {MARKER: f"{checkpoint.parent.name}/{checkpoint.name}"} | {
        str(path.relative_to(checkpoint)): file_hash(path)
        for path in sorted(checkpoint.rglob("*"))
        if path.is_file() and path.name != MARKER
    }


def _state(checkpoint: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((checkpoint / STATE_FILE).read_bytes())
    return state
