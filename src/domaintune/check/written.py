"""What `check` writes for the other stages: their code, and of params.yaml and the catalog what is used."""

import shutil
from pathlib import Path

from domaintune.check.code import code_text, read_sources, stages_of
from domaintune.core.sections.arms import ArmEndpoint, ArmTraining
from domaintune.core.sections.data import Task
from domaintune.core.sections.evaluation import AnyBenchmark, Rubric
from domaintune.core.stage.files import replacing, write_json, write_text
from domaintune.core.stage.params import load_mapping


def write_checked(
    params: Path, source: Path, out: Path, *, rubrics: Path, benchmarks: Path, recordings: Path
) -> None:
    """Write files whose bytes change when, and only when, the stages that depend on them must run again.

    code/<stage>.txt            what the stage's source amounts to
    arms/<arm>.<view>.json      what `train`, or `answer` and `benchmark`, need of an arm, defaults filled in
    rubrics/, benchmarks/       the cards of those that params.yaml names
    answers/<task>.jsonl        the task's recorded answers; empty where it has none
    """
    sources = read_sources(source.parent)
    for stage in set(stages_of(sources)) - {"check"}:  # `check` runs for every change of the source
        write_text(out / "code" / f"{stage}.txt", code_text(sources, source.parent, stage))
    for view in (ArmTraining, ArmEndpoint):
        for key, arm in load_mapping(params, view).items():
            write_json(out / "arms" / f"{key}.{view.name}.json", arm.model_dump())
    for model, cards in ((Rubric, rubrics), (AnyBenchmark, benchmarks)):
        folder, names = out / model.section, sorted(load_mapping(params, model))
        write_json(folder / "named.json", names)  # DVC keeps no empty folder
        for path in (cards / f"{name}.yaml" for name in names):
            if path.is_file():
                with replacing(folder / path.name) as temporary:
                    shutil.copyfile(path, temporary)
    for name in sorted(load_mapping(params, Task)):
        recording = recordings / f"{name}.jsonl"
        with replacing(out / "answers" / recording.name) as temporary:
            temporary.write_bytes(recording.read_bytes() if recording.is_file() else b"")
