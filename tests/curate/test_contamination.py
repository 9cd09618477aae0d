"""Questions the arms are scored on do not reach training, however they are written; other rows stay."""

import weakref
from collections.abc import Iterable, Iterator
from string import ascii_uppercase
from typing import Any

import pytest
from records import blank

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.records.question import Question
from domaintune.curate.build import Curated, curate_rows, measure_near_copies
from domaintune.science.near_copies import CHUNK, near_copies_text, nearly_copied, word_grams

from .rows import LIMITS, PARAMS, row

STEM = "Which of these membranes conducts hydroxide ions best at room temperature in pure water?"
OPTIONS = ["quaternised polysulfone", "untreated polyethylene", "glassy carbon", "window glass"]


def question(name: str, text: str, split: str, options: list[str] | None = None, **changes: Any) -> Question:
    values = {
        "id": name, "question": text, "options": options or [], "answer": "1" if options else "The set's own answer.",
        "explanation": "Because.", "subject": "membranes", "difficulty": "college", "category": "c", "language": "en",
        "source": "exam", "licence": "CC-BY-4.0", "split": split,
    }  # fmt: skip
    return blank(Question, **values | changes)


ASKED = [
    question("bench", STEM, "benchmark", OPTIONS, source="mmlu"),
    question(
        "held", "Why does water uptake raise the swelling of an anion exchange membrane so much?", "test"
    ),
    question("train", "What is a pump made of?", "train"),
    question("late", "Which metal is it that they like to take for pumps?", "validation"),
]


def curate(*rows: Instruction, asked: list[Question] = ASKED) -> Curated:
    return curate_rows(rows, [], asked, PARAMS)


def lost(curated: Curated) -> list[tuple[str, str]]:
    return sorted((reject.kind, reject.reason) for reject in curated.rejects)


def test_a_row_made_from_a_question_has_its_category_so_that_an_arm_is_known_to_have_seen_it() -> None:
    made = row("What is a pump made of?", "Copper.")
    curated = curate(made, asked=[question("train", "What is a pump made of?", "train", category="pumps")])
    assert [one.category for one in curated.instructions] == ["pumps"]
    assert [one.category for one in curated.questions] == ["pumps"]


def options(texts: list[str], order: tuple[int, ...]) -> str:
    return "\n".join(f"({letter}) {texts[at]}" for letter, at in zip(ascii_uppercase, order, strict=False))


@pytest.mark.parametrize("made_from", ["train", "late"])
def test_a_copied_benchmark_question_is_found_and_the_clean_row_stays(made_from: str) -> None:
    clean = row("What is a pump made of?", "Copper.")
    leak = row(f"{STEM}\n{options(OPTIONS, (0, 1, 2, 3))}", document_id=made_from)
    curated = curate(clean, leak)
    assert [item.id for item in curated.instructions] == [clean.id]
    (reject,) = curated.rejects
    assert (reject.id, reject.kind, reject.reason) == (leak.id, "contaminated", "benchmark_exact")
    assert "of mmlu, score " in reject.detail
    assert curated.accounts.as_dict()["contaminated"] == {reject.reason: 1}
    assert curated.accounts.extra["searched_for"] == 2


SPOKEN = [Turn(role="user", content=STEM), Turn(role="assistant", content="The first.")]


@pytest.mark.parametrize(
    "leak",
    [
        row("What?", instruction=STEM), row("What?", system=STEM), row("What?", STEM),
        row("", "", instruction="", turns=SPOKEN),
    ],
)  # fmt: skip
def test_every_part_of_a_row_is_searched(leak: Instruction) -> None:
    assert lost(curate(leak, row("Clean?"))) == [("contaminated", "benchmark_exact")]


def test_rows_take_the_split_of_the_question_they_are_made_from_and_are_not_orphans() -> None:
    rows = [row(f"{name} asks", f"{name} answers", name) for name in ("train", "late", "held")]
    curated = curate(*rows, row("q", "a", "gone"), row("r", "b"))
    assert {item.document_id: item.split for item in curated.instructions} == {
        "train": "train", "late": "validation", "held": "test",
    }  # fmt: skip
    assert lost(curated) == [("rejected", "orphan")]


def test_a_held_out_row_that_holds_its_own_question_stays_and_its_training_copy_goes() -> None:
    text = next(one.question for one in ASKED if one.id == "held")
    own, copy = row(text, document_id="held"), row(text, "Something else.")
    curated = curate(own, copy)
    assert [item.id for item in curated.instructions] == [own.id]
    assert lost(curated) == [("contaminated", "benchmark_exact")]


def test_a_row_made_from_a_benchmark_goes_whatever_it_says() -> None:
    curated = curate(row("Nothing alike.", "No.", "bench"), row("r", "b"))
    assert lost(curated) == [("contaminated", "benchmark_exact")]
    assert "made from the benchmark question bench of mmlu" in curated.rejects[0].detail


def test_a_duplicate_of_a_leak_does_not_cost_the_clean_row_its_place() -> None:
    # Were duplicates removed first, the row with the lower id would stay and then go as a leak.
    long = " ".join(f"word{n}" for n in range(80))
    pair = [row("Q", f"{long} {STEM}"), row("Q", f"{long} Which is best?")]
    curated = curate(*pair)
    assert [item.id for item in curated.instructions] == [pair[1].id]


def test_a_benchmark_question_that_ingest_rejected_is_searched_for_too() -> None:
    many = question("many", STEM, "benchmark", [*OPTIONS, "quartz", "mica"], answer="")
    leak, clean = row(f"{STEM} Mica, says the key."), row("What is a pump made of?", "Copper.")
    curated = curate_rows([leak, clean], [], ASKED[1:], PARAMS, unscorable=[many])
    assert [item.id for item in curated.instructions] == [clean.id]
    assert lost(curated) == [("contaminated", "benchmark_exact")]
    assert curated.accounts.extra["searched_for"] == 2


def test_question_and_right_answer_of_a_benchmark_are_found() -> None:
    limits = LIMITS.model_copy(update={"min_chars": 200})
    params = PARAMS.model_copy(update={"contamination": limits})
    leak, wrong = row(STEM, "Quaternised polysulfone."), row(STEM, "Window glass.")
    curated = curate_rows([leak, wrong, row("x", "y")], [], ASKED, params)
    assert lost(curated) == [("contaminated", "benchmark_answer")]


def test_question_sets_ask_with_their_own_answer_and_exams_do_not() -> None:
    exam = question("e", "Which one?", "test", ["a", "b", "c", "d"])
    rows = [row("Why so?", "The row's answer.", "held"), row("Which one? A a B b", "A", "e")]
    curated = curate(*rows, asked=[*ASKED, exam])
    (asked,) = curated.questions
    own = next(one for one in ASKED if one.id == "held")
    assert (asked.question, asked.answer, asked.matched_answer) == (
        own.question, "The row's answer.", "The set's own answer.",
    )  # fmt: skip
    assert (asked.options, asked.split, asked.source, asked.subject) == ([], "test", "exam", "membranes")
    assert asked.instruction == "Answer as a planner."
    assert asked.instruction_id == rows[0].id


def test_a_question_of_one_word_is_told_by_the_text_it_is_about() -> None:
    alternatives = ["보일러의 압력이 올랐다.", "창고에 햇빛이 들었다."]
    text = "정비소의 보일러에서 바닥으로 물이 새었다."
    copa = question("copa", "원인", "benchmark", alternatives, context=text, source="kobest")
    leak = row(f"{text} 왜냐하면\n{alternatives[1]}\n{alternatives[0]}")
    other = row("창문이 깨졌다. 원인을 고르세요.", "창고에 햇빛이 들었다.")
    curated = curate(leak, other, asked=[copa, ASKED[2]])
    assert [item.id for item in curated.instructions] == [other.id]
    assert lost(curated) == [("contaminated", "benchmark_exact")]


TEXT = (
    "The {} of the station pumps cold brine through twelve coils of copper until the air is dry and {} again."
)


def document(name: str, split: str, title: str, *words: str) -> Document:
    return blank(Document, id=name, title=title, text=TEXT.format(*words) * 3, cluster=name, split=split)


def test_a_near_copy_in_a_training_row_is_counted_by_source_and_one_in_a_held_out_row_is_not() -> None:
    text = "Which colour does the salt of this metal have after an hour in the flame of the burner?"
    asked = [
        question(name, said, split, ["red", "blue"], source=f"of_{split}")
        for name, said, split in (("1", text, "benchmark"), ("2", "How many moons has the largest planet?", "benchmark"),
                                  ("3", text, "test"), ("4", text, "train"))
    ]  # fmt: skip
    near = row(text.replace("an hour", "a day"), split="train")
    found = measure_near_copies([near], [], [], asked)
    assert found["questions"] == {
        "of_benchmark": {"n": 2, "near": 1, "share": 0.5}, "of_test": {"n": 1, "near": 1, "share": 1.0},
    }  # fmt: skip
    held_out = measure_near_copies([near.model_copy(update={"split": "test"})], [], [], asked)
    assert held_out["questions"]["of_benchmark"]["near"] == 0  # type: ignore[index]


def test_of_many_trained_texts_a_few_are_in_memory_at_a_time() -> None:
    made: list[weakref.ref[Any]] = []
    most = 0

    def trained(grams: Iterable[Any]) -> Iterator[Any]:
        nonlocal most
        for one in grams:
            made.append(weakref.ref(one))
            most = max(most, sum(ref() is not None for ref in made)) if len(made) % 100 == 0 else most
            yield one

    texts = word_grams(f"{n} pumps move cold brine through {n} coils of copper" for n in range(3000))
    assert nearly_copied(
        word_grams(["7 pumps move cold brine through 7 coils of copper"]), trained(texts)
    ) == {0}
    assert (len(made), most < 3 * CHUNK) == (3000, True)


def test_documents_are_counted_by_text_and_by_title() -> None:
    documents = [
        document("a", "train", "Brine pump for cold stations, Phase I", "machine", "cool"),
        document("b", "test", "Brine pump for cold stations, Phase II", "machine", "cool"),
        document("c", "test", "Another title of four words", "machine", "cool"),
        document("d", "test", "Measurements", "crew", "ate").model_copy(
            update={"text": "Nothing of the kind is said here."}
        ),
    ]
    assert measure_near_copies([], [], documents, [])["documents"] == {
        "n": 3,
        "near": 2,
        "share": 2 / 3,
        "titles": 1,
    }


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
