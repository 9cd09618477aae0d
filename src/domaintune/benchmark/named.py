"""lm-eval's own tasks by name; their questions come from the Hugging Face hub."""

import re
from collections.abc import Iterator, Sequence
from string import ascii_uppercase
from typing import Any, NamedTuple

from domaintune.benchmark.lm_eval_model import Prompts, Samples
from domaintune.benchmark.reading import finite, likeliest
from domaintune.benchmark.selecting import listed
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.sections.evaluation import Metric, NamedBenchmark
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import did_you_mean

KINDS = {"acc": "multiple_choice", "acc_norm": "multiple_choice", "exact_match": "generate_until"}
"""The kind of task each metric is taken of; its score of every question is checked against what was chosen."""
FEWEST = 5
"""Options a written letter is taken of where a task does not list them, as KorMedMCQA's columns A to E."""


def score_named(name: str, benchmark: NamedBenchmark, lm: Any, seed: int) -> Samples:
    """Return the samples by task, each with its task's kind of output and what stands before an option.

    The first `max_questions` of each task, as lm-eval's own limit takes them.
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
    return {
        key: [
            sample
            | {"kind": part.get_config("output_type"), "delimiter": part.get_config("target_delimiter") or ""}
            for sample in results["samples"][key]
        ]
        for key, part in loaded.items()
    }


def named_items(
    arm: str, benchmark: str, metric: Metric, *, samples: Samples, prompts: Prompts
) -> Iterator[BenchmarkItem]:
    """Yield one item a question; of several filters lm-eval's first counts."""
    for task, logged in sorted(samples.items()):
        if (kind := logged[0]["kind"]) != KINDS[metric] or metric not in logged[0]:
            raise InputError(
                f"benchmarks.{benchmark}: lm-eval's task {task} is of kind {kind}; metric {metric} is taken of "
                f"{KINDS[metric]} tasks that report it. Choose another of {', '.join(KINDS)}, or take the task out of "
                "benchmarks in params.yaml."
            )
        for sample in logged:
            if sample["filter"] == logged[0]["filter"]:
                yield _item((arm, benchmark, task), metric, sample, prompts)


def _item(
    where: tuple[str, str, str], metric: Metric, sample: dict[str, Any], prompts: Prompts
) -> BenchmarkItem:
    arm, benchmark, task = where
    found = _letter(sample) if metric == "exact_match" else _likeliest(sample, metric)
    if not found.gold or (found.choice in found.gold) != (sample[metric] == 1):
        raise InputError(
            f"benchmarks.{benchmark}: question {sample['doc_id']} of lm-eval's task {task}: the right answer is "
            f"{sample['target']!r} and lm-eval's {metric} {sample[metric]}, which does not fit one of its "
            f"{found.options} options. Take the task out of benchmarks in params.yaml."
        )
    prompt = sample["arguments"][0][0]
    return BenchmarkItem(
        arm=arm,
        benchmark=benchmark,
        method="lm_eval",
        question_id=f"{task}:{sample['doc_id']}",
        rotation=0,
        cluster=f"{task}:{sample['doc_id']}",
        subset=task,
        options=found.options,
        gold=listed(place + 1 for place in found.gold),
        choice="" if found.choice is None else str(found.choice + 1),
        outcome="unparsed" if found.choice is None else "correct" if found.choice in found.gold else "wrong",
        log_likelihoods=found.values,
        text=found.text,
        prompt_tokens=prompts.tokens.get(prompt, 0),
        truncated=prompt in prompts.truncated,
    )


class _Found(NamedTuple):
    gold: Sequence[int]
    """The right options; none where the target is no option."""
    choice: int | None
    options: int
    values: list[float]
    text: str


def _likeliest(sample: dict[str, Any], metric: Metric) -> _Found:
    """Read a question scored by likelihood; an option's length is that of its text, without what stands before it."""
    values = finite([float(one[0]) for one in sample["filtered_resps"]])
    texts = [str(continuation).removeprefix(sample["delimiter"]) for _, continuation in sample["arguments"]]
    choice = likeliest(values, texts if metric == "acc_norm" else None)
    return _Found(_right_options(sample), choice, len(values), values, "")


def _letter(sample: dict[str, Any]) -> _Found:
    """Read a question whose answer was written and reduced to a letter by the task's own filter."""
    response = sample["filtered_resps"][0]
    written, target = (re.sub(r"[\W_]+", "", str(text)) for text in (response, sample["target"]))
    gold, choice = (
        ascii_uppercase.find(text.upper()) if len(text) == 1 else -1 for text in (target, written)
    )
    own = sample.get("doc", {}).get("options")  # as MMLU-Pro's ten
    options = max(len(own) if isinstance(own, list) else FEWEST, gold + 1)
    raw = str(sample["resps"][0][0])
    return _Found([gold] if gold >= 0 else [], choice if 0 <= choice < options else None, options, [], raw)


def _right_options(sample: dict[str, Any]) -> list[int]:
    """Return the right options' places; a task gives one or several, as numbers, or one as the option's text."""
    target = sample["target"]
    options = [str(continuation).strip() for _, continuation in sample["arguments"]]
    if isinstance(target, int | list):
        places = target if isinstance(target, list) else [target]
        return places if set(places) <= set(range(len(options))) else []
    text = str(target).strip()
    if options.count(text) == 1:
        return [options.index(text)]
    return [int(text)] if text.isdecimal() and int(text) < len(options) else []


def _load(name: str, task: str, manager: Any) -> dict[str, Any]:
    try:
        return dict(manager.load([task])["tasks"])
    except (OSError, ValueError) as error:
        raise InputError(
            f"benchmarks.{name}: the data of lm-eval's task {task} are not in the local cache, and the Hugging Face "
            f"hub cannot be reached or refuses them ({str(error).splitlines()[0][:200]}). Go online once, without "
            "HF_HUB_OFFLINE, and run `dvc repro` again; or score a local copy with kind: local."
        ) from error
