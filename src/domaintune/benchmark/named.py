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

CHOICES = "multiple_choice"
"""The one kind of task whose score of a question can be told from the options: its per-question `acc` is checked."""


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
        InputError: a task is not a multiple-choice one, or one of its questions has no right option.
    """
    for task, logged in sorted(samples.items()):
        if kinds[task] != CHOICES or "acc" not in logged[0]:
            raise InputError(
                f"benchmarks.{benchmark}: lm-eval's task {task} is of kind {kinds[task]}; only {CHOICES} tasks with "
                "`acc` are scored here. Take it out of benchmarks in params.yaml."
            )
        for sample in logged:
            if sample["filter"] == logged[0]["filter"]:
                yield _item((arm, benchmark, task), sample, prompts)


def _item(where: tuple[str, str, str], sample: dict[str, Any], prompts: Prompts) -> BenchmarkItem:
    arm, benchmark, task = where
    values = finite([float(one[0]) for one in sample["filtered_resps"]])
    gold, choice = _right_option(sample), values.index(max(values))
    if gold is None or (gold == choice) != (sample["acc"] == 1):
        raise InputError(
            f"benchmarks.{benchmark}: question {sample['doc_id']} of lm-eval's task {task}: the right answer is "
            f"{sample['target']!r} and lm-eval's acc {sample['acc']}, which does not fit one of its {len(values)} "
            "options. Take the task out of benchmarks in params.yaml."
        )
    prompt = sample["arguments"][0][0]
    return BenchmarkItem(
        arm=arm,
        benchmark=benchmark,
        method="lm_eval",
        question_id=f"{task}:{sample['doc_id']}",
        subset=task,
        options=len(values),
        gold=str(gold + 1),
        choice=str(choice + 1),
        outcome="correct" if choice == gold else "wrong",
        log_likelihoods=values,
        text="",
        prompt_tokens=prompts.tokens.get(prompt, 0),
        truncated=prompt in prompts.truncated,
    )


def _right_option(sample: dict[str, Any]) -> int | None:
    """Return the right option's place; a task may give it as a number or as the option's text."""
    target = sample["target"]
    if isinstance(target, int):
        return target
    options = [str(continuation).strip() for _, continuation in sample["arguments"]]
    text = str(target).strip()
    if options.count(text) == 1:
        return options.index(text)
    return int(text) if text.isdecimal() and int(text) < len(options) else None


def _load(name: str, task: str, manager: Any) -> dict[str, Any]:
    try:
        return dict(manager.load([task])["tasks"])
    except (OSError, ValueError) as error:
        raise InputError(
            f"benchmarks.{name}: the data of lm-eval's task {task} are not in the local cache, and the Hugging Face "
            f"hub cannot be reached or refuses them ({str(error).splitlines()[0][:200]}). Go online once, without "
            "HF_HUB_OFFLINE, and run `dvc repro` again; or score a local copy with kind: local."
        ) from error
