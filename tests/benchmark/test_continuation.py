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


def copa(n: int) -> Question:
    options = [f"펌프 {n}번에서 물이 {n} L 샌다.", "밸브가 열린다 {x}."][:: 1 if n % 2 else -1]
    return ask(n, "copa", context=f"탱크 {n}의 압력이 올랐다.", question=("원인", "결과")[n % 2], options=options,
               answer=str(n // 2 % 2 + 1))  # fmt: skip


def boolq(n: int) -> Question:
    text, asked = f"구리 {n}은 금속이다.", f"{n}은 금속인가?"
    return ask(n, "boolq", context=text, question=asked, options=["아니오", "예"], answer=str(n % 2 + 1))


def ending(n: int) -> Question:
    options = ["물이 흐른다.", f"물이 {n} L 흐르고 나서 밸브가 닫힌다.", "끝.", "Z " * n + "끝이다."]
    asked = f"밸브 {n}을 연다. 관이 {n} K로 식는다."
    return ask(n, "hellaswag", question=asked, options=options, answer=str(n % 4 + 1))


def click(n: int) -> Question:
    options = [f"{metal} {n}" for metal in ("구리", "철", "납", "금", "은")[: 4 + (n % 4 == 3)]]
    return ask(n, "click", context=f"펌프 {n}은 낡았다.\n새로 산다." if n % 2 else "", question=f"펌프 {n}의 재료는?",
               options=options, answer=str(n % len(options) + 1))  # fmt: skip


MADE = {"kobest_copa": copa, "kobest_boolq": boolq, "kobest_hellaswag": ending}
RECORDS = {name: [make(n) for n in range(8)] for name, make in MADE.items()}


def hub_row(name: str, one: Question) -> dict[str, Any]:
    """Write a question as the data set on the hub has it."""
    if name == "click":
        exam = "CSAT_korean_22_3" if len(one.options) > 4 else "KIIP_law_3"
        return {"id": exam, "paragraph": one.context, "question": one.question, "choices": one.options,
                "answer": one.options[int(one.answer) - 1]}  # fmt: skip
    label = int(one.answer) - 1
    if name == "kobest_copa":
        first, second = one.options
        return {"premise": one.context, "question": one.question, "alternative_1": first, "alternative_2": second,
                "label": label}  # fmt: skip
    if name == "kobest_boolq":
        return {"paragraph": one.context, "question": one.question, "label": label}
    endings = {f"ending_{i}": text for i, text in enumerate(one.options, 1)}
    return {"context": one.question, **endings, "label": label}


NO_SPLITS = {"training_split": None, "validation_split": None}
CLICK = {"fewshot_split": None, "process_docs": None, "test_split": "test"}
TASKS = {name: (f"kobest/{name}.yaml", make, {}) for name, make in MADE.items()}
TASKS["click"] = ("click/click_cul/click_cul_law.yaml", click, CLICK)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_the_requests_are_those_of_lm_evals_own_task(name: str, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    file, make, changes = TASKS[name]
    asked = [make(n) for n in range(8)]
    puts = [put_plain(Selected(one, "s"), read_spec(SPECS, name).plain) for one in asked]
    rows = [hub_row(name, one) for one in asked]
    task = task_of_lm_eval(file, {"test": rows}, **NO_SPLITS, **changes)
    assert [request.args for request in task.instances] == [
        (put.prompt, put.delimiter + choice) for put in puts for choice in put.choices
    ]
    if name == "click":  # with a paragraph and without; the right answer is a text
        assert {(bool(one.context), len(one.options)) for one in asked} == {(False, 4), (True, 4), (True, 5)}
        theirs = [task.doc_to_target(doc) for doc in task.eval_docs]
        assert [put.choices[put.selected.gold[0]] for put in puts] == theirs


def test_the_scores_are_lm_evals_and_both_come_from_one_run(run: Any, foundations: Any) -> None:
    wanted = benchmarks(kobest_hellaswag=CONTINUED | {"sources": ["hellaswag"]})
    accounts, items, places = run(wanted, questions=RECORDS["kobest_hellaswag"])
    alone = evaluated_alone(places, "kobest_hellaswag-continuation", foundations["alpaca"])
    assert accuracies(alone) == accuracy(items, "kobest_hellaswag", "continuation")
    theirs = alone["kobest_hellaswag-hellaswag-continuation"]
    ours = accuracy(items, "kobest_hellaswag", "continuation_norm")
    assert list(ours.values()) == [theirs["acc_norm,none"]]
    chosen = {method: [i.choice for i in items if i.method == method] for method in CONTINUED["methods"]}
    assert chosen["continuation"] != chosen["continuation_norm"]
    assert accounts["kobest_hellaswag.continuation_norm"]["kept"] == 8


def test_a_text_that_is_asked_about_goes_before_the_question_whose_word_must_be_known_to_the_spec() -> None:
    one = boolq(3)
    assert question_text(Selected(one, "s")) == f"{one.context}\n{one.question}\n①아니오 ②예"
    assert put_plain(Selected(one, "s"), None).prompt.splitlines()[2:4] == [one.context, one.question]
    other = copa(1).model_copy(update={"question": "이유"})
    with pytest.raises(InputError, match="one of 원인, 결과, got '이유'"):
        put_plain(Selected(other, "s"), read_spec(SPECS, "kobest_copa").plain)


@pytest.mark.parametrize(
    ("n", "paragraph"), [(0, ""), (1, "\n\n맥락: 펌프 1은 낡았다.\n새로 산다.")], ids=["without", "with"]
)
def test_click_is_put_with_its_paragraph_or_without(n: int, paragraph: str) -> None:
    said = "주어진 질문을 천천히 읽고, 적절한" if n == 0 else "주어진 맥락을 천천히 읽고, 질문에 대한 적절한"
    head = f"{said} 정답을 A, B, C, D 중에 골라 알파벳 하나로 답하시오.{paragraph}"
    asked = f"질문: 펌프 {n}의 재료는?\n보기:\nA:구리 {n}, B: 철 {n}, C: 납 {n}, D: 금 {n}\n정답:"
    put = put_plain(Selected(click(n), "s"), read_spec(SPECS, "click").plain)
    assert put.prompt == head + ("\n\n" if n == 0 else "\n") + asked


def test_a_method_or_question_the_spec_does_not_serve_is_refused_before_anything_is_loaded(run: Any) -> None:
    wanted = benchmarks(
        click=PLAIN | {"sources": ["copa"], "methods": ["likelihood"]},
        kobest_copa=PLAIN | {"sources": ["copa"], "methods": ["likelihood"]},
        kmmlu=PLAIN | {"sources": ["copa"], "methods": ["continuation"]},
    )
    with pytest.raises(ParamsError) as met:
        run(wanted, questions=RECORDS["kobest_copa"])
    for told in (
        "benchmarks.kobest_copa.methods: likelihood needs a spec",
        "benchmarks.kmmlu.methods: continuation needs a spec",
        "catalog/benchmarks/click.yaml: plain.text cannot be filled in for question copa-00 of copa, which has 2 ",
    ):
        assert told in str(met.value)
