"""Tiny models with and without chat template, arms on them, and composed questions."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from model_settings import BENCHMARK, decode, runtime, untrained
from records import blank
from starter_models import make_foundation

from domaintune.benchmark.stage import How, Places, write_items
from domaintune.core.frames import read_records, write_records
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_model
from domaintune.core.records.question import BenchmarkItem, Question
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import AnyBenchmark
from domaintune.core.stage.params import parse

ROOT = Path(__file__).parents[2]
CONTEXT = 768
LOCAL = BENCHMARK | {
    "sources": ["exam", "mmlu"], "subsets": "difficulty", "methods": ["likelihood", "generation"],
}  # fmt: skip
NAMED = {
    "kind": "lm_eval", "tasks": ["arc_easy"], "shots": 0, "max_questions": 2, "metric": "acc", "role": "general",
}  # fmt: skip
METALS = ("copper", "zinc", "iron", "lead", "tin")


def ask(number: int, source: str, **fields: Any) -> Question:
    """A composed question: Korean with five options from `exam`, English with four from `mmlu`."""
    korean = source == "exam"
    options = [f"{metal} {number + i}" for i, metal in enumerate(METALS[: 5 if korean else 4])]
    values: dict[str, Any] = {
        "id": f"{source}-{number:02}", "source": source, "split": "benchmark", "options": options,
        "question": f"펌프 {number}의 재료는? {{x}}" if korean else f"What is pump {number} made of? \\frac{{1}}{{2}}",
        "answer": str(number % len(options) + 1), "subject": "화학" if korean else "high_school_chemistry",
        "difficulty": ("high_school", "college")[number % 2], "language": "ko" if korean else "en",
    }  # fmt: skip
    return blank(Question, **values | fields)


QUESTIONS = [ask(number, source) for number in range(8) for source in ("exam", "mmlu")]


@pytest.fixture(scope="session")
def foundations(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """By the template their arms use, models of one layer, as good as random."""
    folder = tmp_path_factory.mktemp("foundations")
    texts = [
        f"The pump {n} is made of {METALS[n % 5]} and works at {n} K. 답은 ①②③④⑤ A B C D" for n in range(40)
    ]
    sizes = {"vocab_size": 352, "context": CONTEXT}
    return {
        template: make_foundation(folder / name, texts, name, 2, layers=1, chat=chat, **sizes)
        for template, name, chat in (("alpaca", "original", False), ("chat", "chat", True))
    }


@pytest.fixture(scope="session")
def adapters(
    foundations: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, bool], Path]:
    """By template, and whether the arm is trained; a trained one has random LoRA weights."""
    from peft import LoraConfig, get_peft_model

    found = {}
    for template, foundation in foundations.items():
        for trained in (False, True):
            folder = tmp_path_factory.mktemp("arm")
            found[template, trained] = untrained(folder, trained=trained, template=template)
        model = load_model(open_foundation(foundation), "none", "fp32", "cpu")
        config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
        get_peft_model(model, config).save_pretrained(found[template, True])
    return found


def benchmarks(**entries: Mapping[str, Any]) -> dict[str, AnyBenchmark]:
    """Entries of params.yaml as the stage gets them; what is not given is as in LOCAL."""
    values = {
        key: entry if entry.get("kind") == "lm_eval" else {**LOCAL, **entry} for key, entry in entries.items()
    }
    return {key: parse(Path("params.yaml"), key, AnyBenchmark, value) for key, value in values.items()}


def settings(servers: Mapping[str, Any] | None = None, **own: Any) -> How:
    return How(decode(**{"max_new_tokens": 12} | own), runtime(servers=servers or {}), seed=7)


def task_of_lm_eval(file: str, rows: Mapping[str, list[dict[str, Any]]], **changes: Any) -> Any:
    """Return a task as lm-eval ships it, on rows by split; without its f1, which is fetched from the hub."""
    import lm_eval.tasks
    from lm_eval.api.task import ConfigurableTask
    from lm_eval.tasks._yaml_loader import load_yaml

    theirs = load_yaml(Path(lm_eval.tasks.__file__).parent / file)
    for split, own in rows.items():
        Path(f"{split}.json").write_text("".join(json.dumps(row) + "\n" for row in own))
    files = {split: f"{split}.json" for split in rows}
    local = {
        "dataset_path": "json", "dataset_name": None,
        "dataset_kwargs": {"data_files": files, "cache_dir": "cache"},
        "metric_list": [one for one in theirs["metric_list"] if one["metric"] != "f1"],
        **changes,
    }  # fmt: skip
    task = ConfigurableTask(config={key: theirs[key] for key in theirs if key != "tag"} | local)
    task.build_all_requests()
    return task


@pytest.fixture
def run(
    tmp_path: Path, foundations: Any, adapters: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Score an arm in the test's folder; return accounting, items and places."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "locks").symlink_to(ROOT / "locks")
    code = tmp_path / "code.txt"
    code.write_text("as it is\n", encoding="utf-8")

    def score(
        wanted: Mapping[str, AnyBenchmark], template: str = "alpaca", trained: bool = False, out: str = "out",
        questions: list[Question] = QUESTIONS, endpoint: Mapping[str, Any] | None = None, how: How | None = None,
        specs: Path = ROOT / "catalog/benchmarks", kept: bool = False, adapter: Path | None = None,
    ) -> tuple[dict[str, Any], list[BenchmarkItem], Places]:  # fmt: skip
        if not kept:  # what an earlier call scored
            shutil.rmtree(".domaintune", ignore_errors=True)
        write_records(tmp_path / "questions.parquet", Question, questions)
        places = Places(
            tmp_path / "questions.parquet", specs, adapter or adapters[template, trained],
            foundations[template], Path(out), code,
        )  # fmt: skip
        arm = Arm.model_validate({"model": "m", "mixture": None, "baseline": "arm", "endpoint": endpoint})
        accounts = write_items("arm", arm, wanted, places, how or settings())
        return accounts.as_dict(), read_records(places.out / "items.parquet", BenchmarkItem), places

    return score
