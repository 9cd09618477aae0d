"""dvc.lock without the stages of another recipe: DVC parses the whole file, in Python, at every stage it runs."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import read_yaml

PAID = "data/responses/"
"""Where stages keep the answers they paid for: a teammate who pulled has them nowhere else, so their entries stay."""
STAGE = re.compile(r"^  (\S+):$", re.MULTILINE)


def forget_stages(root: Path) -> int:
    """Take the entries out of dvc.lock that no stage of dvc.yaml has now; return how many.

    What those stages made stays in DVC's cache and run cache, so that it comes back with its recipe. A stage that pays
    has no run cache: its entry stays.
    """
    lock = root / "dvc.lock"
    if not lock.exists():
        return 0
    stages = stage_names(read_yaml(root / "dvc.yaml")["stages"], read_yaml(root / "params.yaml"))
    head, *rest = STAGE.split(lock.read_text(encoding="utf-8"))
    entries = list(zip(rest[::2], rest[1::2], strict=True))
    kept = [f"  {name}:{body}" for name, body in entries if name in stages or PAID in body]
    if len(kept) < len(entries):
        write_text(lock, "".join([head, *kept]))
    return len(entries) - len(kept)


def stage_names(stages: Mapping[str, Any], params: Mapping[str, Any]) -> set[str]:
    """Return the names of all stages, those of a `foreach` over a section of params.yaml with its keys."""
    names: set[str] = set()
    for name, entry in stages.items():
        items = entry.get("foreach")
        if isinstance(items, str):
            items = params[items.strip("${}")]
        names |= {name} if items is None else {f"{name}@{key}" for key in items}
    return names
