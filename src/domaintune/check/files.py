"""Files beside params.yaml: raw files that stop DVC, folders without an entry, what `check` writes for all stages."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from domaintune.check.code import code_text, read_sources, stages_of
from domaintune.check.sections import entries
from domaintune.core.sections.arms import ArmEndpoint, ArmTraining
from domaintune.core.sections.data import Task
from domaintune.core.sections.evaluation import AnyBenchmark, Rubric
from domaintune.core.stage.files import check_owned, replacing, write_json, write_text
from domaintune.core.stage.params import load_mapping, read_yaml
from domaintune.core.tables.file_kinds import unhashable

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


def raw_file_problems(path: Path) -> Iterator[str]:
    """Yield a line for each of the first raw files that would stop DVC, or keep it waiting, before any stage runs."""
    for section in ("sources", "references"):
        for key, entry in entries(read_yaml(path), section).items():
            if not entry.get("path"):
                continue  # its own section's model says so
            for wrong in islice(unhashable(path.parent / str(entry["path"])), MOST_FILES):
                yield f"{path}: {section}.{key}.path: {wrong}"


def check_leftovers(path: Path) -> None:
    """Look beside params.yaml for folders that none of its entries owns.

    They are other stages' outputs and no dep of this one, which would be a cycle: they stop it, and shape nothing.

    Raises:
        InputError: naming the folders and the command that removes them.
    """
    everything = read_yaml(path)
    for folder, section in OWNERS.items():
        check_owned(path.parent / folder, everything[section], section)


def write_checked(
    params: Path, source: Path, out: Path, *, rubrics: Path, benchmarks: Path, recordings: Path
) -> None:
    """Write files whose bytes change when, and only when, the stages that depend on them must run again.

    code/<stage>.txt            what the stage's source amounts to
    arms/<arm>.<view>.json      what `train`, or `answer` and `benchmark`, need of an arm, defaults filled in
    rubrics/, benchmarks/       the specs of those that params.yaml names
    answers/<task>.jsonl        the task's recorded answers; empty where it has none
    """
    sources = read_sources(source.parent)
    for stage in set(stages_of(sources)) - {"check"}:  # `check` runs for every change of the source
        write_text(out / "code" / f"{stage}.txt", code_text(sources, source.parent, stage))
    for view in (ArmTraining, ArmEndpoint):
        for key, arm in load_mapping(params, view).items():
            write_json(out / "arms" / f"{key}.{view.name}.json", arm.model_dump())
    copies = {
        out / "answers" / f"{name}.jsonl": recordings / f"{name}.jsonl" for name in load_mapping(params, Task)
    }
    for model, specs in ((Rubric, rubrics), (AnyBenchmark, benchmarks)):
        folder, names = out / model.section, sorted(load_mapping(params, model))
        write_json(folder / "named.json", names)  # DVC keeps no empty folder
        copies |= {folder / f"{name}.yaml": specs / f"{name}.yaml" for name in names}
    for copy, original in copies.items():
        if original.is_file() or original.parent == recordings:
            with replacing(copy) as temporary:
                temporary.write_bytes(original.read_bytes() if original.is_file() else b"")
