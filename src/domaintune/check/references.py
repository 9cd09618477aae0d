"""What sections of params.yaml say of each other: names lead to entries of the right kind, folders have an entry."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from domaintune.check.scoring import gradings_problems
from domaintune.check.sections import MAPPINGS, SECTIONS, mapping
from domaintune.check.selection import selection_problems
from domaintune.check.servers import availability_problems
from domaintune.core.grade_rules import grade_faults
from domaintune.core.sections.sources import QUESTIONS_ALONE
from domaintune.core.stage.files import check_owned
from domaintune.core.stage.params import KEY_PATTERN, did_you_mean, read_yaml
from domaintune.core.tables.file_kinds import unhashable


def cross_section_problems(path: Path, cards: Path) -> list[str]:
    """Return a line for each unknown section, malformed name, and entry that names another which is not there.

    `cards` is the folder of the grade cards. Values of wrong types are left to their own sections' models.
    """
    everything = read_yaml(path)
    problems = [*_problems(everything), *gradings_problems(everything, cards)]
    return [f"{path}: {problem}" for problem in problems]


def _problems(everything: Mapping[str, Any]) -> Iterator[str]:
    yield from _names(everything)
    for key, entry in _entries(everything, "arms").items():
        if entry.get("endpoint") and entry.get("mixture"):
            yield f"arms.{key}: has an endpoint, so a server answers and nothing is trained; set mixture to null"
    for where, name, section in _references(everything):
        named, known = section, everything.get(section)
        if where.startswith("arms.") and section == "models" and isinstance(known, Mapping):
            named, known = "models or vocabulary", {**known, **_entries(everything, "vocabulary")}
        if isinstance(known, Mapping) and str(name) not in known:
            yield f"{where}: {name} is no entry of {named}{did_you_mean(str(name), known)}"
    yield from _kinds(everything)
    yield from _examples(everything)
    yield from _sets(everything)
    yield from _mixtures(everything)
    yield from availability_problems(everything)
    yield from grade_faults(_entries(everything, "arms"), _entries(everything, "gradings"))
    yield from selection_problems(
        everything.get("compare"), _entries(everything, "arms"), everything.get("seed")
    )


def _names(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield sections that are none, and entries whose name is malformed or stands for another one too."""
    for section in everything:
        if section not in SECTIONS:
            yield f"{section}: unknown section{did_you_mean(str(section), SECTIONS)}"
    for section in MAPPINGS:
        for key in _entries(everything, section):
            if not re.match(KEY_PATTERN, str(key)):
                yield f"{section}.{key}: a name matches {KEY_PATTERN}"
    for key in sorted(_entries(everything, "vocabulary").keys() & _entries(everything, "models").keys()):
        yield f"vocabulary.{key}: models has an entry of this name too; give it a name of its own"


def _kinds(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield what reads a source of another kind or use: a benchmark is never trained on."""
    sources = _entries(everything, "sources")
    for key, entry in _entries(everything, "tasks").items():
        for name in (name for name in _list(entry, "sources") if name in sources):
            source = sources[name]
            if (wanted := entry.get("reads")) and source.get("kind") not in (wanted, None):
                yield f"tasks.{key}: reads {wanted}, but one of its sources has kind {source['kind']}"
            if source.get("use") == "benchmark":
                yield f"tasks.{key}: its source {name} has use benchmark, which is never trained on"
    for key, entry in _entries(everything, "benchmarks").items():
        use = {"benchmark": "benchmark", "test": "train"}.get(str(entry.get("split")))
        for name in (name for name in _list(entry, "sources") if name in sources):
            if sources[name].get("kind") not in ("questions", None):
                yield f"benchmarks.{key}.sources: {name} has kind {sources[name]['kind']}, not questions"
            elif use and sources[name].get("use") not in (use, None):
                yield f"benchmarks.{key}: split {entry['split']} needs sources with use {use}; {name} has not"


def _examples(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield sources of worked examples that may have been trained on."""
    sources = _entries(everything, "sources")
    for key, entry in _entries(everything, "benchmarks").items():
        for name in (name for name in _list(entry, "shots_from") if name in sources):
            if (sources[name].get("kind"), sources[name].get("use")) != ("questions", "benchmark"):
                yield f"benchmarks.{key}.shots_from: {name} is no source of questions with use benchmark"


def _sets(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield sets of another kind, and sets that are one another's copies."""
    tasks, sources = _entries(everything, "tasks"), _entries(everything, "sources")
    owners: dict[tuple[str, ...], str] = {}
    for key, entry in _entries(everything, "sets").items():
        kind = sources.get(str(entry.get("source")), {}).get("kind")
        if kind not in ("instructions", None):
            yield f"sets.{key}.source: {entry['source']} has kind {kind}, not instructions"
        form = sources.get(str(entry.get("source")), {}).get("format")
        if form in QUESTIONS_ALONE and entry.get("use") == "train":
            yield f"sets.{key}.use: {entry['source']} holds questions without answers ({form}); use: evaluate"
        if str(entry.get("task")) in tasks:
            yield f"sets.{key}.task: {entry['task']} is an entry of tasks; give the set a name of its own"
        same = tuple(str(entry.get(field)) for field in ("source", "task", "to"))
        if (other := owners.setdefault(same, key)) != key:
            yield f"sets.{key}: has source, task and language of {other}, so its rows would be the same"


def _mixtures(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield the groups and tasks that an arm's mixture names and neither a task nor a set for training has."""
    if "tasks" not in everything:
        return
    pairs = [(key, str(one.get("group"))) for key, one in _entries(everything, "tasks").items()]
    sets = _entries(everything, "sets").values()
    pairs += [(str(one.get("task")), str(one.get("group"))) for one in sets if one.get("use") != "evaluate"]
    groups = sorted({group for _, group in pairs})
    for key, entry in _entries(everything, "arms").items():
        mixture = entry.get("mixture")
        named = mixture if isinstance(mixture, list) else _list(mixture, "groups")
        for group in (group for group in named if group not in groups):
            yield f"arms.{key}.mixture: no task or set has the group {group}{did_you_mean(str(group), groups)}"
        own = sorted({task for task, group in pairs if group in named})
        for field in ("caps", "weights"):
            by_task = mixture.get(field) if isinstance(mixture, dict) else None
            for task in (task for task in by_task or {} if task not in own):
                yield f"arms.{key}.mixture.{field}: {task} is no task of its groups{did_you_mean(str(task), own)}"


def _list(entry: Any, key: str) -> list[Any]:
    value = entry.get(key) if isinstance(entry, dict) else None
    return [str(one) for one in value] if isinstance(value, list) else []


def _references(everything: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Yield (where it stands, the name it gives, the section that must hold it)."""
    for key, entry in _entries(everything, "references").items():
        yield f"references.{key}.source", entry.get("source"), "sources"
    for section, fields in (("tasks", ("sources",)), ("benchmarks", ("sources", "shots_from"))):
        for key, entry in _entries(everything, section).items():
            named = [(field, name) for field in fields for name in _list(entry, field)]
            yield from ((f"{section}.{key}.{field}", name, "sources") for field, name in named)
    for key, entry in _entries(everything, "sets").items():
        yield f"sets.{key}.source", entry.get("source"), "sources"
    for key, entry in _entries(everything, "vocabulary").items():
        yield f"vocabulary.{key}.model", entry.get("model"), "models"
    for name in _list(everything.get("compare"), "primary"):
        yield f"compare.primary: {name}", name.partition(".")[0], "rubrics"
    for key, entry in _entries(everything, "arms").items():
        yield f"arms.{key}.model", entry.get("model"), "models"
        yield f"arms.{key}.baseline", entry.get("baseline"), "arms"
        mixture = entry.get("mixture")
        if isinstance(mixture, dict) and isinstance(grades := mixture.get("grades"), dict):
            yield f"arms.{key}.mixture.grades.grading", grades.get("grading"), "gradings"


def _entries(everything: Mapping[str, Any], section: str) -> dict[str, dict[str, Any]]:
    return {
        key: entry if isinstance(entry, dict) else {}
        for key, entry in mapping(everything.get(section)).items()
    }


def raw_file_problems(path: Path) -> Iterator[str]:
    """Yield a line for each of the first raw files that would stop DVC, or keep it waiting, before any stage runs."""
    everything = read_yaml(path)
    for section in ("sources", "references"):
        for key, entry in _entries(everything, section).items():
            if not entry.get("path"):
                continue  # its own section's model says so
            for wrong in islice(unhashable(path.parent / str(entry["path"])), MOST_FILES):
                yield f"{path}: {section}.{key}.path: {wrong}"


MOST_FILES = 20
"""Named of an entry."""
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
