"""Every cyclic order of the options: what is shown moves, what is recorded is the option as given."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.benchmark.lm_eval_model import Prompts
from domaintune.benchmark.prompts import Put
from domaintune.benchmark.reading import local_items
from domaintune.benchmark.selecting import Selected, orders

from .conftest import QUESTIONS, ask, benchmarks
from .test_local import accuracies, accuracy, evaluated_alone

pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")


@given(st.integers(2, 26), st.data())
def test_in_each_order_the_right_text_is_right_and_every_option_stands_everywhere_once(
    n: int, data: st.DataObject
) -> None:
    gold = data.draw(st.sets(st.integers(1, n), min_size=1))
    options = [f"option {i}" for i in range(1, n + 1)]
    answer = ",".join(map(str, sorted(gold)))
    found = orders(Selected(ask(1, "mmlu", options=options, answer=answer), "s"), cyclic=True)
    assert found[0].question.options == options
    for one in found:
        assert {one.question.options[place] for place in one.gold} == {f"option {i}" for i in gold}
        assert {one.as_given(place) for place in one.gold} == gold
    for place in range(n):
        assert {one.question.options[place] for one in found} == set(options)
        assert [one.question.options[place] for one in found] == [
            options[one.as_given(place) - 1] for one in found
        ]
    assert len({one.name for one in found}) == n


def scored(one: Selected, method: Any, **sample: Any) -> Any:
    put = Put(one, one.name, None, list("ABCD"), None)
    prompts = Prompts()
    prompts.tokens[one.name] = 1
    samples = {"t": [{"doc": {"id": one.name}, **sample}]}
    return local_items("arm", "b", method, puts=[put], samples=samples, prompts=prompts)[0]


def test_an_arm_that_always_takes_the_second_place_chooses_each_option_once() -> None:
    asked = orders(Selected(ask(1, "mmlu", answer="1"), "s"), cyclic=True)
    for items in (
        [scored(one, "generation", filtered_resps=["②"]) for one in asked],
        [
            scored(one, "likelihood", acc=float(one.gold == (1,)),
                   filtered_resps=[(v, False) for v in (-2.0, -1.0, -3.0, -4.0)])
            for one in asked
        ],
    ):  # fmt: skip
        assert [item.choice for item in items] == ["2", "3", "4", "1"]
        assert {item.gold for item in items} == {"1"}
        assert [item.outcome for item in items] == ["wrong", "wrong", "wrong", "correct"]
        assert {(item.question_id, item.cluster) for item in items} == {(asked[0].question.id, "")}
    assert [item.log_likelihoods.index(max(item.log_likelihoods)) + 1 for item in items] == [2, 3, 4, 1]


def test_every_order_is_asked_and_lm_eval_alone_counts_the_same(run: Any, foundations: Any) -> None:
    plain = {"methods": ["likelihood"], "prompt": "plain", "sources": ["mmlu"]}
    once, first, _ = run(benchmarks(mmlu_chemistry=plain))
    accounts, items, places = run(benchmarks(mmlu_chemistry=plain | {"cyclic": True}))
    assert once["kept"] * 4 == accounts["kept"] == accounts["in"] == len(items)
    assert [item for item in items if item.rotation == 0] == first
    alone = evaluated_alone(places, "mmlu_chemistry-likelihood", foundations["alpaca"])
    assert accuracies(alone) == accuracy(items, "mmlu_chemistry", "likelihood")
    gold = {one.id: one.answer for one in QUESTIONS}
    assert all(item.gold == gold[item.question_id] for item in items)


def test_orders_of_options_that_are_not_shown_are_refused() -> None:
    with pytest.raises(ValueError, match="whose order changes nothing; set false"):
        benchmarks(b={"methods": ["continuation"], "prompt": "plain", "cyclic": True})
