"""Benchmarks that an arm was scored on before: a new or edited spec scores that benchmark alone.

DVC reruns the stage for an arm as a whole, so that its model is loaded once for all benchmarks. What each of them came
to lies in .domaintune/benchmarks, under a hash of all that shaped it, as soon as it is done: also if the run is killed.
"""

from collections.abc import Callable
from pathlib import Path

from domaintune.benchmark.stage import How, Places, Scored
from domaintune.core.models.pointer import read_pointer
from domaintune.core.records.answer import BenchmarkItem
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id, file_hash, read_json, write_json, write_text
from domaintune.core.stage.running import STATE


class Kept:
    """What one arm was scored on, in this run and earlier ones."""

    def __init__(self, arm: str, places: Places, how: How) -> None:
        self._folder, self._task_files = STATE / "benchmarks" / arm, places.task_files
        adapter = sorted(path for path in places.adapter.rglob("*") if path.is_file())
        self._shared = content_id(
            arm,
            str(places.out),
            places.code.read_text(encoding="utf-8"),
            Path("locks/benchmark.txt").read_text(encoding="utf-8"),
            read_pointer(places.foundation).model_dump_json(),
            *(f"{path.relative_to(places.adapter)} {file_hash(path)}" for path in adapter),
            f"{how.decode!r} {how.seed}",
        )
        self._used: set[Path] = set()

    def scored(self, benchmark: str, inputs: object, score: Callable[[], list[Scored]]) -> list[Scored]:
        """Return what the benchmark came to; `score` is called where nothing is kept of these inputs."""
        path = self._folder / f"{benchmark}-{content_id(self._shared, repr(inputs))}.json"
        self._used.add(path)
        if path.is_file():
            kept = read_json(path)
            for name, text in kept["files"].items():
                write_text(self._task_files / name, text)
            return [
                Scored(
                    **part
                    | {
                        "items": [BenchmarkItem.model_validate(one) for one in part["items"]],
                        "rejects": [Reject.model_validate(one) for one in part["rejects"]],
                    }
                )
                for part in kept["scored"]
            ]
        found = score()
        files = {p.name: p.read_text(encoding="utf-8") for p in self._task_files.glob(f"{benchmark}-*")}
        parts = [
            part._asdict()
            | {name: [row.model_dump() for row in getattr(part, name)] for name in ("items", "rejects")}
            for part in found
        ]
        write_json(path, {"files": files, "scored": parts})
        return found

    def forget_others(self) -> None:
        """Remove what this run did not use."""
        for path in set(self._folder.glob("*.json")) - self._used:
            path.unlink()
