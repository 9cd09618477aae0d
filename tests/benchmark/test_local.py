"""Questions of our own: the ids of training, lm-eval's own numbers, the same bytes twice."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from starter_models import LLAMA, build

from domaintune.benchmark.lm_eval_model import Prompts, rendered_model, temporary_cache
from domaintune.benchmark.prompts import put_as_trained, question_text
from domaintune.benchmark.selecting import select
from domaintune.benchmark.stage import Places
from domaintune.core.benchmark_spec import read_spec
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_model, load_tokenizer
from domaintune.core.rendering.rendering import render
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.files import write_json

from .conftest import CONTEXT, QUESTIONS, ROOT, ask, benchmarks, settings

# peft asks transformers for an attribute by its old name
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")

SPEC = read_spec(ROOT / "catalog/benchmarks", "korean_exam")
CHOSEN = select("b", benchmarks(b={})["b"].chosen, QUESTIONS, 0).chosen


def evaluated_alone(
    places: Any, tags: list[str], foundation: Path, adapter: Path | None = None
) -> dict[str, dict[str, float]]:
    """Evaluate lm-eval's own model on the stage's files; return metrics by task."""
    from lm_eval.evaluator import evaluate
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    with temporary_cache():
        tasks = TaskManager(include_path=str(places.task_files), include_defaults=False).load(tags)
        lm = HFLM(str(foundation), peft=adapter and str(adapter), dtype="float32", device="cpu", batch_size=4)
        results = evaluate(lm, tasks, bootstrap_iters=0)["results"]
    return {task: values for task, values in results.items() if "acc,none" in values}


def accuracies(results: dict[str, dict[str, float]]) -> dict[str, float]:
    return {task: values["acc,none"] for task, values in results.items()}


def accuracy(items: Any, benchmark: str, method: str) -> dict[str, float]:
    subsets = sorted({item.subset for item in items if (item.benchmark, item.method) == (benchmark, method)})
    return {
        f"{benchmark}-{subset}-{method}": sum(item.outcome == "correct" for item in chosen) / len(chosen)
        for subset in subsets
        if (chosen := [i for i in items if (i.benchmark, i.method, i.subset) == (benchmark, method, subset)])
    }


@pytest.mark.parametrize(("template", "line"), [("alpaca", ""), ("chat", "Quality of the answer: high")])
def test_the_scored_ids_are_those_of_a_training_row(
    template: Any, line: str, foundations: Any, monkeypatch: Any
) -> None:
    opened = open_foundation(foundations[template])
    model, tokenizer = load_model(opened, "none", "fp32", "cpu"), load_tokenizer(opened)
    puts = [put_as_trained(tokenizer, template, SPEC, one, line) for one in CHOSEN]
    prompts = Prompts(puts)
    lm = rendered_model(model, tokenizer, prompts, 4)
    fed: list[list[int]] = []
    monkeypatch.setattr(
        type(lm), "_loglikelihood_tokens", lambda self, requests, **_: fed.extend(c + a for _, c, a in requests)
    )  # fmt: skip
    from lm_eval.api.instance import Instance

    requests = [(put.prompt, choice) for put in puts for choice in put.choices]
    lm.loglikelihood([Instance("loglikelihood", {}, pair, 0) for pair in requests])
    wanted = []
    for one, put in zip(CHOSEN, puts, strict=True):
        labelled = list(zip("①②③④⑤", one.question.options, strict=False))
        text = f"{one.question.question}\n" + " ".join(label + option for label, option in labelled)
        for label, option in labelled:
            answer = f'{{"Answer": "{label} {option}", "Explanation": ""}}'
            row = render(tokenizer, template, SPEC.instruction, text, answer, line=line)
            choice = tokenizer(f'{{"Answer": "{label}', add_special_tokens=False)["input_ids"]
            assert row.input_ids[: row.prompt_tokens] == put.ids
            wanted.append(row.input_ids[: row.prompt_tokens + len(choice)])
    assert fed == wanted
    assert all(ids.count(tokenizer.bos_token_id) == 1 and ids[0] == tokenizer.bos_token_id for ids in fed)
    assert prompts.other_ids == set()


@pytest.mark.parametrize("template", ["alpaca", "chat"])
def test_labels_have_the_ids_of_training_where_texts_are_tokenised_with_a_space_before_them(
    template: Any,
) -> None:
    tokenizer = build("legacy")
    tokenizer.chat_template = LLAMA
    for one in CHOSEN:
        put = put_as_trained(tokenizer, template, SPEC, one, "")
        assert put.ids is not None
        assert put.choice_ids is not None
        for label, option, ids in zip("①②③④⑤", one.question.options, put.choice_ids, strict=False):
            answer = f'{{"Answer": "{label} {option}"}}'
            row = render(tokenizer, template, SPEC.instruction, question_text(one), answer)
            assert row.input_ids[: len(put.ids) + len(ids)] == put.ids + ids
            assert tokenizer.decode(ids).strip() == f'{{"Answer": "{label}'


def test_where_lm_eval_would_take_other_ids_those_of_training_are_scored_and_it_is_counted(
    run: Any, foundations: Any, monkeypatch: Any
) -> None:
    # a chat template without begin token on a tokenizer that adds one: lm-eval alone would put it first
    import domaintune.core.models.generating as loading

    def without_begin(opened: Any) -> Any:
        tokenizer = load_tokenizer(opened)
        tokenizer.chat_template = tokenizer.chat_template.removeprefix("{{ bos_token }}")
        return tokenizer

    before, _, _ = run(benchmarks(korean_exam={}), template="chat")
    monkeypatch.setattr(loading, "load_tokenizer", without_begin)
    accounts, items, _ = run(benchmarks(korean_exam={}), template="chat")
    for method in ("likelihood", "generation"):
        assert before[f"korean_exam.{method}"]["other_ids"] == 0
        assert accounts[f"korean_exam.{method}"]["other_ids"] == len(QUESTIONS)
    tokenizer = without_begin(open_foundation(foundations["chat"]))
    for one in CHOSEN:
        ids = put_as_trained(tokenizer, "chat", SPEC, one, "").ids
        assert ids is not None
        assert tokenizer.bos_token_id not in ids
        shown = [item for item in items if item.question_id == one.question.id]
        assert {item.prompt_tokens for item in shown} == {len(ids)}


def test_lm_eval_alone_gives_the_same_accuracy_to_the_last_digit(
    run: Any, foundations: Any, adapters: Any
) -> None:
    wanted = benchmarks(korean_exam={})
    accounts, items, places = run(wanted, template="chat", trained=True)
    tags = ["korean_exam-likelihood", "korean_exam-generation"]
    alone = accuracies(evaluated_alone(places, tags, foundations["chat"], adapters["chat", True]))
    ours = [accuracy(items, "korean_exam", method) for method in ("likelihood", "generation")]
    assert alone == ours[0] | ours[1]
    assert any(0 < value < 1 for value in alone.values())
    assert [accounts[f"korean_exam.{one}"]["other_ids"] for one in ("likelihood", "generation")] == [0, 0]
    assert "korean_exam-likelihood" in (places.task_files / "README.md").read_text()


def test_an_arm_that_was_told_its_answers_quality_is_asked_for_the_best_but_not_in_a_plain_prompt(
    run: Any, tmp_path: Path
) -> None:
    plain = {"sources": ["mmlu"], "methods": ["likelihood"], "prompt": "plain"}
    wanted = benchmarks(korean_exam={"sources": ["exam"], "methods": ["likelihood"]}, mmlu_chemistry=plain)
    _, _, places = run(wanted, trained=True)
    adapter = shutil.copytree(places.adapter, tmp_path / "adapter")
    described = json.loads((adapter / "arm.json").read_text())
    write_json(adapter / "arm.json", described | {"condition_line": "Quality: high"})
    _, _, told = run(wanted, adapter=adapter, out="told")

    def prompts(here: Places, benchmark: str) -> list[str]:
        files = sorted(here.task_files.glob(f"{benchmark}-*.jsonl"))
        return [json.loads(line)["prompt"] for file in files for line in file.read_text().splitlines()]

    instruction = f"{SPEC.instruction}\n\n### Input:"
    assert prompts(told, "korean_exam") == [
        text.replace(instruction, f"{SPEC.instruction}\n\nQuality: high\n\n### Input:")
        for text in prompts(places, "korean_exam")
    ]
    assert prompts(told, "korean_exam") != prompts(places, "korean_exam")
    assert prompts(told, "mmlu_chemistry") == prompts(places, "mmlu_chemistry") != []


def test_every_question_is_counted_once_a_method_the_unusable_with_a_reason_and_those_that_lose_their_beginning(
    run: Any,
) -> None:
    own = {90: {"answer": "6"}, 91: {"options": []}, 92: {"split": "train"}, 93: {"split": "validation"}}
    odd = [ask(number, "exam", **fields) for number, fields in own.items()]
    long = ask(50, "exam", question="펌프 " * CONTEXT)
    twelve = ask(51, "exam", options=[f"{'펌프 ' * (CONTEXT // 10)}{n}" for n in range(12)], answer="9")
    accounts, items, _ = run(benchmarks(korean_exam={}), questions=[*QUESTIONS, *odd, long, twelve])
    assert accounts["in"] == 2 * (len(QUESTIONS) + 4)
    order = [(i.benchmark, i.method, i.subset, i.question_id) for i in items]
    assert order == sorted(order)
    assert accounts["kept"] == len(items) == 2 * (len(QUESTIONS) + 2)
    assert accounts["rejected"] == {"no_right_option": 2, "number_of_options": 2}
    assert accounts["truncated"] == 4
    for method in ("likelihood", "generation"):
        part = accounts[f"korean_exam.{method}"]
        assert sum(part[name] for name in ("correct", "wrong", "unparsed", "refused")) == part["kept"] == 18
        cut = {item.question_id for item in items if item.truncated and item.method == method}
        assert (cut, part["truncated"]) == ({long.id, twelve.id}, 2)
    for item in items:
        assert (item.prompt_tokens > CONTEXT) == item.truncated
        assert (item.options == 12) == (item.question_id == twelve.id)
        assert bool(item.choice) == (item.outcome in {"correct", "wrong"})
        assert (item.outcome == "correct") == (item.choice == item.gold)
        assert len(item.log_likelihoods) == (item.options if item.method == "likelihood" else 0)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"kmmlu": {"sources": ["exam"], "split": "test"}}, r"benchmarks\.kmmlu: of the sources exam, 0 questions have split"),
        ({"nospec": {}}, r"nospec\.yaml: not found"),
        ({"korean_exam": {}}, rf"max_new_tokens: {CONTEXT} leaves no room"),
    ],
)  # fmt: skip
def test_a_benchmark_without_questions_a_spec_or_room_beside_an_answer_is_named(
    run: Any, entry: Any, message: str
) -> None:
    with pytest.raises((InputError, ParamsError), match=message):
        run(benchmarks(**entry), how=settings(max_new_tokens=CONTEXT))


def test_a_new_question_displaces_at_most_one_other_of_its_subset() -> None:
    entry = benchmarks(b={"max_questions": 3})["b"].chosen
    before = {one.question.id for one in select("b", entry, QUESTIONS, 7).chosen}
    after = {one.question.id for one in select("b", entry, [*QUESTIONS, ask(40, "exam")], 7).chosen}
    assert len(before) == len(after) == 6
    assert len(before - after) <= 1
