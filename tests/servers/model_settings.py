"""Sections of params.yaml and an arm's folder, for tests that ask a model or compare what one said."""

from pathlib import Path
from typing import Any

from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.files import write_json

RUNTIME = {
    "servers": {}, "concurrency": 2, "timeout_s": 5.0, "max_retries": 0, "teacher_batch": 1, "threads": 1,
    "device": "cpu",
}  # fmt: skip
DECODE = {
    "max_new_tokens": 8, "num_beams": 1, "do_sample": False, "temperature": 1.0, "top_k": 0, "top_p": 1.0,
    "repetition_penalty": 1.0, "batch": 4,
}  # fmt: skip
BENCHMARK = {
    "kind": "local", "sources": ["s"], "split": "benchmark", "subsets": "subject", "methods": ["likelihood"],
    "prompt": "arm", "cyclic": False, "shots": 0, "shots_from": [], "max_questions": None, "role": "target",
}  # fmt: skip
CARD = {
    "title": "Exam", "source": "composed", "licence": "Apache-2.0", "instruction": "Choose.", "labels": "digits",
    "answer": "{label}", "published": None,
}  # fmt: skip
COMPARE = {
    "alpha": 0.05, "power": 0.8, "forgetting_margin": 0.02, "forgetting_alpha": 0.05, "primary": None, "suite": None,
    "selection": None,
}  # fmt: skip


def runtime(**own: Any) -> Runtime:
    return Runtime.model_validate(RUNTIME | own)


def decode(**own: Any) -> Decode:
    return Decode.model_validate(DECODE | own)


def untrained(folder: Path, **own: Any) -> Path:
    """Return the folder of an arm that is its foundation."""
    marker = {"trained": False, "template": "alpaca", "quantization": "none", "precision": "fp32"}
    write_json(folder / "arm.json", marker | own)
    return folder
