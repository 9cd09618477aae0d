"""What is left: near copies of tested questions and documents among what is trained on, counted."""

from records import blank

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.curate.contamination import measure_near_copies
from domaintune.science.near_copies import near_copies_text

TEXT = (
    "The {} of the station pumps cold brine through twelve coils of copper until the air is dry and {} again."
)


def document(name: str, split: str, title: str, *words: str) -> Document:
    return blank(Document, id=name, title=title, text=TEXT.format(*words) * 3, cluster=name, split=split)


def question(name: str, text: str, split: str, options: tuple[str, ...] = ("red", "blue")) -> Question:
    own = {"question": text, "options": list(options), "answer": "1", "source": f"of_{split}", "split": split}
    return blank(Question, id=name, **own)


def row(text: str, split: str = "train") -> Instruction:
    return blank(Instruction, id=text, instruction="Answer.", input=text, output="Red or blue.", split=split)


def measured(rows: list[Instruction], asked: list[Question], documents: list[Document]) -> dict[str, object]:
    return measure_near_copies(rows, [], documents, asked)


def test_a_near_copy_in_a_training_row_is_counted_by_source_and_one_in_a_held_out_row_is_not() -> None:
    text = "Which colour does the salt of this metal have after an hour in the flame of the burner?"
    asked = [
        question("1", text, "benchmark"),
        question("2", "How many moons has the largest planet?", "benchmark"),
    ]
    asked += [question("3", text, "test"), question("4", text, "train")]
    near = row(text.replace("an hour", "a day"))
    found = measured([near], asked, [])
    assert found["questions"] == {
        "of_benchmark": {"n": 2, "near": 1, "share": 0.5}, "of_test": {"n": 1, "near": 1, "share": 1.0},
    }  # fmt: skip
    held_out = measured([near.model_copy(update={"split": "test"})], asked, [])
    assert held_out["questions"]["of_benchmark"]["near"] == 0  # type: ignore[index]


def test_documents_are_counted_by_text_and_by_title() -> None:
    documents = [
        document("a", "train", "Brine pump for cold stations, Phase I", "machine", "cool"),
        document("b", "test", "Brine pump for cold stations, Phase II", "machine", "cool"),
        document("c", "test", "Another title of four words", "machine", "cool"),
        document("d", "test", "Measurements", "crew", "ate").model_copy(
            update={"text": "Nothing of the kind is said here."}
        ),
    ]
    assert measured([], [], documents)["documents"] == {"n": 3, "near": 2, "share": 2 / 3, "titles": 1}


def test_the_sentence_gives_the_measure_and_each_figure_and_says_nothing_unmeasured() -> None:
    found = {
        "alike": 0.8, "questions": {"exam": {"n": 40, "near": 3, "share": 0.075}},
        "documents": {"n": 20, "near": 1, "share": 0.05, "titles": 2},
    }  # fmt: skip
    assert near_copies_text(found) == (
        "Near copies of what is tested among what was trained on: questions of which one training row has at least 80 % of "
        "the letter 4-grams: exam 3 of 40 (7.5 %); test documents of which one training document has at least 80 % of the "
        "word 5-grams: 1 of 20 (5.0 %); whose title a training document has: 2."
    )
    assert (
        near_copies_text(None)
        == near_copies_text({"alike": 0.8, "questions": {}, "documents": {"n": 0}})
        == ""
    )
