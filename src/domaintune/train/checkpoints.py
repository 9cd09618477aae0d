"""Checkpoints that survive kill -9: a marker written last tells a whole one from a torn one."""

import shutil
from pathlib import Path

from domaintune.core.stage.files import content_id, read_json, to_json, write_json

MARKER = "complete.json"
PREFIX = "checkpoint-"


def inputs_hash(*parts: object) -> str:
    """Return the name of the folder for one set of inputs: other inputs must never resume from it."""
    return content_id(*(to_json(part, indent=None) for part in parts), length=24)


def mark_complete(checkpoint: Path) -> None:
    """Write the marker: names and sizes of all files, after they are on disk."""
    sizes = {
        str(path.relative_to(checkpoint)): path.stat().st_size
        for path in sorted(checkpoint.rglob("*"))
        if path.is_file() and path.name != MARKER
    }
    write_json(checkpoint / MARKER, sizes)


def is_complete(checkpoint: Path) -> bool:
    """Tell whether every file the marker names is there in full."""
    marker = checkpoint / MARKER
    if not marker.is_file():
        return False
    sizes = read_json(marker)
    return all(
        (checkpoint / name).is_file() and (checkpoint / name).stat().st_size == size
        for name, size in sizes.items()
    )


def newest_complete(folder: Path) -> Path | None:
    """Return the checkpoint to go on from, and remove the torn ones: their steps are simply done again."""
    if not folder.is_dir():
        return None
    whole = []
    for path in sorted(folder.glob(f"{PREFIX}*"), key=_step):
        if is_complete(path):
            whole.append(path)
        else:
            shutil.rmtree(path)
    return whole[-1] if whole else None


def _step(path: Path) -> int:
    return int(path.name.removeprefix(PREFIX))
