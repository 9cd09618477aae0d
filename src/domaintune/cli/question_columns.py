"""Recognising a question set by its columns, and proposing their mapping."""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from string import ascii_lowercase
from typing import Any, NamedTuple

from domaintune.cli.looking import Rows
from domaintune.core.sections.sources import QuestionMapping
from domaintune.ingest.reading import LIST_MARK
from domaintune.science.choices.choice_text import split_options

NAMES = {
    "id": ("id", "identifier", "question id", "qid"),
    "question": ("question", "question text", "query", "문제", "질문", "문항", "question content"),
    "answer": (
        "answer", "correct answer", "answer key", "gold", "label", "references", "정답", "답", "답변",
        "correct", "output",
    ),
    "explanation": ("explanation", "rationale", "solution", "cot", "해설", "풀이"),
    "subject": ("subject", "topic", "field", "과목", "분야", "주제"),
    "difficulty": ("difficulty", "level", "난이도", "수준"),
    "category": ("category", "type", "test name", "exam", "시험", "유형", "분류"),
    "context": ("context", "passage", "paragraph", "background", "본문", "지문"),
    "picture": ("question image", "image", "picture", "figure", "그림", "이미지"),
}  # fmt: skip
"""Names of columns, in small letters, that mean each field."""
OPTION = re.compile(r"(?:option|choice|opt|answer|보기|선택지|선지)?\s*(?P<label>[1-9a-z①-⑳])")
LISTS = ("options", "choices", "answer choices", "선택지", "보기")
LABELS = ("123456789", ascii_lowercase, "".join(map(chr, range(ord("①"), ord("⑳") + 1))))
SCORES = "target scores"
"""A column of BIG-bench's form: each option with its score, so options and answer at once; the question is `input`."""
LEVELS = {
    "high school": "high_school", "고교": "high_school", "고등": "high_school", "고등학교": "high_school",
    "college": "college", "university": "college", "대학": "college", "대학교": "college",
    "professional": "professional", "전문": "professional", "전문가": "professional",
}  # fmt: skip
"""Names of difficulties, in small letters, and ours."""


class Asked(NamedTuple):
    """A proposed mapping, and the names of difficulties where all are known."""

    mapping: QuestionMapping
    difficulties: dict[str, str] | None


def question_mapping(columns: Sequence[str], rows: Rows) -> Asked | None:
    """Return a mapping when there is a column for the question and one for its answer."""
    plain = {column: plain_name(column) for column in columns}
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        matches = [column for name in names for column, own in plain.items() if own == name]
        if matches:
            found[field] = matches[0]
    scored = next((column for column, own in plain.items() if own == SCORES), None)
    if scored is not None:
        asked = next((column for column, own in plain.items() if own == "input"), None)
        found |= {"answer": scored} | ({"question": asked} if asked is not None else {})
    if "question" not in found or "answer" not in found:
        return None
    options = _options(plain, rows, found["question"]) if scored is None else [scored]
    if "id" in found and len({row.get(found["id"]) for row in rows}) < len(rows):
        del found["id"]
    answers = {row.get(found["answer"], "").strip() for row in rows}
    count = len(options) if isinstance(options, list) and len(options) > 1 else 4
    from_zero = options != "none" and "0" in answers and answers <= set(map(str, range(count)))
    values: dict[str, Any] = {"id": None, **found, "options": options, "first_answer": 0 if from_zero else 1}
    return Asked(QuestionMapping.model_validate(values), _difficulties(rows, found.get("difficulty")))


def plain_name(column: str) -> str:
    """Return a column's name in small letters, its words separated by single spaces."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.sub(r"[\W_]+", " ", spaced).strip().casefold()


def _options(plain: Mapping[str, str], rows: Rows, question: str) -> list[str] | str:
    """Return the columns of the options, or where else they stand."""
    labelled: dict[str, str] = {}
    for column, own in plain.items():
        if match := OPTION.fullmatch(own or column):
            labelled.setdefault(match["label"], column)
    for labels in LABELS:
        columns = [labelled[label] for label in takewhile(labelled.__contains__, labels)]
        if len(columns) >= 4:
            return columns
    for column, own in plain.items():
        if own in LISTS and any(
            LIST_MARK in row.get(column, "") or row.get(column, "")[:1] == "[" for row in rows
        ):
            return [column]
    inside = sum(split_options(row.get(question, "")) is not None for row in rows)
    return "in_question" if inside * 2 > len(rows) else "none"


def _difficulties(rows: Rows, column: str | None) -> dict[str, str] | None:
    names = sorted({row.get(column, "").strip() for row in rows} - {""}) if column else []
    known = {name: LEVELS[plain_name(name)] for name in names if plain_name(name) in LEVELS}
    return known if names and len(known) == len(names) else None
