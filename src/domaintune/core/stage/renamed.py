"""Former names of parameters: refused with the present one, rewritten by `domaintune params upgrade`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Renamed(NamedTuple):
    """A key, or the value of a parameter, that had another name."""

    path: str
    """Where it stands, `*` being any entry; of a renamed key, the former key is its last part."""
    new: str
    value: str | None = None
    """The former value; None: the key was renamed."""

    @property
    def old(self) -> str:
        """Return the former name."""
        return self.value or self.path.rpartition(".")[2]


RENAMED = (
    Renamed("tasks.*.unit", "request_per"),
    Renamed("gradings.*.card", "spec"),
    Renamed("arms.*.mixture.grades.chance", "random_draw"),
    Renamed("arms.*.mixture.grades.line", "control_prefix"),
    Renamed("compare.selection.chance", "random"),
    Renamed("grade.model.backend", "heuristic", "surface"),
    Renamed("grade.model.model", "heuristic-1", "surface-1"),
    Renamed("judge.model.backend", "token_f1", "overlap"),
    Renamed("judge.model.model", "token_f1-1", "overlap-1"),
    Renamed("task.wordings", "prompt_templates"),
    Renamed("task.ready", "precomputed"),
    Renamed("task.makes", "pass_through", "passed"),
    Renamed("*.material", "context"),
    Renamed("*.planted", "calibration"),
)
"""Every former name in params.yaml, in recipes' overlays, in tasks, and in rubrics and grades, whichever (`*`)."""
OVERLAY = ("recipe", "*")
"""What stands before a parameter's path in a recipe: study, starter or test."""

Keys = tuple[str, ...]


def old_names(
    value: Any, where: Sequence[str] = (), table: Sequence[Renamed] = RENAMED
) -> Iterator[tuple[Keys, Renamed]]:
    """Yield the keys that lead, from a value at `where`, to each former name in it."""
    for one in table:
        for pattern in (tuple(one.path.split(".")), (*OVERLAY, *one.path.split("."))):
            known = zip(pattern, where, strict=False)
            if (where or pattern[0] != "*") and all(part in ("*", key) for part, key in known):
                for keys, found in _found(value, pattern[len(where) :]):
                    if keys and one.value in (None, found):
                        yield keys, one


def renamed_problems(path: Path, value: Any, where: str = "") -> list[str]:
    """Return a line for each former name in a file's value at `where`, dotted: the present name, and what to run."""
    found = old_names(value, where.split(".") if where else ())
    return [
        f"{path}: {'.'.join(filter(None, (where, *keys)))}: {one.old} is called {one.new} now; "
        f"`domaintune params upgrade {path}` rewrites the file and keeps all else"
        for keys, one in found
    ]


def _found(value: Any, pattern: Keys, path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    if not pattern:
        yield path, value
    elif isinstance(value, Mapping):
        for key in list(value) if pattern[0] == "*" else [pattern[0]]:
            if key in value:
                yield from _found(value[key], pattern[1:], (*path, key))
