"""Cyclic orders of the options, whose record is of those given; worked examples: drawn once, never a scored question or its near copy, written as lm-eval or the arm writes them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.benchmark.lm_eval_model import Prompts
from domaintune.benchmark.prompts import Put, example_answer, put_as_trained, put_plain, question_text
from domaintune.benchmark.reading import local_items
from domaintune.benchmark.selecting import Selected, orders, select, with_examples
from domaintune.core.benchmark_spec import read_spec
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.rendering.rendering import render
from domaintune.core.stage.errors import InputError, ModelError

from .conftest import QUESTIONS, ROOT, ask, benchmarks, task_of_lm_eval
from .test_local import accuracies, accuracy, evaluated_alone

pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")

SPEC = read_spec(ROOT / "catalog/benchmarks", "mmlu_chemistry")
DEV = [
    ask(number, "mmlu").model_copy(update={"id": f"dev-{number}", "source": "dev", "cluster": f"d{number}"})
    for number in range(20, 28)
]
SHOTS = {"sources": ["mmlu"], "shots": 3, "shots_from": ["dev"], "methods": ["likelihood"]}


def drawn(questions: list[Any] = [*QUESTIONS, *DEV], **changes: Any) -> list[Selected]:  # noqa: B006
    entry = benchmarks(b=SHOTS | changes)["b"].chosen
    return with_examples("b", entry, select("b", entry, questions, 7), questions, 7).chosen


def test_examples_are_the_same_every_time_and_those_of_the_same_subset_first() -> None:
    found = drawn()
    assert found == drawn(list(reversed([*QUESTIONS, *DEV])))
    for one in found:
        assert len({shot.question.id for shot in one.shots}) == 3
        assert {shot.question.source for shot in one.shots} == {"dev"}
        assert {shot.question.difficulty for shot in one.shots} == {one.question.difficulty}
    (first, *_) = drawn(shots=6)  # where the subset has too few others follow
    own = [shot.question.difficulty == first.question.difficulty for shot in first.shots]
    assert own == [True] * 4 + [False] * 2


def test_no_example_is_scored_or_shares_a_cluster_with_the_question() -> None:
    close = QUESTIONS[1].model_copy(update={"cluster": "d20"})
    assert close.source == "mmlu"
    questions = [close, *(one for one in QUESTIONS if one.id != close.id), *DEV]
    for one in drawn(questions, shots=7):
        assert ("dev-20" in {shot.question.id for shot in one.shots}) <= (one.question.id != close.id)
    (own, *_) = drawn(max_questions=1, sources=["mmlu"], shots_from=["mmlu"])
    assert own.question.id not in {shot.question.id for shot in own.shots}
    with pytest.raises(InputError, match="8 examples wanted, but of the sources dev only 7 questions"):
        drawn(questions, shots=8)
    # nor one that was trained on or has no answer
    odd = [DEV[0].model_copy(update={"split": "train"}), DEV[1].model_copy(update={"answer": "9"}), *DEV[2:]]
    shown = {shot.question.id for one in drawn([*QUESTIONS, *odd], shots=6) for shot in one.shots}
    assert shown == {one.id for one in DEV[2:]}


@pytest.mark.parametrize("shots", [0, 3])
def test_a_plain_prompt_is_lm_evals_mmlu_with_its_examples(
    shots: int, tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    found = drawn(prompt="plain", max_questions=1, shots=shots, shots_from=["dev"] if shots else [])[0]
    rows = {
        name: [{"question": one.question.question, "choices": one.question.options, "answer": one.gold[0]} for one in ones]
        for name, ones in {"test": [found], "dev": found.shots or [found]}.items()
    }  # fmt: skip
    task = task_of_lm_eval("mmlu/default/mmlu_high_school_chemistry.yaml", rows, num_fewshot=shots)
    put = put_plain(found, None)
    assert [request.args for request in task.instances] == [(put.prompt, choice) for choice in put.choices]


@pytest.mark.parametrize("template", ["alpaca", "chat"])
def test_an_arm_sees_examples_as_its_own_rows_and_answers_go_on_from_the_prompt(
    template: Any, foundations: Any
) -> None:
    tokenizer = load_tokenizer(open_foundation(foundations[template]))
    one = drawn()[0]
    put = put_as_trained(tokenizer, template, SPEC, one, "")
    alone = put_as_trained(tokenizer, template, SPEC, one._replace(shots=()), "")
    assert put.ids is not None
    assert put.choice_ids == alone.choice_ids
    answers = [example_answer(SPEC, shot) for shot in one.shots]
    assert [json.loads(text)["Answer"][0] for text in answers] == ["①②③④"[shot.gold[0]] for shot in one.shots]
    told = [text for shot in one.shots for text in (question_text(shot), example_answer(SPEC, shot))]
    at = [put.prompt.index(text) for text in [*told, question_text(one)]]
    assert at == sorted(set(at))
    assert put.prompt.count(SPEC.instruction) == 1
    if template == "chat":  # the first turn is a training row, to its end token
        row = render(tokenizer, template, SPEC.instruction, question_text(one.shots[0]), answers[0])
        assert put.ids[: len(row.input_ids)] == row.input_ids


def test_a_chat_template_that_cannot_write_earlier_turns_is_named(foundations: Any) -> None:
    tokenizer = load_tokenizer(open_foundation(foundations["chat"]))
    one_turn = "{% if messages | length > 3 %}{{ raise_exception('one turn') }}{% endif %}"
    tokenizer.chat_template = one_turn + tokenizer.chat_template
    with pytest.raises(ModelError, match="set shots: 0, or prompt: plain"):
        put_as_trained(tokenizer, "chat", SPEC, drawn()[0], "")


def test_examples_reach_the_model_and_prompts_they_make_too_long_are_counted(run: Any) -> None:
    long = [one.model_copy(update={"question": "펌프 " * 300}) for one in DEV]
    for pool, cut in ((DEV, 0), (long, 8)):
        wanted = benchmarks(mmlu_chemistry=SHOTS | {"shots": 1})
        accounts, items, _ = run(wanted, questions=[*QUESTIONS, *pool])
        assert accounts["truncated"] == sum(item.truncated for item in items) == cut
    _, bare, _ = run(benchmarks(mmlu_chemistry=SHOTS | {"shots": 0, "shots_from": []}))
    assert all(item.prompt_tokens > other.prompt_tokens for item, other in zip(items, bare, strict=True))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"shots": 0, "shots_from": ["dev"]}, "examples need sources"),
        ({"shots": 2, "shots_from": []}, "examples need sources"),
        ({"methods": ["continuation"], "prompt": "arm"}, "it needs prompt: plain"),
        ({"methods": ["continuation"], "prompt": "plain", "cyclic": True}, "whose order changes nothing; set false"),
    ],
)  # fmt: skip
def test_an_entry_that_contradicts_itself_is_refused(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        benchmarks(b=entry)


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
        shown = [one.question.options[place] for one in found]
        assert set(shown) == set(options)
        assert shown == [options[one.as_given(place) - 1] for one in found]
    assert len({one.name for one in found}) == n


def item_of(one: Selected, method: Any, **sample: Any) -> Any:
    put = Put(one, one.name, None, list("ABCD"), None)
    prompts = Prompts()
    prompts.tokens[one.name] = 1
    samples = {"t": [{"doc": {"id": one.name}, **sample}]}
    return local_items("arm", "b", method, puts=[put], samples=samples, prompts=prompts)[0]


def test_an_arm_that_always_takes_the_second_place_chooses_each_option_once() -> None:
    asked = orders(Selected(ask(1, "mmlu", answer="1"), "s"), cyclic=True)
    for items in (
        [item_of(one, "generation", filtered_resps=["②"]) for one in asked],
        [
            item_of(one, "likelihood", acc=float(one.gold == (1,)),
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
    alone = evaluated_alone(places, ["mmlu_chemistry-likelihood"], foundations["alpaca"])
    assert accuracies(alone) == accuracy(items, "mmlu_chemistry", "likelihood")
    gold = {one.id: one.answer for one in QUESTIONS}
    assert all(item.gold == gold[item.question_id] for item in items)
