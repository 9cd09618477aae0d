"""Exam and benchmark files in their native shapes, with the faults that real exam exports have."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.seeds import derive
from domaintune.sample.chemistry_facts import FACTS, Fact, Level
from domaintune.sample.chemistry_questions import Question, draw_questions, draw_stems
from domaintune.sample.chemistry_wordings import (
    BENCHMARK_EN,
    BENCHMARK_FRAMES_KO,
    BENCHMARK_KO,
    EXAM_KO,
    FRAMES_EN,
    FRAMES_KO,
    statement_of,
)

Row = Mapping[str, str]
EXAM_COLUMNS = ("시험", "연도", "회차", "번호", "문제", "정답", "해설", "난이도", "그림")
COLUMN_EXAM_COLUMNS = (
    "Test Name", "Year", "Session", "Subject", "Number", "Question", "Question_image",
    "Option 1", "Option 2", "Option 3", "Option 4", "Answer",
)  # fmt: skip
"""Source: column layout of a public export of Korean certification exams."""
EXAM_NAMES: dict[Level, str] = {
    "high school": "기초화학 모의시험",
    "college": "화학분석 모의시험",
    "professional": "안전관리 모의시험",
}
DIFFICULTIES: dict[Level, str] = {"high school": "고교", "college": "대학", "professional": "전문"}
MARKS, LETTERS = "①②③④⑤", "ABCD"
FULL_WIDTH = str.maketrans("12345", "１２３４５")
PER_SESSION, FIRST_YEAR, YEAR_OF_REPEATS = 20, 2001, 2020


class Exams(NamedTuple):
    """Rows of the two exam files."""

    marked: list[Row]
    columns: list[Row]


def compose_exams(seed: int, corpus: str, exams: int) -> Exams:
    """Compose `exams` questions with options inside the text, a quarter as many with option columns."""
    rng = derive(seed, "sample", corpus, "exams")
    stems = draw_stems(rng, FACTS, EXAM_KO, FRAMES_KO, exams + exams // 4, korean=True)
    marked = draw_questions(rng, stems[:exams], 5, korean=True)
    columns = draw_questions(rng, stems[exams:], 4, korean=True)
    return Exams(
        _with_faults([_marked_row(n, question) for n, question in enumerate(marked)], exams),
        [_column_row(n, question) for n, question in enumerate(columns)]
        + [
            {**_column_row(n, question), "Question_image": f"column_{n:03d}.png", "Number": str(900 + n)}
            for n, question in enumerate(columns[: max(1, exams // 80)])
        ],
    )


def compose_mmlu(seed: int, corpus: str, count: int) -> dict[str, list[Sequence[str]]]:
    """Compose the two English subsets: cells question, A, B, C, D and letter."""
    subsets: dict[str, tuple[list[Fact], int]] = {
        "high_school": ([fact for fact in FACTS if fact.level == "high school"], count - count // 2),
        "college": ([fact for fact in FACTS if fact.level != "high school"], count // 2),
    }
    rows: dict[str, list[Sequence[str]]] = {}
    for name, (facts, wanted) in subsets.items():
        rng = derive(seed, "sample", corpus, "mmlu", name)
        stems = draw_stems(rng, facts, BENCHMARK_EN, FRAMES_EN, wanted, korean=False)
        questions = draw_questions(rng, stems, 4, korean=False)
        rows[name] = [(q.stem, *q.options, LETTERS[q.position]) for q in questions]
    return rows


def compose_kmmlu(seed: int, corpus: str, count: int) -> list[dict[str, Any]]:
    """Compose the Korean benchmark, one object a question."""
    rng = derive(seed, "sample", corpus, "kmmlu")
    stems = draw_stems(rng, FACTS, BENCHMARK_KO, BENCHMARK_FRAMES_KO, count, korean=True)
    return [
        {
            "subject": "Chemistry",
            "question": q.stem,
            **dict(zip(LETTERS, q.options, strict=True)),
            "answer": LETTERS[q.position],
        }
        for q in draw_questions(rng, stems, 4, korean=True)
    ]


def _marked_row(number: int, question: Question) -> Row:
    joint = "\n" if number % 4 == 2 else " "
    options = question.options
    if number % 3 == 1:  # formulas as a typesetter writes them
        options = tuple(re.sub(r"(?<=[A-Za-z)])(\d+)", r"$_{\1}$", option) for option in options)
    marked = joint.join(MARKS[n] + option for n, option in enumerate(options))
    text = question.stem + joint + marked
    session, place = divmod(number, PER_SESSION)
    return {
        "시험": EXAM_NAMES[question.fact.level],
        "연도": str(FIRST_YEAR + session // 3),
        "회차": str(session % 3 + 1),
        "번호": str(place + 1),
        "문제": unicodedata.normalize("NFD", text) if number % 37 == 5 else text,
        "정답": _answer(number, question.position),
        "해설": statement_of(question.fact, korean=True) if number % 2 else "",
        "난이도": DIFFICULTIES[question.fact.level],
        "그림": "",
    }


def _answer(number: int, position: int) -> str:
    digit = str(position + 1)
    return (digit, MARKS[position], f"{digit}번", digit, digit.translate(FULL_WIDTH))[number % 5]


def _with_faults(rows: list[Row], exams: int) -> list[Row]:
    """Add repeats in a later year, questions about a picture, an impossible answer and a lost option."""
    repeats = [{**row, "연도": str(YEAR_OF_REPEATS)} for row in rows[: exams // 20]]
    pictured = [
        {
            **row,
            "문제": f"그림을 보고 답하시오. {row['문제']}",
            "번호": str(900 + n),
            "그림": f"exam_{n:03d}.png",
        }
        for n, row in enumerate(rows[-max(1, exams // 40) :])
    ]
    impossible = {**rows[0], "번호": "998", "문제": f"답이 잘못 적혔다. {rows[0]['문제']}", "정답": "6"}
    shorter = rows[-1]["문제"].partition("⑤")[0].rstrip()
    lost = {**rows[-1], "번호": "999", "문제": f"보기가 하나 빠졌다. {shorter}", "정답": "2"}
    return [*rows, *repeats, *pictured, impossible, lost]


def _column_row(number: int, question: Question) -> Row:
    session, place = divmod(number, PER_SESSION)
    first, second, third, fourth = question.options
    values = (
        EXAM_NAMES[question.fact.level], str(FIRST_YEAR + session // 3), str(session % 3 + 1), "일반화학",
        str(place + 1), question.stem, "", first, second, third, fourth, str(question.position + 1),
    )  # fmt: skip
    return dict(zip(COLUMN_EXAM_COLUMNS, values, strict=True))
