"""Where the stage reads and writes, and how it scores."""

from pathlib import Path
from typing import NamedTuple

from domaintune.core.sections.decode import Decode
from domaintune.core.sections.runtime import Runtime


class Places(NamedTuple):
    """Paths of one arm."""

    questions: Path
    cards: Path
    adapter: Path
    foundation: Path
    out: Path

    @property
    def task_files(self) -> Path:
        """Folder of what lm-eval reads."""
        return self.out / "lm_eval"


class How(NamedTuple):
    """What is the same for every arm."""

    decode: Decode
    runtime: Runtime
    seed: int
