"""From an id to all rows that belong to it, whichever id it is."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from records import blank

from domaintune.cli.trace import chain
from domaintune.core.frames import Record, write_frame
from domaintune.core.records.judgment import Judgment, Score
from domaintune.core.records.question import Answer, BenchmarkItem, Question
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.params import load_mapping

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, *rows: Record, **columns: list[str]) -> None:
    """Write a table under `data/`, from columns or from records."""
    frame = type(rows[0]).to_frame(list(rows)) if rows else pl.DataFrame(columns)
    write_frame(Path("data") / name, frame, sort_by=frame.columns[:1])


def traced(identifier: str) -> list[str]:
    return list(chain(Path(), identifier))


def test_a_trace_follows_an_instruction_to_its_document_and_request_and_to_no_sibling() -> None:
    put("documents/s/documents.parquet", id=["d1", "d2"], native_id=["n1", "n2"])
    put("corpus/documents.parquet", id=["d1", "d2"])
    put("responses/generate/t.parquet", key=["r1", "r2"])
    made_from = {"document_id": ["d1", "d1"]}
    put("generated/t/instructions.parquet", id=["i1", "i2"], request_id=["r1", "r2"], **made_from)
    put("curated/questions.parquet", id=["q1", "q2"], instruction_id=["i1", "i2"], **made_from)
    put("answers/a/answers.parquet", question_id=["q1", "q2"], text=["A", "B"])
    lines = traced("i1")
    assert kinds(lines) == ["record", "document", "request", "instruction", "question", "answer"]
    assert not any("q2" in line or "i2" in line or "d2" in line for line in lines)
    assert traced("zz") == []


def test_a_trace_follows_a_translated_row_to_every_request_behind_it_and_back() -> None:
    put("responses/translate/s.parquet", key=["r1", "r2", "r3"])
    requests = {"request_id": ["r1 r2", "r2 r3"]}
    put("translated/s/instructions.parquet", id=["i1", "i2"], document_id=["o1", "o2"], **requests)
    asked = [line for line in traced("i1") if line.startswith("request")]
    assert [("r1" in line, "r2" in line) for line in asked] == [(True, False), (False, True)]
    assert [line.count("i1") for line in traced("r1") if line.startswith("set row")] == [1]
    assert sum(line.startswith("set row") for line in traced("r2")) == 2


def question(name: str, **own: str) -> Question:
    return blank(Question, id=name, question=f"What is {name}?", **own)


def answer(arm: str, name: str, text: str) -> Answer:
    return Answer(arm=arm, question_id=name, text=text, tokens=2, finished=True)


def verdict(name: str, choice: str, **values: float) -> Judgment:
    scores = [Score(name="matching", arm=arm, value=value) for arm, value in values.items()]
    return blank(
        Judgment, id=f"v{name}", rubric="match", question_id=name, arm="tuned", baseline="original", scores=scores,
        choice=choice, reason="It names copper.",
    )  # fmt: skip


def kinds(lines: Sequence[str]) -> list[str]:
    return [line[:13].strip() for line in lines]


def test_the_id_of_the_file_finds_the_question_and_every_arms_answer_choice_and_verdict() -> None:
    own = {"instruction_id": "i1", "document_id": "row1", "native_id": "81", "source": "essays"}
    put("instructions/essays/instructions.parquet", id=["row1", "row2"], native_id=["81", "82"])
    put("curated/questions.parquet", question("q1", **own), question("q2", native_id="82"))
    answers = [answer("original", "q1", "Iron."), answer("original", "q2", "No.")]
    put("answers/original/answers.parquet", *answers)
    put("answers/tuned/answers.parquet", answer("tuned", "q1", "Copper."))
    put("judgments/tuned/judgments.parquet", verdict("q1", "tuned", original=1.5, tuned=4.0))
    head, *lines = traced("81")
    assert head == "81 is row1, of source essays"
    assert kinds(lines) == ["source row", "question", "answer", "answer", "judgment"]
    assert "arm=original question_id=q1 text=Iron." in lines[2]
    assert "arm=tuned question_id=q1 text=Copper." in lines[3]
    assert "scores=matching original 1.5, matching tuned 4.0 choice=tuned reason=It names copper." in lines[4]
    scores = [Score(name=f"similarity/criterion {n}", arm="tuned", value=float(n)) for n in range(9)]
    put("answers/tuned/answers.parquet", answer("tuned", "q1", ""))
    put("judgments/tuned/judgments.parquet", blank(Judgment, id="v", question_id="q1", scores=scores))
    *_, answered, judged = traced("q1")
    assert "text= tokens=2" in answered, "an empty answer is shown"
    assert all(f"similarity/criterion {n} tuned {n}.0" in judged for n in range(9)), "no score is cut off"


def test_all_questions_of_one_native_id_are_listed_with_their_source_and_file() -> None:
    exam = [question("e1", native_id="7", source="exams", file="may.csv"),
            question("e2", native_id="7", source="exams", file="june.csv")]  # fmt: skip
    put("questions/exams/questions.parquet", *exam)
    put("questions/quiz/questions.parquet", question("z1", native_id="7", source="quiz"), question("z2"))
    assert traced("") == [], "an empty id is not that of all questions without one"
    put("benchmarks/tuned/items.parquet", item("e1", "2"), item("e2", "1"))
    put("documents/starter_awards/documents.parquet", id=["d1"], native_id=["7"], source=["starter_awards"])
    shutil.copy(ROOT / "params.yaml", "params.yaml")
    found = traced("7")
    assert [line for line in found if line.startswith("7 is")] == [
        f"7 is d1, of source starter_awards ({load_mapping(ROOT / 'params.yaml', AnySource)['starter_awards'].chosen.path})",
        "7 is e1, of source exams (may.csv)",
        "7 is e2, of source exams (june.csv)",
        "7 is z1, of source quiz",
    ]
    assert "choice=2" in found[found.index("7 is e1, of source exams (may.csv)") + 2]
    assert "choice=1" in found[found.index("7 is e2, of source exams (june.csv)") + 2]


def test_every_arms_choice_is_shown_and_why_an_arm_has_none() -> None:
    put("questions/exams/questions.parquet", question("e1", native_id="7"))
    for arm in ("base", "tuned"):
        put(f"benchmarks/{arm}/items.parquet", item("e1", "2"), item("e2", "1"))
    lost = [
        Reject.of("benchmark", f"exams:likelihood:{name}", "needs_weights", "it is served", "{}")
        for name in ("e1@2", "e2")
    ]
    put("benchmarks/tuned/rejects.parquet", *lost)
    put("answers/base/rejects.parquet", Reject.of("answer", "e1", "too_long", "no room", question("e1")))
    row = {"question_id": "e1", "arm": "base"}
    put("judgments/base/rejects.parquet", Reject.of("judge", "v", "no_answer", "of base", row))
    lines = traced("e1")
    assert kinds(lines) == ["question row", "answer", "benchmark", "benchmark", "benchmark", "judgment"]
    told = ("id=e1 ", "reason=too_long", "choice=2", "choice=2", "reason=needs_weights", "reason=no_answer")
    assert [one in line for one, line in zip(told, lines, strict=True)] == [True] * 6


@pytest.mark.parametrize("asked", ["z9", "a2", "i1", "81"])
def test_a_conversation_is_followed_turn_by_turn_from_any_of_its_ids(asked: str) -> None:
    own = {"instruction_id": "i1", "document_id": "row1", "native_id": "81"}
    put("curated/questions.parquet", question("z9", **own), question("a2", follows="z9", **own),
        question("x", instruction_id="i2", document_id="row2"))  # fmt: skip
    for arm in ("original", "tuned"):
        said = {"a2": "Two.", "x": "No.", "z9": "One."}
        put(f"answers/{arm}/answers.parquet", *(answer(arm, name, text) for name, text in said.items()))
    put("judgments/tuned/judgments.parquet", verdict("a2", "original", original=3.0, tuned=2.0))
    lines = [line for line in traced(asked) if " is " not in line[:9]]
    assert kinds(lines) == ["question", "answer", "answer", "question", "answer", "answer", "judgment"]
    assert ["One." in line or "id=z9 " in line for line in lines] == [True] * 3 + [False] * 4
    assert not any("question_id=x" in line for line in lines)


def item(name: str, choice: str) -> BenchmarkItem:
    return blank(
        BenchmarkItem, arm="tuned", benchmark="exams", question_id=name, options=2, gold="1", choice=choice
    )
