"""Every section of params.yaml against its model; one table of the sections there are."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from domaintune.compare.params import Comparing
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.data import GradingSet, InstructionSet, Reference, Task
from domaintune.core.sections.evaluation import Answering, AnyBenchmark, Rubric
from domaintune.core.sections.models import AnyModel, Decode, Lora, Runtime, Teacher, Vocabulary
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import Params, load_mapping, load_section, load_value, read_yaml
from domaintune.corpus.params import CorpusParams
from domaintune.curate.params import CurateParams
from domaintune.generate.params import Generate
from domaintune.grade.params import GradeSettings
from domaintune.ingest.params import Ingest
from domaintune.judge.params import Judge
from domaintune.mix.params import Mix
from domaintune.report.params import Reporting
from domaintune.sample.params import AnyCorpus
from domaintune.train.params import Train
from domaintune.translate.params import Translate
from domaintune.validate.params import ValidateParams

MAPPINGS: Mapping[str, type[Params]] = {
    model.section: model
    for model in (
        AnyCorpus, AnySource, Reference, Task, InstructionSet, GradingSet, AnyModel, Vocabulary, Arm,
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
    try:
        read_yaml(path)
    except ParamsError:
        return  # `section_problems` has said so
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
