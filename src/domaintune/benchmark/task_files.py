"""lm-eval task files over local data, and the command that gives the same number with lm-eval alone."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from domaintune.benchmark.prompts import Put
from domaintune.core.models.loading import ADAPTER_CONFIG
from domaintune.core.models.pointer import Pointer
from domaintune.core.sections.evaluation import Method
from domaintune.core.sections.models import Decode
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
  - metric: {}
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


def tag_of(benchmark: str, method: Method) -> str:
    """Return what names all of a benchmark's tasks of one method for lm-eval."""
    return f"{benchmark}-{method}"


def write_tasks(
    folder: Path, benchmark: str, method: Method, *, puts: Sequence[Put], decode: Decode, until: Sequence[str]
) -> list[str]:
    """Write one data file and one task file a subset, rows by id; return the tasks' names."""
    tag, names = tag_of(benchmark, method), []
    metrics = ["acc", "acc_norm"] if method == "continuation" else ["acc"]
    tail = "".join(["metric_list:\n", *map(METRIC.format, metrics), VERSION])
    for subset in sorted({put.selected.subset for put in puts}):
        stem = f"{benchmark}-{_slug(subset)}"
        data = folder / f"{stem}.jsonl"
        own = (put for put in puts if put.selected.subset == subset)
        rows = sorted(own, key=lambda put: put.selected.name)
        several = any(len(put.selected.gold) > 1 for put in rows)
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
        write_text(folder / f"{names[-1]}.yaml", head + body + tail)
    return names


def _row(put: Put, *, several: bool) -> str:
    """Write a row; lm-eval wants all targets of a file as lists, or none."""
    one = put.selected
    row = {
        "id": one.name,
        "subset": one.subset,
        "prompt": put.prompt,
        "choices": put.choices,
        "gold": list(one.gold) if several else one.gold[0],
        "options": one.question.options,
    }
    return to_json(row, indent=None) + "\n"


def _slug(subset: str) -> str:
    """Return a name for files and tasks; a subset that is none gets a hash, so that no two share one."""
    if re.fullmatch(r"[a-z0-9_]+", subset):
        return subset
    plain = re.sub(r"[^a-z0-9]+", "_", subset.lower()).strip("_")
    return "_".join(part for part in (plain, content_id(subset, length=8)) if part)


README = """\
# {arm}: the benchmark with lm-eval alone

The files here are what `python -m domaintune.benchmark` gave to lm-eval {version}: a data file a subset, with the
prompt as rendered for this arm, and a task file for each subset and method. In the repository's root folder:

{commands}

Prompts are rendered already: do not add `--apply_chat_template`. The same questions in the same batches give the same
accuracy wherever the stage's accounting says `other_ids` 0: elsewhere lm-eval, which tokenises prompt and answer as one
text, takes other ids than the arm was trained on.
"""
COMMAND = """\
```
lm_eval run --include_path {folder} --tasks {tag} --model hf --batch_size {batch} \\
  --model_args {model_args}
```
"""


ALONE = """\
No command: lm-eval cannot load an arm with added tokens by itself. Untrained rows are made when the stage loads it,
and trained ones lie in PEFT's layers, on which lm-eval stops where the head shares the embeddings' weights.
"""


def readme(name: str, folder: Path, tags: Sequence[str], model_args: str | None, batch: int) -> str:
    """Return the README of the task files; without `model_args` it says why there is no command."""
    from importlib.metadata import version

    commands = (
        [ALONE]
        if model_args is None
        else [
            COMMAND.format(folder=folder.as_posix(), tag=tag, batch=batch, model_args=model_args)
            for tag in sorted(tags)
        ]
    )
    return README.format(arm=name, version=version("lm_eval"), commands="\n".join(commands).strip())


def model_arguments(
    described: Mapping[str, Any], pointer: Pointer, foundation: Path, adapter: Path
) -> str | None:
    """Return lm-eval's `--model_args` for the arm, loaded as the stage loads it; None where lm-eval cannot load it.

    `described`: the adapter's arm.json.
    """
    dtype = "bfloat16" if described["precision"] == "bf16" else "float32"
    if described["trained"] and not (adapter / ADAPTER_CONFIG).is_file():
        return f"pretrained={adapter.as_posix()},dtype={dtype}"
    if pointer.kind == "extended":
        return None
    places = {"starter": foundation.as_posix(), "local": pointer.path or "", "hub": pointer.repo_id or ""}
    words = [f"pretrained={places[pointer.kind]}", f"dtype={dtype}"]
    if pointer.kind == "hub":
        words.append(f"revision={pointer.revision}")
    if pointer.trust_remote_code:
        words.append("trust_remote_code=True")
    if described["quantization"] == "int8":
        words.append("load_in_8bit=True")
    elif described["quantization"] == "nf4":
        words += ["load_in_4bit=True", "bnb_4bit_quant_type=nf4", "bnb_4bit_use_double_quant=True"]
        words.append(f"bnb_4bit_compute_dtype={dtype}")
    if described["trained"]:
        words.append(f"peft={adapter.as_posix()}")
    return ",".join(words)
