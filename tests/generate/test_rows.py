"""From answers to rows: every pair is kept or has a reason."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from generate_run import ROOT, document
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.sections.data import Task
from domaintune.core.stage.errors import GateError, ParamsError
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.core.teacher.repair import Check, accept_all
from domaintune.generate.prompt_items import choose
from domaintune.generate.prompts import choose_template, prompt_for
from domaintune.generate.reading import read_spec
from domaintune.generate.rows import GeneratedRows, generate

TASK = Task(
    group="nasa",
    sources=["awards"],
    reads="documents",
    request_per="field",
    fields=["text"],
    max_documents=None,
    pairs=2,
)
CARD = read_spec(ROOT / "catalog/tasks/nasa_rnd.yaml", "nasa_rnd", TASK)


class Given:
    """Gives the pairs it is given, prompt by prompt; None is an answer that could not be read."""

    def __init__(self, values: Sequence[list[tuple[str, str]] | None]) -> None:
        self.values = values

    def ask_json(
        self, prompts: Sequence[Prompt], schema: Mapping[str, Any], check: Check = accept_all
    ) -> list[Asked]:
        return [
            Asked(prompt.id, None, "unparsed", "no JSON", "r")
            if pairs is None
            else Asked(
                prompt.id, {"pairs": [{"question": q, "answer": a} for q, a in pairs]}, "parsed", "", "r"
            )
            for prompt, pairs in zip(prompts, self.values, strict=True)
        ]

    def counts(self) -> dict[str, int]:
        return {}


def made(values: Sequence[list[tuple[str, str]] | None], max_reject_fraction: float = 1.0) -> GeneratedRows:
    chosen = choose([document(n) for n in range(len(values))], TASK, seed=1)
    return generate(Given(values), "t", TASK, CARD, chosen, max_reject_fraction=max_reject_fraction)


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        ((" ", "a"), "empty_question"),
        (("q", "\x00 \n"), "empty_answer"),
        (("The Pump", "the pump "), "answer_is_question"),
        (("q", "5 \ufffdm"), "bad_encoding"),
    ],
)
def test_a_pair_that_teaches_nothing_is_rejected_with_its_reason(pair: tuple[str, str], reason: str) -> None:
    result = made([[pair, ("What?", "That.")]])
    assert [(row.input, row.output) for row in result.instructions] == [("What?", "That.")]
    assert [(reject.kind, reject.reason) for reject in result.rejects] == [("rejected", reason)]


def test_the_same_pair_twice_in_an_answer_is_a_duplicate() -> None:
    result = made([[("q", "a"), ("q ", "a")]])
    assert result.accounts.as_dict()["duplicates"] == {"same_pair": 1}


def test_a_row_carries_where_it_comes_from() -> None:
    [row] = made([[("q", "a")]]).instructions
    assert (row.document_id, row.category, row.split, row.licence) == (
        document(0).id,
        "text",
        "train",
        "Apache-2.0",
    )
    assert (row.task, row.group, row.origin, row.request_id) == ("t", "nasa", "generated", "r")
    assert row.instruction == CARD.instructions["planner"]


def test_too_many_unread_answers_stop_the_stage_with_an_example() -> None:
    with pytest.raises(
        GateError, match=r"2 of 3 requests were rejected \(unparsed 2\).*For example: document"
    ):
        made([None, None, [("q", "a")]], max_reject_fraction=0.5)
    with pytest.raises(GateError, match=r"2 of 3 pairs were rejected"):
        made([[("q", ""), ("", "a"), ("q", "a")]], max_reject_fraction=0.5)


@given(
    st.lists(
        st.none() | st.lists(st.tuples(st.sampled_from(["", "q", "r"]), st.sampled_from(["", "q", "a"])))
    )
)
def test_books_balance_whatever_comes(values: list[list[tuple[str, str]] | None]) -> None:
    if not values:
        return
    result = made(values)
    books = result.accounts.as_dict()
    result.accounts.check()
    assert books["in"] == sum(len(pairs) for pairs in values if pairs)
    assert books["requests"]["in"] == len(values)
    assert len(result.rejects) == books["in"] - books["kept"] + sum(pairs is None for pairs in values)
    ids = [row.id for row in result.instructions] + [reject.id for reject in result.rejects]
    assert len(ids) == len(set(ids))


def test_every_wording_is_used_and_asks_for_json() -> None:
    units = choose([document(n) for n in range(60)], TASK, seed=1).items
    assert {choose_template(unit, CARD).id for unit in units} == {
        wording.id for wording in CARD.prompt_templates
    }
    for unit in units:
        system, user = prompt_for(unit, CARD, 2).messages
        assert '{"pairs": [{"question": "...", "answer": "..."}]}' in system.content
        assert "{{" not in system.content + user.content
        assert unit.values["text"] in user.content
        assert unit.title in user.content


def test_a_new_wording_takes_its_own_share_only() -> None:
    units = choose([document(n) for n in range(60)], TASK, seed=1).items
    fewer = CARD.model_copy(update={"prompt_templates": CARD.prompt_templates[:-1]})
    moved = [unit for unit in units if choose_template(unit, CARD) != choose_template(unit, fewer)]
    assert moved
    assert all(choose_template(unit, CARD) == CARD.prompt_templates[-1] for unit in moved)


def test_a_broken_task_file_is_told_with_all_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    text = (ROOT / "catalog/tasks/nasa_rnd.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("instructions:", "instructoins:").replace("description:", "x:"))
    with pytest.raises(ParamsError) as caught:
        read_spec(path, "t", TASK)
    assert "instructoins: unknown parameter (did you mean instructions?)" in str(caught.value)
    assert "description: missing" in str(caught.value)
    path.write_text(text.replace("required: [question, answer]", "required: [question]"))
    with pytest.raises(ParamsError, match="must require question and answer"):
        read_spec(path, "t", TASK)
