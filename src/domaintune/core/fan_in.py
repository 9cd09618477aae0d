"""Reading several items' folders: only those params.yaml names, and no leftovers."""

from collections.abc import Iterable
from pathlib import Path

from domaintune.core.stage.errors import InputError


def check_owned(root: Path, keys: Iterable[str], section: str) -> None:
    """Stop at a folder that no entry owns.

    DVC leaves the folder of a removed entry behind; read by a later stage, its rows would flow on while a
    fresh clone has none of them.

    Raises:
        InputError: naming the folders and the command that removes them.
    """
    found = {path.name for path in root.iterdir() if path.is_dir()} if root.is_dir() else set()
    unowned = sorted(found - set(keys))
    if unowned:
        raise InputError(
            f"{root}: the folders {', '.join(unowned)} belong to no entry of `{section}` in params.yaml. "
            "Run `dvc checkout` to remove what a deleted entry left behind (a folder that stays was "
            "never finished: delete it), then `dvc repro`."
        )
