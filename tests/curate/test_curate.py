import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import blank
from similarity import jaccard

from domaintune.core.records.document import Document, Section
from domaintune.core.records.instruction import Instruction
from domaintune.curate.build import Curated, curate_rows
from domaintune.curate.duplicates import remove_duplicates, said
from domaintune.curate.questions import with_passages

from .rows import PARAMS, row

TEXT = "The pump moves 3 litres of methane a minute. It weighs 2.5 kg. Dr. Kim tested it at 300 K."
LONG = " ".join(f"word{i}" for i in range(60))
OTHER = {"task": "other", "group": "other"}
TWO_SENTENCES = "The pump moves 3 litres of methane a minute. It weighs 2.5 kg."
NUMBER, PLACE = st.integers(0, 3), st.sampled_from(["train", "train2", "test", "validation", "gone"])
ITEM = st.tuples(NUMBER, NUMBER, PLACE, st.sampled_from(["one", "two"]))


def document(name: str, split: str = "train", text: str = TEXT) -> Document:
    uses = [Section(name="nasa_applications", text="Lunar landers. Mars habitats need it too.")]
    return blank(
        Document, id=name, source="api", native_id=name, language="en", title="Methane pump", text=text,
        keywords=["pump", "methane"], sections=uses, cluster=name, split=split,
    )  # fmt: skip


DOCUMENTS = [document(name, name.strip("2")) for name in ("train", "train2", "test", "validation")]


def curate(*rows: Instruction) -> Curated:
    return curate_rows(rows, DOCUMENTS, [], PARAMS)


def lost(curated: Curated) -> list[tuple[str, str, str]]:
    return [(reject.id, reject.kind, reject.reason) for reject in curated.rejects]


@pytest.mark.parametrize(
    ("rows", "kept", "reasons"),
    [
        ([row("What is it?", "A  pump."), row("what IS it?", "a pump.", "train2")], 1, ["duplicate_row"]),
        ([row("q?", "a"), row("q?", "a", **OTHER)], 2, []),
        ([row("What does it weigh?", "2.5 kg"), row("What does it  weigh?", "3 kg"), row("What does it weigh?", "9 kg", "train2")],
         2, ["duplicate_question"]),
        ([row(LONG, "Summary."), row(LONG, "a, b", task="extract", instruction="Extract the names.")], 2, []),
    ],
)  # fmt: skip
def test_a_task_asks_a_document_a_question_once_and_of_two_rows_the_lowest_id_stays(
    rows: list[Instruction], kept: int, reasons: list[str]
) -> None:
    curated = curate(*rows)
    assert ([reason for *_, reason in lost(curated)], len(curated.instructions)) == (reasons, kept)
    assert min(one.id for one in rows) in {one.id for one in curated.instructions} or kept > 1


@pytest.mark.parametrize(
    ("held", "other"), [("test", "train"), ("validation", "train"), ("test", "validation")]
)
@pytest.mark.parametrize("answer", [LONG, LONG.replace("word7 ", "new ")])
def test_the_row_that_would_leak_is_contaminated_and_the_held_out_one_stays(
    held: str, other: str, answer: str
) -> None:
    kept, leak = row("What?", LONG, held), row("What?", answer, other, **OTHER)
    curated = curate(leak, kept)
    assert [item.id for item in curated.instructions] == [kept.id]
    reason = "same_text" if answer == LONG else "near_duplicate"
    assert lost(curated) == [(leak.id, "contaminated", f"{reason}_of_{held}")]


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(2, 60))
def test_near_duplicates_are_those_of_comparing_all_with_all(rng: random.Random, size: int) -> None:
    rows = {}
    for number in range(size):
        answer = LONG.split()
        for _ in range(rng.randint(0, 3)):
            answer[rng.randrange(60)] = f"new{number}"
        split, task = rng.choice(["train", "train2", "validation", "test"]), rng.choice(["nasa", "other"])
        one = row(f"What {number}?", " ".join(answer), split, task=task, group=task)
        rows[one.id] = one.model_copy(update={"split": split.strip("2")})
    kept: list[Instruction] = []
    order = ["test", "validation", "train"]
    for one in sorted(rows.values(), key=lambda one: (order.index(one.split), one.id)):
        rivals = [other for other in kept if other.split != one.split or other.task == one.task]
        if not any(jaccard(said(one), said(other)) >= PARAMS.similarity for other in rivals):
            kept.append(one)
    assert remove_duplicates(list(rows.values()), PARAMS)[0] == kept


def test_the_matched_answer_comes_from_the_record_not_from_the_teacher() -> None:
    curated = curate(
        row("What does the pump weigh?", "It weighs 2.5kg, says the vendor"),
        row("Where is it used?", "On Mars, where habitats need it"),
        row("Which keywords describe it?", "pump, methane"),
        row("Tell me", TWO_SENTENCES),
    )
    assert {(one.matched_answer, one.context) for one in curated.questions} == {("", "")}
    asked = with_passages(curated.questions, {one.id: one for one in DOCUMENTS})
    assert {item.question: item.matched_answer for item in asked} == {
        "What does the pump weigh?": "It weighs 2.5 kg.",
        "Where is it used?": "Mars habitats need it too.",
        "Which keywords describe it?": "pump; methane",
        "Tell me": TWO_SENTENCES,
    }
    assert {item.instruction for item in asked} == {"Answer as a planner."}
    assert all("Lunar landers." in item.context and TEXT in item.context for item in asked)


@given(st.lists(ITEM, max_size=25, unique=True), st.randoms(use_true_random=False))
def test_books_balance_nothing_leaks_and_the_order_of_rows_does_not_matter(
    items: list[tuple[int, int, str, str]], order: random.Random
) -> None:
    rows = [row(f"question {q}?", f"answer {a}", name, task=task, group=task) for q, a, name, task in items]
    params = PARAMS.model_copy(update={"max_reject_fraction": 1.0})
    curated = curate_rows(rows, DOCUMENTS, [], params)
    assert len(curated.instructions) + len(curated.rejects) == len(rows)
    assert {item.id for item in rows} == {item.id for item in [*curated.instructions, *curated.rejects]}
    assert len(curated.questions) == len(curated.instructions)
    said = {(item.input, item.output, item.split) for item in curated.instructions}
    assert len(said) == len({(asked, answer) for asked, answer, _ in said})
    again = curate_rows(order.sample(rows, len(rows)), DOCUMENTS, [], params)
    assert {item.id for item in again.instructions} == {item.id for item in curated.instructions}
    assert sorted(lost(again)) == sorted(lost(curated))
