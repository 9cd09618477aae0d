"""Folders of renamed or removed entries, found before anything is trained: `compare` and `report` refuse them."""

from pathlib import Path

from domaintune.core.fan_in import check_owned
from domaintune.core.stage.params import read_yaml

OWNERS = {
    "data/answers": "arms",
    "data/benchmarks": "arms",
    "data/judgments": "arms",
    "data/mixtures": "arms",
    "data/reconciled": "references",
}
"""Folder with one folder an entry → section of the entries; those that only a stage after `train` reads as a whole."""


def check_leftovers(path: Path) -> None:
    """Look beside params.yaml for folders that none of its entries owns.

    They are other stages' outputs and no dep of this one, which would be a cycle: they stop it, and shape nothing.

    Raises:
        InputError: naming the folders and the command that removes them.
    """
    everything = read_yaml(path)
    for folder, section in OWNERS.items():
        check_owned(path.parent / folder, everything[section], section)
