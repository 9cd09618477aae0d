"""Question sets: exams and open questions, in the shapes people have."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingested import read_source

from domaintune.core.records.question import Question
from domaintune.core.sections.sources import AnySource, QuestionMapping, QuestionSource
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import content_id
from domaintune.core.stage.params import parse
from domaintune.ingest.options import right_options
from domaintune.ingest.question_text import repair_question

EXAM = {"id": None, "question": "q", "options": ["A", "B", "C", "D", "E"], "answer": "answer"}
HEADER = "q,A,B,C,D,E,answer"


def source(columns: dict[str, Any], **changes: Any) -> QuestionSource:
    base = {"path": "x", "kind": "questions", "use": "train", "language": "ko", "licence": "CC0"}
    return QuestionSource.model_validate({**base, "columns": columns, **changes})


def read(
    path: Path, columns: dict[str, Any], **changes: Any
) -> tuple[list[Question], list[Reject], Accounts]:
    return read_source(path, source(columns, **changes))[:3]


def table(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "exam.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def test_the_rejected_questions_of_a_benchmark_are_kept_to_be_searched_for(tmp_path: Path) -> None:
    path = tmp_path / "bench.jsonl"
    stem = "Which of these metals is lighter than water?"
    rows = [
        {"q": stem, "o": ["lithium", *(f"alloy {number}" for number in range(26))], "answer": "A"},
        {"q": f"{stem} Not one.", "o": ["tungsten", "lead", "osmium", "gold"], "answer": "none"},
        {"q": "Which is heavier?", "o": ["lead", "tin"], "answer": "A"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    columns = {"id": None, "question": "q", "options": ["o"], "answer": "answer"}
    for use in ("benchmark", "train"):
        questions, rejects, _, unscorable = read_source(path, source(columns, use=use))
        assert (len(questions), len(rejects)) == (1, 2)
        if use == "train":
            assert unscorable == []
            continue
        assert [one.id for one in unscorable] == [reject.id for reject in rejects]
        assert [(one.question, len(one.options), one.answer) for one in unscorable] == [
            (stem, 27, ""), (f"{stem} Not one.", 4, ""),
        ]  # fmt: skip


METALS = ["철", "은", "구리", "금", "납"]


@pytest.mark.parametrize(
    ("use", "row", "expected"),
    [
        *(("train", f"무엇인가?,{','.join(METALS)},{cell}", (METALS, "3"))
          for cell in ("3", "③", "C", "(c)", "3번", "３", "3.0", "구리")),
        ("train", "Which?,Co,CO,C,O,,1", (["Co", "CO", "C", "O"], "1")),
        ("train", "그림을 그리는 물감의 성분은?,Na,None,K,Li,,2", (["Na", "None", "K", "Li"], "2")),
        ("train", "무엇?,① 철,② 은,③ 구리,④ 금,,1", (METALS[:4], "1")),
        ("train", "몇?,1) 5,2) 6,3) 7,4) 8,,D", (["5", "6", "7", "8"], "4")),
        ("train", "몇?,2) 5,3) 6,4) 7,5) 8,,D", (["2) 5", "3) 6", "4) 7", "5) 8"], "4")),
        ("train", "몇?,1,3) 6,7,8,,2", (["1", "3) 6", "7", "8"], "2")),
        ("benchmark", "무엇?,철,은,철,금,,2", (["철", "은", "철", "금"], "2")),
        ("benchmark", '무엇?,철,은,철,금,,"1,3"', (["철", "은", "철", "금"], "1,3")),
        ("benchmark", "무엇?,철,은,철,금,,1", "bad_options: options 1 and 3 are the same: '철'"),
        ("benchmark", '몇?,철,은,철,금,,"1,2"', "bad_options: options 1 and 3 are the same"),
        ("train", "무엇?,철,은,철,금,납,2", "bad_options: options 1 and 3 are the same"),
        ("train", "무엇?,철,은,구리,,,1", "bad_options: option 4 is empty"),
        ("train", "무엇?,철,은,,금,납,1", "bad_options: option 3 is empty"),
        ("train", "N/A,철,은,구리,금,납,1", "placeholder: "),
        ("train", "무엇? canary GUID 26b5c67b,철,은,구리,금,납,1", "test_set: "),
        ("benchmark", "무엇? canary GUID 26b5c67b,철,은,구리,금,납,1", ([*METALS[:3], "금", "납"], "1")),
        ("train", "그림과 같은 장치의 이름은?,철,은,구리,금,납,1", "needs_picture: "),
        ("train", "다음 그림에서 옳은 것은?,철,은,구리,금,납,1", "needs_picture: "),
        ("train", "What does the figure below show?,철,은,구리,금,납,1", "needs_picture: "),
        ("train", "5 \ufffdC에서?,철,은,구리,금,납,1", "bad_encoding: "),
        ("train", "무엇?,철,은,구리,금,납,", "bad_answer: got ''"),
        ("train", "무엇?,철,은,구리,금,납,6", "bad_answer: line 2: column 'answer': expected 1 to 5, ① to ⑤, A to E"),
        ("train", "무엇인가?,철", "broken_row: "),
    ],
)  # fmt: skip
def test_a_row_is_a_question_with_its_right_option_or_has_a_reason(
    tmp_path: Path, use: str, row: str, expected: Any
) -> None:
    found, rejects, accounts = read(table(tmp_path, row, "좋은 문제?,철,은,구리,금,납,1"), EXAM, use=use)
    assert accounts.rows_in == 2 == accounts.kept + accounts.total_lost()
    if isinstance(expected, str):
        [reject] = rejects
        reason, _, detail = expected.partition(": ")
        assert (reject.reason, detail in reject.detail) == (reason, True)
    else:
        assert (found[0].options, found[0].answer) == expected


def test_a_picture_column_decides_where_there_is_one(tmp_path: Path) -> None:
    path = table(
        tmp_path, "다음 그림은?,철,은,구리,금,납,1,", "무엇?,철,은,구리,금,납,1,O", header=HEADER + ",그림"
    )
    questions, [reject], _ = read(path, EXAM | {"picture": unicodedata.normalize("NFD", "그림")})
    assert len(questions) == 1
    assert (reject.reason, reject.detail) == ("needs_picture", "line 3: column '그림' is 'O'")


def test_options_inside_the_question_are_cut_out_and_lines_stay_lines(tmp_path: Path) -> None:
    path = tmp_path / "exam.csv"
    text = '﻿번호,문제,정답\r\n7,"다음 중 옳은 것은?\r\nㄱ. 물  ㄴ. 불\r\n① 하나 ② 둘 ③ 셋 ④ 넷 ⑤ 다섯",⑤\r\n'
    path.write_bytes(text.encode())
    [question], _, _ = read(
        path, {"id": "번호", "question": "문제", "options": "in_question", "answer": "정답"}
    )
    assert question.question == "다음 중 옳은 것은?\nㄱ. 물 ㄴ. 불"
    assert (question.options, question.answer) == (["하나", "둘", "셋", "넷", "다섯"], "5")
    assert question.id == content_id("here", "7")


def test_formulas_stay_as_they_are_and_the_rest_is_repaired() -> None:
    formula = r"$\ce{H2SO4}  \to &lt; x^{2}$"
    repaired = repair_question(f"When  {formula} &lt; 5 ,\r\n\\(a  b\\)  holds")
    assert repaired.text == f"When {formula} < 5 ,\n\\(a  b\\) holds"
    assert "html_entities" in repaired.repairs


@given(st.text(alphabet="a $\\()[]가\u1100\u1161\n", max_size=40))
def test_repairing_a_question_twice_changes_nothing_more(text: str) -> None:
    once = repair_question(text).text
    assert repair_question(once).text == once


def test_a_repeat_in_a_later_year_is_kept_and_the_same_row_twice_is_not(tmp_path: Path) -> None:
    row = "무엇인가?,철,은,구리,금,납,1"
    path = table(tmp_path, f"{row},2019", f"{row},2021", f"{row},2021", header=HEADER + ",year")
    questions, [reject], _ = read(path, EXAM)
    assert len({q.id for q in questions}) == 2
    assert (reject.kind, reject.reason) == ("duplicate", "duplicate_id")
    first, _, _ = read(table(tmp_path, f"{row},2019", header=HEADER + ",year"), EXAM)
    assert first[0].id == questions[0].id


def test_an_id_column_that_repeats_is_named(tmp_path: Path) -> None:
    path = table(tmp_path, "무엇?,철,은,구리,금,납,1,7", "어느?,철,은,구리,금,납,2,7", header=HEADER + ",no")
    [asked], [reject], _ = read(path, EXAM | {"id": "no"})
    assert (asked.native_id, read(path, EXAM)[0][0].native_id) == ("7", "")
    assert "id '7' was kept before (line 2), with another text; if column 'no' does not name" in reject.detail
    assert "sources.here.columns.id" in reject.detail


def test_difficulties_are_mapped_and_an_unknown_one_names_the_known(tmp_path: Path) -> None:
    rows = ["무엇?,철,은,구리,금,납,1,전문", "어느?,철,은,구리,금,납,1,초등", "몇?,철,은,구리,금,납,1,"]
    path = table(tmp_path, *rows, header=HEADER + ",난이도")
    columns = EXAM | {"difficulty": "난이도"}
    names = {unicodedata.normalize("NFD", "전문"): "professional", "대학": "college"}
    questions, [reject], _ = read(path, columns, difficulties=names, difficulty="college")
    assert [q.difficulty for q in questions] == ["professional", "college"]
    assert reject.reason == "unknown_difficulty"
    assert "sources.here.difficulties knows 전문, 대학" in reject.detail


AS_WRITTEN = ["[1,2]", "[a] is a ring]", "{"]


def test_open_questions_keep_their_answers_text_and_lists_become_lines(tmp_path: Path) -> None:
    path = tmp_path / "qa.jsonl"
    spans = [{"content": "one span", "start": 1}, {"content": "another"}]
    rows = [
        {"q": "Why?", "a": "Because it is <b>."},
        {"q": "Where?", "a": json.dumps(spans)},
        {"q": "What?", "a": ["x", "y"]},
        {"q": "None?", "a": "N/A"},
        {"q": "Metal?", "a": "Na"},
        {"q": "Metal?", "a": "Na"},
        {"q": "Alkali?", "a": "Li"},
        {"q": "Which?", "a": '{"text": ["a"], "start": [3]}'},
        *({"q": f"Which of {at}?", "a": text} for at, text in enumerate(AS_WRITTEN)),
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    questions, rejects, _ = read(
        path, {"id": None, "question": "q", "options": "none", "answer": "a"}, subject="x"
    )
    told = ["Because it is <b>.", "one span\nanother", "x\ny", "Na", "Li", "a"]
    assert [q.answer for q in questions] == [*told, *AS_WRITTEN]
    assert {(q.subject, tuple(q.options), q.split) for q in questions} == {("x", (), "")}
    assert [(reject.kind, reject.reason) for reject in rejects] == [
        ("rejected", "placeholder"), ("duplicate", "duplicate_id"),
    ]  # fmt: skip


def test_a_column_may_hold_the_list_of_options_and_answers_may_count_from_zero(tmp_path: Path) -> None:
    path = tmp_path / "hub.jsonl"
    path.write_text(json.dumps({"q": "Which?", "choices": ["a", "b;\nc", "d", "e"], "n": 0}) + "\n")
    columns = {"id": None, "question": "q", "options": ["choices"], "answer": "n"}
    [question], _, _ = read(path, columns | {"first_answer": 0})
    assert (question.options, question.answer) == (["a", "b;\nc", "d", "e"], "1")
    mapping = QuestionMapping.model_validate(columns | {"first_answer": 0})
    for cell, expected in (("2", "3"), ("２", "3"), ("③", "3"), ("(2)", "2"), ("2번", "2")):
        assert right_options(cell, ["ka", "kb", "kc", "kd"], mapping) == expected, cell
    path.write_text(path.read_text() + json.dumps({"q": "W?", "choices": list("abcd"), "n": 1}) + "\n")
    _, [reject], _ = read(path, columns)
    assert "set columns.first_answer: 0" in reject.detail


NONE = {"id": None, "question": "q", "options": "none", "answer": "answer"}


@pytest.mark.parametrize(
    ("columns", "pair", "told"),
    [
        (EXAM, ("Hot?,yes,no,so,lo,,1", "Hot?,yes,no,so,lo,,2"), "the answer 'yes' at line 2 and 'no' at line 3"),
        (EXAM, ("Hot?,yes,no,so,lo,,1", "Hot?,no,yes,so,lo,,1"), "'yes' at line 2 and 'no' at line 3"),
        (EXAM, ("Hot?,Yes,No,so,lo,,1", "HOT ?,yes, no ,so,lo,,2"), "'Yes' at line 2 and 'no' at line 3"),
        (EXAM, ('Hot?,yes,no,so,lo,,"1,2"', "Hot?,no,yes,so,lo,,1"), "'yes; no' at line 2 and 'no' at line 3"),
        (EXAM, ("Hot?,yes,no,so,lo,,1", "Hot?,no,yes,so,lo,,2"), ""),
        (EXAM, ("Which?,Co,CO,C,O,,1", "Which?,CO,Co,C,O,,2"), ""),
        (EXAM, ("Which?,Co,CO,C,O,,1", "Which?,Co,CO,C,O,,2"), "'Co' at line 2 and 'CO' at line 3"),
        (EXAM, ("At 5 mW?,yes,no,so,lo,,1", "At 5 MW?,yes,no,so,lo,,2"), ""),
        (NONE, ("Metal?,,,,,,Iron", "metal?,,,,,,Zinc"), "'Iron' at line 2 and 'Zinc' at line 3"),
        (NONE, ("Power?,,,,,,5 mW", "Power?,,,,,,5 MW"), "'5 mW' at line 2 and '5 MW' at line 3"),
        (NONE, ("Metal?,,,,,,Iron", "metal?,,,,,,iron."), ""),
    ],
)  # fmt: skip
def test_a_question_with_two_answers_is_taken_from_neither_row_however_it_is_written(
    tmp_path: Path, columns: dict[str, Any], pair: tuple[str, str], told: str
) -> None:
    rows = [f"{row},{year}" for year, row in enumerate((*pair, "Is it?,yes,no,so,lo,,1"))]
    found, rejects, _ = read(table(tmp_path, *rows, header=f"{HEADER},year"), columns)
    assert [one.question for one in found if one.question != "Is it?"] == [] if told else len(found) == 3
    assert [reject.reason for reject in rejects] == ["conflicting_answer"] * (2 if told else 0)
    assert all(told in reject.detail for reject in rejects)


def test_wrong_entries_are_named() -> None:
    value = source(EXAM).model_dump() | {"kind": "quiz"}
    with pytest.raises(
        ParamsError, match="kind: expected one of documents, questions, instructions, got 'quiz'"
    ):
        parse(Path("p"), "sources.x", AnySource, value)
    value["kind"] = "questions"
    fixed = {"options": {"no": "0", "yes": "0"}}
    with pytest.raises(ParamsError, match="two fixed options have the same word"):
        parse(Path("p"), "sources.x", AnySource, value | {"columns": EXAM | fixed})


WIDE = [f"alloy {chr(ord('A') + i)}" for i in range(12)]


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("L", "12"), ("12", "12"), ("⑫", "12"), ("alloy L", "12"), ("1,3", "1,3"), ("A, C", "1,3"), ("C;A", "1,3"), ("①⑫", "1,12"),
        ("ACL", "1,3,12"), ("A and L", "1,12"), (["A", "C"], "1,3"), ([12, 1], "1,12"), (["alloy B", "alloy K"], "2,11"),
        ("A/C", "1,3"), ("(A)(C)", "1,3"), ("(1) (3)", "1,3"), ("1 3", "1,3"), ("A AND C", "1,3"), ("①과 ③", "1,3"), ("1번 3번", "1,3"),
        ("1/3", None), ("A 3", None), ("A/M", None), ("A C A", None),
        ("M", None), ("13", None), ("A, M", None), ("1, alloy A", "1"), ("CAL", None), ("", None), (",", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("use", ["train", "benchmark"])
def test_up_to_26_options_and_several_right_answers_are_kept(
    tmp_path: Path, use: str, answer: Any, right: str | None
) -> None:
    path = tmp_path / "wide.jsonl"
    rows = [{"q": "Which?", "o": WIDE, "a": answer}, {"q": "Whose?", "o": WIDE, "a": "1"}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (*questions, _), rejects, _ = read(
        path, {"id": None, "question": "q", "options": ["o"], "answer": "a"}, use=use
    )
    assert [one.answer for one in questions] == ([] if right is None else [right])
    assert [one.reason for one in rejects] == (["bad_answer"] if right is None else [])
    assert [one.right for one in questions] == ([] if right is None else [tuple(map(int, right.split(",")))])


def test_an_object_of_options_and_scores_says_which_are_right(tmp_path: Path) -> None:
    path = tmp_path / "bigbench.jsonl"
    scores = [
        {"lead": 0, "zinc \\nu": 1, "tin": 1},
        {"lead": 0.5, "zinc": 0},
        {"lead": 0, "zinc": 0},
        {f"m{i}": i == 25 for i in range(26)},
    ]
    rows = [{"input": f"Which of {i}?", "target_scores": one} for i, one in enumerate(scores)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    columns = {"id": None, "question": "input", "options": ["target_scores"], "answer": "target_scores"}
    questions, [reject], _ = read(path, columns, use="benchmark")
    assert [(len(one.options), one.answer) for one in questions] == [(3, "2,3"), (2, "1"), (26, "26")]
    assert reject.reason == "bad_answer"


def test_a_wide_file_may_hold_questions_of_fewer_options(tmp_path: Path) -> None:
    names = list("ABCDEFGHIJ")
    path = table(
        tmp_path, "무엇?,철,은,구리,,,,,,,,3", "몇?,철,은,,금,,,,,,,1", header="q,A,B,C,D,E,F,G,H,I,J,answer"
    )
    [question], [reject], _ = read(path, EXAM | {"options": names})
    assert (question.options, question.answer) == (["철", "은", "구리"], "3")
    assert "option 3 is empty" in reject.detail


COPA = {"id": "ID", "question": "question", "context": "sentence", "options": ["1", "2"], "answer": "Answer"}
BOOLQ = {
    "id": "ID", "question": "Question", "context": "Text", "options": {"아니오": "False", "예": "True"},
    "answer": "Answer",
}  # fmt: skip


def kobest(tmp_path: Path, columns: dict[str, Any], *rows: str) -> tuple[list[Question], list[Reject]]:
    """Read composed rows in the layout of a published KoBEST file: TSV in which a quotation mark is a character."""
    path = tmp_path / "test.tsv"
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    questions, rejects, accounts = read(path, columns, use="benchmark", table={"quoting": False})
    assert accounts.rows_in == len(questions) + len(rejects)
    return questions, rejects


def test_two_alternatives_are_read_with_the_word_that_asks_for_cause_or_result(tmp_path: Path) -> None:
    head = "ID\tsentence\tquestion\t1\t2\tAnswer"
    rows = [
        '1\t밸브가 "열렸다.\t원인\t압력이 올랐다.\t비가 왔다.\t1',
        "2\t펌프가 멈췄다.\t결과\t물이 찼다.\t\t2",
    ]
    questions, rejects = kobest(tmp_path, COPA, head, *rows)
    (one,) = questions
    assert (one.context, one.question) == ('밸브가 "열렸다.', "원인")
    assert (one.options, one.answer) == (["압력이 올랐다.", "비가 왔다."], "1")
    assert [(lost.reason, lost.detail) for lost in rejects] == [("bad_options", "line 3: option 2 is empty")]


def test_options_that_no_column_holds_are_given_in_the_mapping(tmp_path: Path) -> None:
    rows = [
        "1\t구리는 금속이다.\t구리는 금속인가?\tTrue",
        "2\t물은 차다.\t물은 뜨거운가?\tFALSE",
        "3\t물.\t왜?\tmaybe",
    ]
    questions, rejects = kobest(tmp_path, BOOLQ, "ID\tText\tQuestion\tAnswer", *rows)
    assert [one.options for one in questions] == [["아니오", "예"]] * 2
    assert {one.question: one.answer for one in questions} == {"구리는 금속인가?": "2", "물은 뜨거운가?": "1"}
    (lost,) = rejects
    assert (lost.reason, lost.detail) == (
        "bad_answer",
        "line 4: column 'Answer': expected 'False', 'True', got 'maybe'",
    )


def test_the_same_question_about_another_text_is_another_question(tmp_path: Path) -> None:
    head = "sentence\tquestion\t1\t2\tAnswer"
    rows = [f"{text}\t결과\t물이 찼다.\t물이 말랐다.\t1" for text in ("펌프가 멈췄다.", "비가 왔다.")]
    questions, _ = kobest(tmp_path, COPA | {"id": None}, head, *rows)
    assert len({one.id for one in questions}) == 2
    turned, _ = kobest(tmp_path, COPA | {"id": None}, head, *rows[::-1])
    assert {one.id for one in turned} == {one.id for one in questions}
