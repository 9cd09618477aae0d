"""Rows of instruction sets: their own split, which questions are asked, and no held-out row in what is trained."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import blank, turns_of

from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import Questions
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.curate.build import Curated, curate_rows
from domaintune.curate.questions import SetRows, select_questions, to_own_question, to_turns

from .rows import PARAMS

QUESTION = "Describe three ways to keep a copper pump free of rust, and say which of them costs the least."


def row(instruction: str, output: str, split: str = "train", **fields: Any) -> Instruction:
    made = blank(Instruction, instruction=instruction, output=output, language="en", split=split, **fields)
    name = content_id(instruction, output, str(fields))
    return made.model_copy(update={"id": name, "document_id": f"of {name}", "task": "open", "group": "open"})


def curate(*rows: Instruction, held: tuple[Instruction, ...] = ()) -> Curated:
    sets = [SetRows("open", held_out=False, rows=list(rows)), SetRows("eval", held_out=True, rows=list(held))]
    return curate_rows([], [], [], PARAMS, sets)


def reasons(curated: Curated) -> list[tuple[str, str]]:
    return [(reject.kind, reject.reason) for reject in curated.rejects]


def test_an_instruction_without_an_input_is_the_question_and_its_output_the_answer() -> None:
    alone = row("Name a metal.", "Copper.", "test", category="brainstorming", native_id="81")
    given = row("Name the metal.", "Copper it is.", "test", input="A pipe of copper.")
    questions = {one.instruction_id: one for one in curate(held=(alone, given)).questions}
    first, second = questions[alone.id], questions[given.id]
    assert (first.instruction, first.question, first.category) == ("", "Name a metal.", "brainstorming")
    assert (first.answer, first.matched_answer, first.source) == ("Copper.", "Copper.", "eval")
    assert (first.native_id, second.native_id) == ("81", "")
    assert (second.instruction, second.question) == ("Name the metal.", "A pipe of copper.")
    assert {one.split for one in questions.values()} == {"test"}


@pytest.mark.parametrize("split", ["train", "validation"])
@pytest.mark.parametrize(
    "leak",
    [
        {"instruction": QUESTION, "output": "Another answer."},
        {"instruction": QUESTION.lower().replace(",", ""), "output": "Reworded."},
        {"instruction": "Answer as well as you can.", "input": QUESTION, "output": "In the input."},
        {"instruction": "", "output": "", "turns": turns_of(QUESTION, "Dry it.")},
    ],
)
def test_a_held_out_question_without_a_reference_is_asked_and_not_trained_on(
    leak: dict[str, Any], split: str
) -> None:
    held, clean = row(QUESTION, "", "test", category="writing"), row("Name a noble gas.", "Argon.")
    curated = curate(row(**leak, split=split), clean, held=(held,))
    (asked,) = (one for one in curated.questions if one.split == "test")
    assert (asked.question, asked.answer, asked.matched_answer) == (QUESTION, "", "")
    assert asked.category == "writing"
    assert {one.id for one in curated.instructions} == {held.id, clean.id}
    assert [kind for kind, _ in reasons(curated)] == ["contaminated"]
    assert curated.accounts.extra["searched_for"] == 1


def test_a_held_out_conversation_is_asked_turn_by_turn_and_each_turn_is_protected() -> None:
    second = f"And how would you answer this one: {QUESTION.lower()}"
    held = row("", "", "test", turns=turns_of(QUESTION, "Dry it.", second, ""), category="writing")
    leaks = (row(QUESTION, "Paint it."), row(second, "Paint it twice."))
    curated = curate(*leaks, row("Name a noble gas.", "Argon."), held=(held,))
    assert len(curated.instructions) == 2
    assert curated.accounts.extra["conversations_asked"] == 1
    first, later = sorted((one for one in curated.questions if one.split == "test"), key=lambda one: one.turn)
    assert (first.question, first.matched_answer) == (QUESTION, "Dry it.")
    assert (later.question, later.matched_answer) == (second, "")
    assert (first.follows, later.follows, later.cluster) == ("", first.id, first.cluster)
    assert {(one.instruction_id, one.category) for one in (first, later)} == {(held.id, "writing")}


def test_one_question_in_two_splits_leaks_whatever_the_answers_and_a_short_answer_may_be_shared() -> None:
    copper, iron = row("Name a metal.", "Copper."), row("name a  metal.", "Iron.")
    held = copper.model_copy(update={"split": "test"})
    assert reasons(curate(held, iron, row("A gas.", "Argon."))) == [("contaminated", "same_question_of_test")]
    assert curate(copper, iron).rejects == []
    assert curate(row("Is copper a metal?", "Yes."), row("Is iron a metal?", "Yes.", "test")).rejects == []


def test_conversations_are_kept_and_not_asked_and_near_copies_of_them_are_duplicates() -> None:
    long = " ".join(f"word{at}" for at in range(60))
    curated = curate(*(row("", "", turns=turns_of("Say it.", long + end)) for end in ("", " now")))
    assert reasons(curated) == [("duplicate", "near_duplicate")]
    assert (len(curated.instructions), curated.questions) == (1, [])


def wanted(n: int, split: str = "train") -> Questions:
    return Questions.model_validate({"n": n, "from": split, "context": "none"})


@given(st.sets(st.text("abcdef", min_size=1, max_size=4), min_size=2, max_size=30), st.integers(1, 10))
def test_one_more_question_displaces_at_most_one(names: set[str], n: int) -> None:
    questions = [blank(Question, id=name, split="train") for name in sorted(names)]
    before, after = (
        {one.id for one in select_questions(some, wanted(n), 7)} for some in (questions[1:], questions)
    )
    assert len(before - after) <= 1
    assert len(after) == min(n, len(names))


def test_a_split_without_questions_is_said_plainly() -> None:
    with pytest.raises(InputError, match=r"from is test.*\['train'\]"):
        select_questions([blank(Question, split="train")], wanted(1, "test"), 1)


def talk(name: str, *asked: str) -> Instruction:
    turns = turns_of(*(text for one in asked for text in (one, "x"))) if len(asked) > 1 else []
    return blank(Instruction, id=name, instruction=asked[0], turns=turns, split="test")


TALK, SHORT = to_turns(talk("talk", "a", "b", "c"), "bench"), to_turns(talk("short", "a", "b"), "bench")
ALL = [*TALK, *SHORT, to_own_question(talk("alone", "a"), "bench")]


def test_a_conversation_counts_once_and_is_chosen_whole() -> None:
    for n in (1, 2):
        chosen = select_questions(ALL[::-1], wanted(n, "test"), 3)
        assert {one.instruction_id for one in chosen} <= {"talk", "short", "alone"}
        assert len({one.instruction_id for one in chosen}) == n
        assert chosen == sorted((one for one in ALL if one in chosen), key=lambda one: one.id)
        for talk in (TALK, SHORT):
            assert len([one for one in talk if one in chosen]) in (0, len(talk))
