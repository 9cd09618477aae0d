"""The command that gives the same number with lm-eval alone, written beside its task files."""

from collections.abc import Sequence
from pathlib import Path

from domaintune.benchmark.loading import LoadedArm
from domaintune.core.models.tuned import ADAPTER_CONFIG

README = """\
# {arm}: the benchmark with lm-eval alone

The files here are what `python -m domaintune.benchmark` gave to lm-eval {version}: a data file a subset, with the
prompt as rendered for this arm, and a task file for each subset and method. In the repository's root folder:

{commands}

Prompts are rendered already: do not add `--apply_chat_template`. The same questions in the same batches give the same
accuracy wherever the stage's books say `other_ids` 0: elsewhere lm-eval, which tokenises prompt and answer as one text,
takes other ids than the arm was trained on.
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


def model_arguments(arm: LoadedArm, foundation: Path, adapter: Path) -> str | None:
    """Return lm-eval's `--model_args` for the arm, loaded as the stage loads it; None where lm-eval cannot load it."""
    pointer, dtype = arm.pointer, "bfloat16" if arm.described["precision"] == "bf16" else "float32"
    if arm.described["trained"] and not (adapter / ADAPTER_CONFIG).is_file():
        return f"pretrained={adapter.as_posix()},dtype={dtype}"
    if pointer.kind == "extended":
        return None
    places = {"starter": foundation.as_posix(), "local": pointer.path or "", "hub": pointer.repo_id or ""}
    words = [f"pretrained={places[pointer.kind]}", f"dtype={dtype}"]
    if pointer.kind == "hub":
        words.append(f"revision={pointer.revision}")
    if pointer.trust_remote_code:
        words.append("trust_remote_code=True")
    if arm.described["quantization"] == "int8":
        words.append("load_in_8bit=True")
    elif arm.described["quantization"] == "nf4":
        words += ["load_in_4bit=True", "bnb_4bit_quant_type=nf4", "bnb_4bit_use_double_quant=True"]
        words.append(f"bnb_4bit_compute_dtype={dtype}")
    if arm.described["trained"]:
        words.append(f"peft={adapter.as_posix()}")
    return ",".join(words)
