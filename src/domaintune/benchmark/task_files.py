"""lm-eval task files over local data, and the command that gives the same number with lm-eval alone."""

import json
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from domaintune.benchmark.prompts import Put
from domaintune.core.models.loading import ADAPTER_CONFIG
from domaintune.core.models.pointer import Pointer
from domaintune.core.sections.evaluation import Method
from domaintune.core.sections.models import Decode
from domaintune.core.stage.files import content_id, to_json, write_text
from domaintune.core.template import render

TASK, README = (Path(__file__).with_name(name) for name in ("task.yaml.j2", "readme.md.j2"))


def write_tasks(
    folder: Path, benchmark: str, method: Method, *, puts: Sequence[Put], decode: Decode, until: Sequence[str]
) -> list[str]:
    """Write one data file and one task file a subset, rows by id; return the tasks' names."""
    names = []
    for subset in sorted({put.selected.subset for put in puts}):
        stem = f"{benchmark}-{_slug(subset)}"
        data = folder / f"{stem}.jsonl"
        own = (put for put in puts if put.selected.subset == subset)
        rows = sorted(own, key=lambda put: put.selected.name)
        several = any(len(put.selected.gold) > 1 for put in rows)
        write_text(data, "".join(_row(put, several=several) for put in rows))
        names.append(f"{stem}-{method}")
        task = render(
            TASK.read_text(encoding="utf-8"),
            task=names[-1],
            tag=f"{benchmark}-{method}",
            data=json.dumps(data.as_posix(), ensure_ascii=False),
            generation=method == "generation",
            until=json.dumps(list(until), ensure_ascii=False),
            decode=decode,
            delimiter=json.dumps(rows[0].delimiter),
            metrics=["acc", "acc_norm"] if method == "continuation" else ["acc"],
        )
        write_text(folder / f"{names[-1]}.yaml", f"{task}\n")
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


def readme(name: str, folder: Path, tags: Sequence[str], model_args: str | None, batch: int) -> str:
    """Return the README of the task files; without `model_args` it says why there is no command."""
    about = {"folder": folder.as_posix(), "tags": sorted(tags), "model_args": model_args, "batch": batch}
    return render(README.read_text(encoding="utf-8"), arm=name, version=version("lm_eval"), **about) + "\n"


def model_arguments(
    described: Mapping[str, Any], pointer: Pointer, foundation: Path, adapter: Path
) -> str | None:
    """Return lm-eval's `--model_args` for the arm, loaded as its arm.json says; None where lm-eval cannot load it."""
    dtype = "bfloat16" if described["precision"] == "bf16" else "float32"
    if described["trained"] and not (adapter / ADAPTER_CONFIG).is_file():
        return f"pretrained={adapter.as_posix()},dtype={dtype}"
    if pointer.kind == "extended":
        return None
    places = {"random": foundation.as_posix(), "local": pointer.path or "", "hub": pointer.repo_id or ""}
    places["gguf"] = f"$HOME/.cache/domaintune/models/{pointer.sha256}"
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
