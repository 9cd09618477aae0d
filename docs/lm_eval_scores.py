"""Print each arm's benchmark scores beside those of lm-eval's own tasks and own model, on the same questions.

Run it after `dvc repro`, on benchmarks with `prompt: plain`: python docs/lm_eval_scores.py [ARM …]

The tasks are as lm-eval ships them; only their rows are local ones, and F1, whose code is fetched from the hub, is left
out. Nothing of this project's rendering or scoring is used for lm-eval's figures.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lm_eval.tasks
from lm_eval.api.task import ConfigurableTask
from lm_eval.evaluator import evaluate
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks._yaml_loader import load_yaml

from domaintune.core.frames import read_records
from domaintune.core.models.pointer import locate, read_pointer
from domaintune.core.records.question import BenchmarkItem, Question
from domaintune.core.stage.files import read_json
from domaintune.core.stage.params import read_yaml

Row = dict[str, Any]


def copa(one: Question) -> Row:
    """Return a question as a row of KoBEST COPA."""
    return {"premise": one.context, "question": one.question} | numbered("alternative_", one, "label")


def boolq(one: Question) -> Row:
    """Return a question as a row of KoBEST BoolQ."""
    return {"paragraph": one.context, "question": one.question, "label": one.right[0] - 1}


def hellaswag(one: Question) -> Row:
    """Return a question as a row of KoBEST HellaSwag."""
    return {"context": one.question} | numbered("ending_", one, "label")


def kmmlu(one: Question) -> Row:
    """Return a question as a row of KMMLU."""
    return {"question": one.question, "answer": one.right[0]} | dict(zip("ABCD", one.options, strict=True))


def mmlu(one: Question) -> Row:
    """Return a question as a row of MMLU."""
    return {"question": one.question, "choices": one.options, "answer": one.right[0] - 1}


def numbered(name: str, one: Question, label: str) -> Row:
    """Return the options by number, and which of them is right, from 0."""
    return {f"{name}{at}": text for at, text in enumerate(one.options, 1)} | {label: one.right[0] - 1}


TASKS = {
    "kobest_copa": ("kobest/kobest_copa.yaml", copa),
    "kobest_boolq": ("kobest/kobest_boolq.yaml", boolq),
    "kobest_hellaswag": ("kobest/kobest_hellaswag.yaml", hellaswag),
    "kmmlu": ("kmmlu/default/kmmlu_chemistry.yaml", kmmlu),
    "mmlu_chemistry": ("mmlu/default/mmlu_{subject}.yaml", mmlu),
}
"""Benchmark → lm-eval's task file, and how one of our questions is a row of its data set."""
METRICS = {"continuation_norm": "acc_norm"}


def own_task(file: str, rows: list[Row], folder: Path) -> ConfigurableTask:
    """Return lm-eval's task on local rows."""
    theirs = load_yaml(Path(lm_eval.tasks.__file__).parent / file)
    path = folder / "test.json"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    local = {
        "dataset_path": "json",
        "dataset_name": None,
        "dataset_kwargs": {"data_files": {"test": str(path)}, "cache_dir": str(folder)},
        "metric_list": [one for one in theirs["metric_list"] if one["metric"] != "f1"],
        "training_split": None,
        "validation_split": None,
        "fewshot_split": None,
    }
    return ConfigurableTask(config={key: theirs[key] for key in theirs if key != "tag"} | local)


def compared(arm: str, params: Row) -> Iterator[str]:
    """Yield a line of the table for each benchmark, method and subset of an arm."""
    folder, chosen = Path("data/benchmarks") / arm, params["arms"][arm]
    foundation = Path("models/foundation") / chosen["model"]
    described = read_json(Path("models/adapters") / arm / "arm.json")
    lm = HFLM(
        str(locate(foundation, read_pointer(foundation))),
        peft=f"models/adapters/{arm}" if described["trained"] else None,
        dtype="bfloat16" if described["precision"] == "bf16" else "float32",
        device="cpu",
        batch_size=params["decode"]["batch"],
    )
    questions = {one.id: one for one in read_records(Path("data/corpus/questions.parquet"), Question)}
    items = read_records(folder / "items.parquet", BenchmarkItem)
    for benchmark in sorted({one.benchmark for one in items if one.benchmark in TASKS}):
        file, row = TASKS[benchmark]
        own = [one for one in items if one.benchmark == benchmark]
        with tempfile.TemporaryDirectory() as place:
            tasks = {}
            # all subsets at once, as the stage does: in bf16 a question's last bits depend on its batch
            for subset in sorted({one.subset for one in own}):
                asked = [
                    questions[name]
                    for name in sorted({one.question_id for one in own if one.subset == subset})
                ]
                named, folder = file.format(subject=asked[0].subject), Path(place, subset)
                folder.mkdir()
                tasks[subset] = own_task(named, [row(one) for one in asked], folder)
            theirs = evaluate(lm, tasks, bootstrap_iters=0)["results"]
        for subset, method in sorted({(one.subset, one.method) for one in own}):
            scored = [one.outcome == "correct" for one in own if (one.subset, one.method) == (subset, method)]
            ours, told = sum(scored) / len(scored), theirs[subset][f"{METRICS.get(method, 'acc')},none"]
            same = "yes" if ours == told else "NO"
            yield f"| {arm} | {benchmark} | {subset} | {method} | {len(scored)} | {ours} | {told} | {same} |"


def main(arms: list[str]) -> None:
    """Print the table; exit 1 where a score differs."""
    params, lines = read_yaml(Path("params.yaml")), []
    os.environ["HF_HUB_OFFLINE"] = "1"
    sys.stdout.write("| arm | benchmark | subset | method | questions | here | lm-eval | equal |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|---|\n")
    for arm in arms or sorted(params["arms"]):
        for line in compared(arm, params):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            lines.append(line)
    sys.exit(any("| NO |" in line for line in lines) or not lines)


if __name__ == "__main__":
    main(sys.argv[1:])
