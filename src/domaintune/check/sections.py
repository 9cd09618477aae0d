"""One table of the sections there are, each against its model and the files it names; what `check` writes for all."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from domaintune.check.code import code_text, read_sources, stages_of
from domaintune.compare.params import Comparing
from domaintune.core.sections.arms import Arm, ArmEndpoint, ArmTraining
from domaintune.core.sections.data import GradingSet, InstructionSet, Reference, Task
from domaintune.core.sections.evaluation import Answering, AnyBenchmark, Rubric
from domaintune.core.sections.models import AnyModel, Decode, Lora, Runtime, Teacher, Vocabulary
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import check_owned, replacing, write_json, write_text
from domaintune.core.stage.params import Params, load_mapping, load_section, load_value, read_yaml
from domaintune.core.tables.file_kinds import unhashable
from domaintune.corpus.params import CorpusParams
from domaintune.curate.params import CurateParams
from domaintune.generate.params import Generate
from domaintune.grade.params import GradeSettings
from domaintune.ingest.params import Ingest
from domaintune.judge.params import Judge
from domaintune.mix.params import Mix
from domaintune.report.params import Reporting
from domaintune.sample.params import Corpus
from domaintune.train.params import Train
from domaintune.translate.params import Translate
from domaintune.validate.params import ValidateParams

MAPPINGS: Mapping[str, type[Params]] = {
    model.section: model
    for model in (
        Corpus, AnySource, Reference, Task, InstructionSet, GradingSet, AnyModel, Vocabulary, Arm,
        Rubric, AnyBenchmark,
    )
}  # fmt: skip
"""Sections that map names to entries."""
WHOLE: Mapping[str, type[Params]] = {
    model.section: model
    for model in (
        Ingest, CorpusParams, ValidateParams, Teacher, Generate, Translate, CurateParams, GradeSettings, Mix,
        Lora, Train, Decode, Answering, Judge, Comparing, Reporting, Runtime,
    )
}  # fmt: skip
SECTIONS = ("seed", *MAPPINGS, *WHOLE)
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


def at(value: Any, *keys: str) -> Any:
    """Return what stands at a path of keys; None where a value on the way is not a mapping: its own model names it."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def entries(everything: Any, section: str) -> dict[str, dict[str, Any]]:
    """Return a section's entries; of what is not a mapping there are none, and an entry that is none is empty."""
    found = at(everything, section)
    items = found.items() if isinstance(found, Mapping) else ()
    return {key: entry if isinstance(entry, dict) else {} for key, entry in items}


def named(value: Any, *keys: str) -> list[str]:
    """Return the list at a path of keys as names; nothing where there is no list."""
    found = at(value, *keys)
    return [str(one) for one in found] if isinstance(found, list) else []


def section_problems(path: Path) -> Iterator[str]:
    """Yield a line for everything that is missing, unknown or out of bounds within a section."""
    loaders: list[Callable[[], object]] = [partial(load_value, path, "seed", int)]
    loaders += [partial(load_mapping, path, model) for model in MAPPINGS.values()]
    loaders += [partial(load_section, path, model) for model in WHOLE.values()]
    for load in loaders:
        try:
            load()
        except ParamsError as error:
            yield from str(error).splitlines()


def rewriting_problems(path: Path) -> Iterator[str]:
    """Yield a line where `dvc exp run -S` would write params.yaml back in a form that DVC cannot read.

    DVC writes without the quotes you set, and its fast parser (libyaml) takes no `http://…` within braces.
    """
    yaml, written = YAML(), StringIO()
    yaml.dump(yaml.load(path.read_text(encoding="utf-8")), written)
    try:
        YAML(typ="safe").load(written.getvalue())
    except MarkedYAMLError as error:
        line = written.getvalue().splitlines()[error.problem_mark.line].strip()
        yield (
            f"{path}: `dvc exp run -S` would write {line!r}, which DVC cannot read ({error.problem}). "
            "Give each value a line of its own instead of braces or brackets."
        )


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
