"""The option's own text as the answer: put and scored as lm-eval's own KoBEST tasks do it."""

from typing import Any

import pytest

from domaintune.benchmark.prompts import put_plain, question_text
from domaintune.benchmark.selecting import Selected
from domaintune.core.benchmark_spec import read_spec
from domaintune.core.records.question import Question
from domaintune.core.stage.errors import InputError, ParamsError

from .conftest import ROOT, ask, benchmarks, task_of_lm_eval
from .test_local import accuracies, accuracy, evaluated_alone

pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")

SPECS = ROOT / "catalog/benchmarks"
PLAIN = {"split": "benchmark", "subsets": "source", "prompt": "plain"}
CONTINUED = PLAIN | {"methods": ["continuation_norm", "continuation"]}


Made = tuple[Question, dict[str, Any]]
"""A question, and the row that the data set on the hub has of it."""


def copa(n: int) -> Made:
    options = [f"펌프 {n}번에서 물이 {n} L 샌다.", "밸브가 열린다 {x}."][:: 1 if n % 2 else -1]
    text, asked, right = f"탱크 {n}의 압력이 올랐다.", ("원인", "결과")[n % 2], n // 2 % 2
    row = {
        "premise": text,
        "question": asked,
        "alternative_1": options[0],
        "alternative_2": options[1],
        "label": right,
    }
    return ask(n, "copa", context=text, question=asked, options=options, answer=str(right + 1)), row


def boolq(n: int) -> Made:
    text, asked = f"구리 {n}은 금속이다.", f"{n}은 금속인가?"
    one = ask(n, "boolq", context=text, question=asked, options=["아니오", "예"], answer=str(n % 2 + 1))
    return one, {"paragraph": text, "question": asked, "label": n % 2}


def ending(n: int) -> Made:
    options = ["물이 흐른다.", f"물이 {n} L 흐르고 나서 밸브가 닫힌다.", "끝.", "Z " * n + "끝이다."]
    asked = f"밸브 {n}을 연다. 관이 {n} K로 식는다."
    row = {"context": asked, "label": n % 4} | {f"ending_{i}": text for i, text in enumerate(options, 1)}
    return ask(n, "hellaswag", question=asked, options=options, answer=str(n % 4 + 1)), row


def click(n: int) -> Made:
    options = [f"{metal} {n}" for metal in ("구리", "철", "납", "금", "은")[: 4 + (n % 4 == 3)]]
    text = f"펌프 {n}은 낡았다.\n새로 산다." if n % 2 else ""
    asked, right = f"펌프 {n}의 재료는?", n % len(options)
    exam = "CSAT_korean_22_3" if len(options) > 4 else "KIIP_law_3"
    row = {"id": exam, "paragraph": text, "question": asked, "choices": options, "answer": options[right]}
    return ask(n, "click", context=text, question=asked, options=options, answer=str(right + 1)), row


NO_SPLITS = {"training_split": None, "validation_split": None}
CLICK = {"fewshot_split": None, "process_docs": None, "test_split": "test"}
MADE = {"kobest_copa": copa, "kobest_boolq": boolq, "kobest_hellaswag": ending, "click": click}


@pytest.mark.parametrize("name", MADE)
def test_the_requests_are_those_of_lm_evals_own_task(name: str, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    asked, rows = zip(*(MADE[name](n) for n in range(8)), strict=True)
    puts = [put_plain(Selected(one, "s"), read_spec(SPECS, name).plain) for one in asked]
    file = "click/click_cul/click_cul_law.yaml" if name == "click" else f"kobest/{name}.yaml"
    changes = NO_SPLITS | (CLICK if name == "click" else {})
    task = task_of_lm_eval(file, {"test": list(rows)}, **changes)
    assert [request.args for request in task.instances] == [
        (put.prompt, put.delimiter + choice) for put in puts for choice in put.choices
    ]
    if name == "click":  # with a paragraph and without; the right answer is a text
        assert {(bool(one.context), len(one.options)) for one in asked} == {(False, 4), (True, 4), (True, 5)}
        theirs = [task.doc_to_target(doc) for doc in task.eval_docs]
        assert [put.choices[put.selected.gold[0]] for put in puts] == theirs


def test_the_scores_are_lm_evals_and_both_come_from_one_run(run: Any, foundations: Any) -> None:
    wanted = benchmarks(kobest_hellaswag=CONTINUED | {"sources": ["hellaswag"]})
    accounts, items, places = run(wanted, questions=[ending(n)[0] for n in range(8)])
    alone = evaluated_alone(places, ["kobest_hellaswag-continuation"], foundations["alpaca"])
    assert accuracies(alone) == accuracy(items, "kobest_hellaswag", "continuation")
    theirs = alone["kobest_hellaswag-hellaswag-continuation"]
    ours = accuracy(items, "kobest_hellaswag", "continuation_norm")
    assert list(ours.values()) == [theirs["acc_norm,none"]]
    chosen = {method: [i.choice for i in items if i.method == method] for method in CONTINUED["methods"]}
    assert chosen["continuation"] != chosen["continuation_norm"]
    assert accounts["kobest_hellaswag.continuation_norm"]["kept"] == 8


def test_a_text_that_is_asked_about_goes_before_the_question_whose_word_must_be_known_to_the_spec() -> None:
    one, _ = boolq(3)
    assert question_text(Selected(one, "s")) == f"{one.context}\n{one.question}\n①아니오 ②예"
    assert put_plain(Selected(one, "s"), None).prompt.splitlines()[2:4] == [one.context, one.question]
    other = copa(1)[0].model_copy(update={"question": "이유"})
    with pytest.raises(InputError, match="one of 원인, 결과, got '이유'"):
        put_plain(Selected(other, "s"), read_spec(SPECS, "kobest_copa").plain)


def test_a_method_or_question_the_spec_does_not_serve_is_refused_before_anything_is_loaded(run: Any) -> None:
    wanted = benchmarks(
        click=PLAIN | {"sources": ["copa"], "methods": ["likelihood"]},
        kobest_copa=PLAIN | {"sources": ["copa"], "methods": ["likelihood"]},
        kmmlu=PLAIN | {"sources": ["copa"], "methods": ["continuation"]},
    )
    with pytest.raises(ParamsError) as met:
        run(wanted, questions=[copa(n)[0] for n in range(8)])
    for told in (
        "benchmarks.kobest_copa.methods: likelihood needs a spec",
        "benchmarks.kmmlu.methods: continuation needs a spec",
        "catalog/benchmarks/click.yaml: plain.text cannot be filled in for question copa-00 of copa, which has 2 ",
    ):
        assert told in str(met.value)
