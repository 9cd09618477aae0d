"""What of a training row is graded, what it is held against, and which rows a sample takes."""

from grade_run import document, instruction
from hypothesis import given
from hypothesis import strategies as st
from records import turns_of

from domaintune.grade.rows import lowest, to_graded


def test_a_row_of_a_document_stands_on_it_and_another_on_its_input() -> None:
    row = instruction(3, instruction="Answer.", input="What does it weigh?")
    made = to_graded(row, document(3, keywords=["pump", "kilogram"]))
    assert "It weighs 3 kg." in made.ground
    assert made.ground.endswith("pump, kilogram")
    assert "NASA can cool 3 telescopes" in made.ground
    assert made.asked == "Answer.\nWhat does it weigh?"
    public = to_graded(row, None)
    assert (public.ground, public.asked) == ("What does it weigh?", "Answer.")
    assert to_graded(instruction(1), None).ground == ""


def test_of_a_conversation_the_last_answer_is_graded_and_the_rest_is_what_was_asked() -> None:
    turns = turns_of("A pump?", "Which?", "The cold one.", "It weighs 3 kg.", "Thanks.")
    made = to_graded(instruction(1, system="Be brief.", instruction="", output="", turns=turns), None)
    assert (made.answer, made.input) == ("It weighs 3 kg.", "")
    assert made.instruction == "Be brief.\n\nuser: A pump?\n\nassistant: Which?\n\nuser: The cold one."
    assert to_graded(instruction(1, output="", turns=turns[:1]), None).answer == ""


@given(st.sets(st.integers(0, 60), min_size=1), st.integers(0, 60), st.integers(1, 9))
def test_a_new_row_displaces_one_other_of_a_sample_at_most(numbers: set[int], new: int, count: int) -> None:
    before, after = (
        {row.id for row in lowest([to_graded(instruction(n), None) for n in some], count, "repeat")}
        for some in (numbers, numbers | {new})
    )
    assert len(before) == min(count, len(numbers))
    assert len(before - after) <= 1
    assert after - before <= {instruction(new).id}
