"""Every section of params.yaml against its model; one table of the sections there are."""

from collections.abc import Callable, Iterator, Mapping
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


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping as it is, and of anything else an empty one: its own section's model names it."""
    return value if isinstance(value, Mapping) else {}


def section_problems(path: Path) -> Iterator[str]:
    """Yield a line for everything that is missing, unknown or out of bounds within a section."""
    loaders: list[Callable[[], object]] = [lambda: load_value(path, "seed", int)]
    loaders += [lambda model=model: load_mapping(path, model) for model in MAPPINGS.values()]  # type: ignore[misc]
    loaders += [lambda model=model: load_section(path, model) for model in WHOLE.values()]  # type: ignore[misc]
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
