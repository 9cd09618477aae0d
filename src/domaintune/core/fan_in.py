"""Reading a folder that many items write into: only what params.yaml names, and nobody else's leftovers."""

from collections.abc import Iterable
from pathlib import Path

from domaintune.core.errors import InputError


def owned_paths(folder: Path, owners: Iterable[str], section: str, suffix: str = "") -> dict[str, Path]:
    """Return the path of each owner below `folder`, sorted by owner; hidden files are DVC's and git's.

    Removing an item from params.yaml leaves its outputs behind; they would flow on unseen.

    Raises:
        InputError: something lies there that no entry of `section` owns.
    """
    paths = {owner: folder / f"{owner}{suffix}" for owner in sorted(owners)}
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    strays = [path for path in found if not path.name.startswith(".") and path not in paths.values()]
    if strays:
        names = ", ".join(path.name for path in strays)
        raise InputError(
            f"{folder}: no entry of `{section}` in params.yaml owns {names} (left behind by an entry "
            f"that was removed). Run `dvc checkout`, which removes it; if it stays, delete {strays[0]}."
        )
    return paths
