"""lm-eval task files over local data, so that anybody can score the same questions with lm-eval alone."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domaintune.benchmark.prompts import Put
from domaintune.core.sections.benchmarks import Method
from domaintune.core.sections.decode import Decode
from domaintune.core.stage.files import content_id, to_json, write_text

COMMON = """\
# Written by `python -m domaintune.benchmark`. Run lm-eval in the repository's root folder; see README.md here.
task: {task}
tag: {tag}
dataset_path: json
dataset_kwargs:
  data_files:
    test: {data}
test_split: test
doc_to_text: prompt
doc_to_target: gold
"""
# acc is the mean of what each question scores; lm-eval's own f1 fails where there are more than two classes
METRIC = """\
metric_list:
  - metric: acc
    aggregation: mean
    higher_is_better: true
"""
METRIC_NORM = """\
  - metric: acc_norm
    aggregation: mean
    higher_is_better: true
"""
VERSION = """\
metadata:
  version: 1.0
"""
LIKELIHOOD = """\
output_type: multiple_choice
doc_to_choice: choices
target_delimiter: {delimiter}
"""
GENERATION = """\
output_type: generate_until
generation_kwargs:
  until: {until}
  max_gen_toks: {max_new_tokens}
  do_sample: false
  repetition_penalty: {repetition_penalty}
process_results: !function domaintune.benchmark.reading.process_results
"""


class TaskFiles(NamedTuple):
    """The tasks of one benchmark and method."""

    tag: str
    """Names all of them for lm-eval."""
    names: list[str]


def write_tasks(
    folder: Path, benchmark: str, method: Method, *, puts: Sequence[Put], decode: Decode, until: Sequence[str]
) -> TaskFiles:
    """Write one data file and one task file a subset, rows by id."""
    tag, names = f"{benchmark}-{method}", []
    metrics = METRIC + (METRIC_NORM if method == "continuation" else "") + VERSION
    for subset in sorted({put.subset for put in puts}):
        stem = f"{benchmark}-{_slug(subset)}"
        data = folder / f"{stem}.jsonl"
        rows = sorted((put for put in puts if put.subset == subset), key=lambda put: put.id)
        several = any(len(put.gold) > 1 for put in rows)
        write_text(data, "".join(_row(put, several=several) for put in rows))
        body = LIKELIHOOD.format(delimiter=json.dumps(rows[0].delimiter))
        if method == "generation":
            body = GENERATION.format(
                until=json.dumps(list(until), ensure_ascii=False),
                max_new_tokens=decode.max_new_tokens,
                repetition_penalty=decode.repetition_penalty,
            )
        names.append(f"{stem}-{method}")
        head = COMMON.format(task=names[-1], tag=tag, data=json.dumps(data.as_posix(), ensure_ascii=False))
        write_text(folder / f"{names[-1]}.yaml", head + body + metrics)
    return TaskFiles(tag, names)


def _row(put: Put, *, several: bool) -> str:
    """Write a row; lm-eval wants all targets of a file as lists, or none."""
    row = {name: getattr(put, name) for name in ("id", "subset", "prompt", "choices", "gold", "options")}
    row["gold"] = list(put.gold) if several else put.gold[0]
    return to_json(row, indent=None) + "\n"


def _slug(subset: str) -> str:
    """Return a name for files and tasks; a subset that is none gets a hash, so that no two share one."""
    if re.fullmatch(r"[a-z0-9_]+", subset):
        return subset
    plain = re.sub(r"[^a-z0-9]+", "_", subset.lower()).strip("_")
    return "_".join(part for part in (plain, content_id(subset, length=8)) if part)
