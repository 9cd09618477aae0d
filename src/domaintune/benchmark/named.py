"""lm-eval's own tasks by name; their questions come from the Hugging Face hub."""

from collections.abc import Iterator
from typing import Any

from domaintune.benchmark.items import finite
from domaintune.benchmark.rendered_model import Prompts
from domaintune.benchmark.scoring import Samples
from domaintune.core.records.benchmark_item import BenchmarkItem
from domaintune.core.sections.benchmarks import NamedBenchmark
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import did_you_mean

PER_QUESTION = ("acc", "exact_match")
"""What a question scores, 0 or 1; the first that a task has is taken."""
CHOICES = "multiple_choice"


def score_named(name: str, benchmark: NamedBenchmark, lm: Any, seed: int) -> tuple[Samples, dict[str, str]]:
    """Return the samples by task, and each task's kind of output.

    The first `max_questions` of each task, as lm-eval's own limit takes them.

    Raises:
        ParamsError: lm-eval has no such task.
        InputError: a task's data are not in the cache and cannot be fetched.
    """
    from lm_eval.evaluator import evaluate
    from lm_eval.tasks import TaskManager

    manager = TaskManager()
    for task in benchmark.tasks:
        if task not in manager.all_tasks:
            raise ParamsError(
                f"params.yaml: benchmarks.{name}.tasks: lm-eval has no task {task}"
                f"{did_you_mean(task, manager.all_tasks)[:200]}. `lm_eval ls tasks` lists them."
            )
    loaded = {key: part for task in benchmark.tasks for key, part in _load(name, task, manager).items()}
    for part in loaded.values():
        if part.get_config("num_fewshot") != 0:  # a task that fixes 0 keeps it, as in lm-eval
            part.set_config(key="num_fewshot", value=benchmark.shots)
        part.set_fewshot_seed(seed=seed)
    results = evaluate(
        lm, {"tasks": loaded}, limit=benchmark.max_questions, bootstrap_iters=0, log_samples=True
    )
    kinds = {key: str(part.get_config("output_type")) for key, part in loaded.items()}
    return dict(results["samples"]), kinds


def named_items(
    arm: str, benchmark: str, samples: Samples, kinds: dict[str, str], prompts: Prompts
) -> Iterator[BenchmarkItem]:
    """Yield one item a question; of several filters lm-eval's first counts.

    Raises:
        InputError: a task has no score of 0 or 1 for each question.
    """
    for task, logged in sorted(samples.items()):
        for sample in logged:
            if sample["filter"] == logged[0]["filter"]:
                yield _item((arm, benchmark, task), sample, kinds[task] == CHOICES, prompts)


def _item(
    where: tuple[str, str, str], sample: dict[str, Any], choices: bool, prompts: Prompts
) -> BenchmarkItem:
    arm, benchmark, task = where
    metric = next((name for name in PER_QUESTION if name in sample), None)
    if metric is None or sample[metric] not in {0, 1}:
        raise InputError(
            f"benchmarks.{benchmark}: lm-eval's task {task} gives {', '.join(sample['metrics'])} for a question, and "
            f"none of {', '.join(PER_QUESTION)} as 0 or 1. Choose tasks that count right answers."
        )
    values = finite([float(one[0]) for one in sample["filtered_resps"]]) if choices else []
    gold = sample["target"] if choices and isinstance(sample["target"], int) else None
    prompt = sample["arguments"][0][0]
    return BenchmarkItem(
        arm=arm,
        benchmark=benchmark,
        method="lm_eval",
        question_id=f"{task}:{sample['doc_id']}",
        subset=task,
        options=len(values),
        gold="" if gold is None else str(gold + 1),
        choice=str(values.index(max(values)) + 1) if values else "",
        outcome="correct" if sample[metric] == 1 else "wrong",
        log_likelihoods=values,
        text="" if choices else str(sample["filtered_resps"][0]),
        prompt_tokens=prompts.tokens.get(prompt, 0),
        truncated=prompt in prompts.truncated,
    )


def _load(name: str, task: str, manager: Any) -> dict[str, Any]:
    try:
        return dict(manager.load([task])["tasks"])
    except (OSError, ValueError) as error:
        raise InputError(
            f"benchmarks.{name}: the data of lm-eval's task {task} are not in the local cache, and the Hugging Face "
            f"hub cannot be reached or refuses them ({str(error).splitlines()[0][:200]}). Go online once, without "
            "HF_HUB_OFFLINE, and run `dvc repro` again; or score a local copy with kind: local."
        ) from error
