"""Question sets: exams and open questions, in the shapes people have."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingested import QUESTIONS, Ingested, read_source

from domaintune.core.sections.sources import QuestionSource
from domaintune.core.stage.files import content_id
from domaintune.ingest.question_text import repair_question

EXAM = {"id": None, "question": "q", "options": ["A", "B", "C", "D", "E"], "answer": "answer"}
LISTED = EXAM | {"options": ["o"]}
NONE = EXAM | {"options": "none"}
HEADER = "q,A,B,C,D,E,answer"
METALS = ["철", "은", "구리", "금", "납"]
PICTURE = unicodedata.normalize("NFD", "그림")
WIDE_HEAD = "q,A,B,C,D,E,F,G,H,I,J,answer"
SCORES = [{"lead": 0, "zinc \\nu": 1, "tin": 1}, {"lead": 0.5, "zinc": 0}, {"lead": 0, "zinc": 0},
          {f"m{i}": i == 25 for i in range(26)}]  # fmt: skip
COPA = {"id": "ID", "question": "question", "context": "sentence", "options": ["1", "2"], "answer": "Answer"}
COPA_HEAD = "ID\tsentence\tquestion\t1\t2\tAnswer"
YES_NO = {"아니오": "False", "예": "True"}
BOOLQ = {"id": "ID", "question": "Question", "context": "Text", "options": YES_NO, "answer": "Answer"}
KOBEST = {"use": "benchmark", "table": {"quoting": False}}
"""The layout of its published files: TSV in which a quotation mark is a character."""
WIDE = [f"alloy {chr(ord('A') + i)}" for i in range(12)]


def read(
    tmp_path: Path, columns: dict[str, Any], *rows: str | dict[str, Any], header: str = HEADER, **changes: Any
) -> Ingested:
    """Read rows as lines of JSON, or as lines below a header."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path = tmp_path / ("exam.csv" if lines[0] is rows[0] else "exam.jsonl")
    path.write_text("\n".join([*([header] if lines[0] is rows[0] else []), *lines, ""]), encoding="utf-8")
    own = {"use": "train", "language": "ko", "columns": columns}
    return read_source(path, QuestionSource.model_validate(QUESTIONS | own | changes))


def told(found: Ingested) -> list[str]:
    """Return why rows were lost."""
    return [f"{reject.reason}: {reject.detail}" for reject in found.rejects]


@pytest.mark.parametrize("use", ["benchmark", "train"])
def test_the_rejected_questions_of_a_benchmark_are_kept_to_be_searched_for(tmp_path: Path, use: str) -> None:
    stem = "Which of these metals is lighter than water?"
    rows = [
        {"q": stem, "o": ["lithium", *(f"alloy {number}" for number in range(26))], "answer": "A"},
        {"q": f"{stem} Not one.", "o": ["tungsten", "lead", "osmium", "gold"], "answer": "none"},
        {"q": "Which is heavier?", "o": ["lead", "tin"], "answer": "A"},
    ]
    _, rejects, _, unscorable = read(tmp_path, LISTED, *rows, use=use)
    assert [one.id for one in unscorable] == [reject.id for reject in rejects if use == "benchmark"]
    kept = [(stem, 27, ""), (f"{stem} Not one.", 4, "")] if use == "benchmark" else []
    assert [(one.question, len(one.options), one.answer) for one in unscorable] == kept


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
        ("train", "무엇?,철,은,철,금,납,2", "bad_options: options 1 and 3 are the same"),
        ("train", "무엇?,철,은,구리,,,1", "bad_options: option 4 is empty"),
        ("train", "무엇?,철,은,,금,납,1", "bad_options: option 3 is empty"),
        ("train", "N/A,철,은,구리,금,납,1", "placeholder: "),
        ("train", "무엇? canary GUID 26b5c67b,철,은,구리,금,납,1", "test_set: "),
        ("benchmark", "무엇? canary GUID 26b5c67b,철,은,구리,금,납,1", ([*METALS[:3], "금", "납"], "1")),
        ("train", "그림과 같은 장치의 이름은?,철,은,구리,금,납,1", "needs_picture: "),
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
    found = read(tmp_path, EXAM, row, "좋은 문제?,철,은,구리,금,납,1", use=use)
    assert found.accounts.rows_in == 2
    if isinstance(expected, str):
        [reject] = found.rejects
        reason, _, detail = expected.partition(": ")
        assert (reject.reason, detail in reject.detail) == (reason, True)
    else:
        assert (found.rows[0].options, found.rows[0].answer) == expected


@pytest.mark.parametrize(
    ("columns", "changes", "rows", "kept", "lost"),
    [
        pytest.param(
            EXAM | {"picture": PICTURE}, {"header": f"{HEADER},그림"},
            ["다음 그림은?,철,은,구리,금,납,1,", "무엇?,철,은,구리,금,납,1,O"], [("다음 그림은?", METALS, "1")],
            "needs_picture: line 3: column '그림' is 'O'", id="a picture column decides where there is one"),
        pytest.param(
            EXAM | {"options": "in_question"}, {"header": "q,answer"},
            ['"다음 중 옳은 것은?\r\nㄱ. 물  ㄴ. 불\r\n① 하나 ② 둘 ③ 셋 ④ 넷 ⑤ 다섯",⑤', "물?,1"],
            [("다음 중 옳은 것은?\nㄱ. 물 ㄴ. 불", ["하나", "둘", "셋", "넷", "다섯"], "5")],
            "bad_options: line 5: no 4 or more labelled options (①…) in column 'q'",
            id="options inside the question are cut out and lines stay lines"),
        pytest.param(
            LISTED, {}, [{"q": "Which?", "o": ["a", "b;\nc", "d", "e"], "answer": 4}, {"q": "W?", "o": list("abcd"), "answer": 0}],
            [("Which?", ["a", "b;\nc", "d", "e"], "4")], "set columns.first_answer: 0", id="a column holds the list of options"),
        pytest.param(
            LISTED | {"first_answer": 0}, {},
            [{"q": f"{number}?", "o": METALS, "answer": cell} for number, cell in enumerate((0, "２", "③", "(2)", "2번", 5))],
            [(f"{number}?", METALS, right) for number, right in enumerate("13322")], "bad_answer: line 6: ",
            id="answers count from zero, and labels are still labels"),
        pytest.param(
            LISTED | {"answer": "o"}, {"use": "benchmark"}, [{"q": f"{i}?", "o": one} for i, one in enumerate(SCORES)],
            [("0?", list(SCORES[0]), "2,3"), ("1?", list(SCORES[1]), "1"), ("3?", list(SCORES[3]), "26")], "bad_answer: line 3: ",
            id="an object of options and scores says which are right"),
        pytest.param(
            EXAM | {"options": list("ABCDEFGHIJ")}, {"header": WIDE_HEAD}, ["무엇?,철,은,구리,,,,,,,,3", "몇?,철,은,,금,,,,,,,1"],
            [("무엇?", ["철", "은", "구리"], "3")], "bad_options: line 3: option 3 is empty",
            id="a wide file may hold questions of fewer options"),
        pytest.param(
            COPA, KOBEST | {"header": COPA_HEAD},
            ['1\t밸브가 "열렸다.\t원인\t압력이 올랐다.\t비가 왔다.\t1', "2\t펌프가 멈췄다.\t결과\t물이 찼다.\t\t2"],
            [('밸브가 "열렸다. 원인', ["압력이 올랐다.", "비가 왔다."], "1")], "bad_options: line 3: option 2 is empty",
            id="two alternatives with the word that asks for cause or result"),
        pytest.param(
            BOOLQ, KOBEST | {"header": "ID\tText\tQuestion\tAnswer"}, ["1\t구리.\t금속인가?\tTrue", "2\t물.\t찬가?\tFALSE", "3\t물.\t왜?\tmaybe"],
            [("구리. 금속인가?", ["아니오", "예"], "2"), ("물. 찬가?", ["아니오", "예"], "1")],
            "bad_answer: line 4: column 'Answer': expected 'False', 'True', got 'maybe'",
            id="options that no column holds are given in the mapping"),
    ],
)  # fmt: skip
def test_options_stand_where_the_mapping_says(
    tmp_path: Path, columns: Any, changes: Any, rows: list[Any], kept: list[Any], lost: str
) -> None:
    found = read(tmp_path, columns, *rows, **changes)
    assert [(f"{one.context} {one.question}".strip(), one.options, one.answer) for one in found.rows] == kept
    [reason] = told(found)
    assert lost in reason


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
    rows = [{"q": "Which?", "o": WIDE, "answer": answer}, {"q": "Whose?", "o": WIDE, "answer": "1"}]
    found = read(tmp_path, LISTED, *rows, use=use)
    *questions, _ = found.rows
    assert [one.answer for one in questions] == ([] if right is None else [right])
    assert found.reasons == (["bad_answer"] if right is None else [])
    assert [one.right for one in questions] == ([] if right is None else [tuple(map(int, right.split(",")))])


@pytest.mark.parametrize(
    ("columns", "pair", "both"),
    [
        (EXAM, ("Hot?,yes,no,so,lo,,1", "Hot?,yes,no,so,lo,,2"), "the answer 'yes' at line 2 and 'no' at line 3"),
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
    tmp_path: Path, columns: dict[str, Any], pair: tuple[str, str], both: str
) -> None:
    rows = [f"{row},{year}" for year, row in enumerate((*pair, "Is it?,yes,no,so,lo,,1"))]
    found = read(tmp_path, columns, *rows, header=f"{HEADER},year")
    assert len(found.rows) == (1 if both else 3)
    assert found.rows[-1].question == "Is it?"
    assert found.reasons == ["conflicting_answer"] * (2 if both else 0)
    assert all(both in reject.detail for reject in found.rejects)


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
    row, header = "무엇인가?,철,은,구리,금,납,1", HEADER + ",year"
    both = read(tmp_path, EXAM, f"{row},2019", f"{row},2021", f"{row},2021", header=header)
    assert [(reject.kind, reject.reason) for reject in both.rejects] == [("duplicate", "duplicate_id")]
    first, second = both.rows
    assert first.id != second.id
    assert read(tmp_path, EXAM, f"{row},2019", header=header).rows[0].id == first.id


def test_an_id_column_is_kept_and_named_where_it_repeats(tmp_path: Path) -> None:
    rows, header = ["무엇?,철,은,구리,금,납,1,7", "어느?,철,은,구리,금,납,2,7"], HEADER + ",no"
    named = read(tmp_path, EXAM | {"id": "no"}, *rows, header=header)
    [asked], [lost] = named.rows, told(named)
    assert (asked.native_id, asked.id) == ("7", content_id("here", "7"))
    assert read(tmp_path, EXAM, *rows, header=header).rows[0].native_id == ""
    assert "id '7' was kept before (line 2), with another text; if column 'no' does not name" in lost
    assert "sources.here.columns.id" in lost


def test_difficulties_are_mapped_and_an_unknown_one_names_the_known(tmp_path: Path) -> None:
    rows = ["무엇?,철,은,구리,금,납,1,전문", "어느?,철,은,구리,금,납,1,초등", "몇?,철,은,구리,금,납,1,"]
    names = {unicodedata.normalize("NFD", "전문"): "professional", "대학": "college"}
    own = {"header": HEADER + ",난이도", "difficulties": names, "difficulty": "college"}
    found = read(tmp_path, EXAM | {"difficulty": "난이도"}, *rows, **own)
    assert [one.difficulty for one in found.rows] == ["professional", "college"]
    [lost] = told(found)
    assert lost.startswith("unknown_difficulty: ")
    assert "sources.here.difficulties knows 전문, 대학" in lost


def test_open_questions_keep_their_answers_text_and_lists_become_lines(tmp_path: Path) -> None:
    spans = [{"content": "one span", "start": 1}, {"content": "another"}]
    as_written = ["[1,2]", "[a] is a ring]", "{"]
    answers = {
        "Why?": "Because it is <b>.", "Where?": json.dumps(spans), "What?": ["x", "y"], "None?": "N/A", "Metal?": "Na",
        "Alkali?": "Li", "Which?": '{"text": ["a"], "start": [3]}', **{f"Which of {text}?": text for text in as_written},
    }  # fmt: skip
    rows = [{"q": asked, "answer": answer} for asked, answer in answers.items()]
    found = read(tmp_path, NONE, *rows, rows[4], subject="x")
    plain = ["Because it is <b>.", "one span\nanother", "x\ny", "Na", "Li", "a"]
    assert [one.answer for one in found.rows] == [*plain, *as_written]
    assert {(one.subject, tuple(one.options), one.split) for one in found.rows} == {("x", (), "")}
    assert [(lost.kind, lost.reason) for lost in found.rejects] == [
        ("rejected", "placeholder"), ("duplicate", "duplicate_id"),
    ]  # fmt: skip


def test_the_same_question_about_another_text_is_another_question(tmp_path: Path) -> None:
    rows = [f"{text}\t결과\t물이 찼다.\t물이 말랐다.\t1" for text in ("펌프가 멈췄다.", "비가 왔다.")]
    found = read(tmp_path, COPA | {"id": None}, *rows, header=COPA_HEAD.removeprefix("ID\t"), **KOBEST)
    assert len({one.id for one in found.rows}) == 2
