"""Which questions every arm is asked: steady when questions are added, and only those are looked up in the documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import blank

from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import Questions
from domaintune.core.stage.errors import InputError
from domaintune.curate.questions import select_questions, to_own_question, to_turns


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


def row(name: str, *asked: str) -> Instruction:
    turns = [
        Turn(role=role, content=text) for text in asked for role, text in (("user", text), ("assistant", "x"))
    ]
    turns = turns if len(asked) > 1 else []
    return blank(Instruction, id=name, instruction=asked[0], turns=turns, split="test")


TALK, SHORT = to_turns(row("talk", "a", "b", "c"), "bench"), to_turns(row("short", "a", "b"), "bench")
ALL = [*TALK, *SHORT, to_own_question(row("alone", "a"), "bench")]


def test_a_conversation_counts_once_and_is_chosen_whole() -> None:
    for n in (1, 2):
        chosen = select_questions(ALL[::-1], wanted(n, "test"), 3)
        assert {one.instruction_id for one in chosen} <= {"talk", "short", "alone"}
        assert len({one.instruction_id for one in chosen}) == n
        assert chosen == sorted((one for one in ALL if one in chosen), key=lambda one: one.id)
        for talk in (TALK, SHORT):
            assert len([one for one in talk if one in chosen]) in (0, len(talk))
