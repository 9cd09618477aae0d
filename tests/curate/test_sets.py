"""Rows of instruction sets: their own split, which questions are asked, and no held-out row in what is trained."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import blank

from domaintune.core.frames import write_records
from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.records.question import Question
from domaintune.core.sections.data import InstructionSet
from domaintune.core.sections.evaluation import Questions
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import content_id
from domaintune.curate.build import Curated, curate_rows, read_sets
from domaintune.curate.questions import SetRows, select_questions, to_own_question, to_turns

from .rows import PARAMS

QUESTION = "Describe three ways to keep a copper pump free of rust, and say which of them costs the least."
TURNS = [Turn(role="user", content=QUESTION), Turn(role="assistant", content="Dry it.")]


def row(instruction: str, output: str, split: str = "train", **fields: Any) -> Instruction:
    name = content_id(instruction, output, str(fields))
    values = {
        "id": name, "document_id": f"of {name}", "task": "open", "group": "survey", "language": "en",
        "instruction": instruction, "output": output, "origin": "public", "split": split,
    }  # fmt: skip
    return blank(Instruction, **values | fields)


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
        {"instruction": "", "output": "", "turns": TURNS},
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
    turns = [*TURNS, Turn(role="user", content=second), Turn(role="assistant", content="")]
    held = row("", "", "test", turns=turns, category="writing")
    leaks = (row(QUESTION, "Paint it."), row(second, "Paint it twice."))
    curated = curate(*leaks, row("Name a noble gas.", "Argon."), held=(held,))
    assert len(curated.instructions) == 2
    assert curated.accounts.extra["conversations_asked"] == 1
    first, later = sorted((one for one in curated.questions if one.split == "test"), key=lambda one: one.turn)
    assert [(one.question, one.matched_answer) for one in (first, later)] == [
        (QUESTION, "Dry it."),
        (second, ""),
    ]
    assert (first.follows, later.follows, later.cluster) == ("", first.id, first.cluster)
    assert {one.instruction_id for one in (first, later)} == {held.id}
    assert {one.category for one in (first, later)} == {"writing"}


def test_a_conversation_that_is_trained_on_is_asked_nothing() -> None:
    assert curate(row("", "", turns=TURNS)).questions == []


def test_one_question_in_two_splits_leaks_whatever_the_answers() -> None:
    curated = curate(
        row("Name a metal.", "Copper.", "test"), row("name a  metal.", "Iron."), row("Name a gas.", "Argon.")
    )
    assert reasons(curated) == [("contaminated", "same_question_of_test")]
    within = curate(row("Name a metal.", "Copper."), row("Name a metal.", "Iron."))
    assert within.rejects == []


def test_a_short_answer_that_two_questions_share_is_not_a_duplicate() -> None:
    curated = curate(row("Is copper a metal?", "Yes."), row("Is iron a metal?", "Yes.", "test"))
    assert curated.rejects == []


def test_conversations_are_kept_and_near_copies_of_them_are_duplicates() -> None:
    long = " ".join(f"word{at}" for at in range(60))
    turns = [
        [Turn(role="user", content="Say it."), Turn(role="assistant", content=long + end)]
        for end in ("", " now")
    ]
    curated = curate(*(row("", "", turns=one) for one in turns))
    assert reasons(curated) == [("duplicate", "near_duplicate")]
    assert len(curated.instructions) == 1


def test_a_leftover_folder_of_a_removed_set_stops_the_run(tmp_path: Path) -> None:
    for name in ("open", "removed"):
        write_records(
            tmp_path / name / "instructions.parquet", Instruction, [row("Name a metal.", "Copper.")]
        )
    made = {"source": "b", "task": "open", "group": "g", "use": "train", "to": None, "max_rows": None}
    sets = {"open": InstructionSet.model_validate(made)}
    with pytest.raises(InputError, match="removed belong to no entry of `sets`"):
        read_sets(tmp_path, sets)
    shutil.rmtree(tmp_path / "removed")
    assert [(one.source, one.held_out, len(one.rows)) for one in read_sets(tmp_path, sets)] == [
        ("b", False, 1)
    ]


def question(name: str, split: str = "train") -> Question:
    return blank(Question, id=name, split=split)


def wanted(n: int, split: str = "train") -> Questions:
    return Questions.model_validate({"n": n, "from": split, "context": "none"})


@given(st.sets(st.text("abcdef", min_size=1, max_size=4), min_size=2, max_size=30), st.integers(1, 10))
def test_one_more_question_displaces_at_most_one(names: set[str], n: int) -> None:
    ordered = sorted(names)
    before = {one.id for one in select_questions([question(name) for name in ordered[1:]], wanted(n), 7)}
    after = {one.id for one in select_questions([question(name) for name in ordered], wanted(n), 7)}
    assert len(before - after) <= 1
    assert len(after) == min(n, len(ordered))


def test_a_split_without_questions_is_said_plainly() -> None:
    with pytest.raises(InputError, match=r"from is test.*\['train'\]"):
        select_questions([question("a")], wanted(1, "test"), 1)


def talk(name: str, *asked: str) -> Instruction:
    said = [(role, text) for one in asked for role, text in (("user", one), ("assistant", "x"))]
    turns = [Turn(role=role, content=text) for role, text in said] if len(asked) > 1 else []
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
