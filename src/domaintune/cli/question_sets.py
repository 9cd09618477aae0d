"""Recognising a question set by its columns, and proposing its entry."""

import re
from collections.abc import Collection, Sequence
from itertools import takewhile
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from domaintune.cli.document_columns import ALIKE, KNOWN, languages_of, match_names, opened, plain_name
from domaintune.cli.looking import Look, Proposal, Rows, files_of
from domaintune.core.sections.columns import QuestionMapping
from domaintune.core.sections.sources import QuestionSource
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.opening import shown
from domaintune.ingest.reading import LIST_MARK, question_columns
from domaintune.science.choices.choice_text import split_options

NAMES = {
    "id": ("id", "identifier", "question id", "qid", "uuid", "guid", "nr", "number"),
    "question": (
        "question", "question text", "query", "문제", "질문", "문항", "question content", "prompt", "instruction",
    ),
    "answer": (
        "answer", "correct answer", "answer key", "gold", "label", "references", "정답", "답", "답변",
        "correct", "output", "answers", "best answer",
    ),
    "explanation": ("explanation", "rationale", "solution", "cot", "해설", "풀이"),
    "subject": ("subject", "topic", "field", "과목", "분야", "주제"),
    "difficulty": ("difficulty", "level", "난이도", "수준"),
    "category": ("category", "type", "test name", "exam", "시험", "유형", "분류"),
    "context": ("context", "passage", "paragraph", "background", "sentence", "본문", "지문", "text"),
    "picture": ("question image", "image", "picture", "figure", "그림", "이미지"),
    "stem": ("ctx", "goal"),
    "scores": ("target scores", "target"),
    "input": ("input",),
}  # fmt: skip
"""Names of columns, in small letters, that mean each field.

In BIG-bench's form each option has its score, so options and answer are one column, and the question is `input`.
A stem is what options go on with, as in HellaSwag and PIQA.
"""
EXACT = 100.0
"""Names are not taken for similar ones: `incorrect` is like `correct`."""
OPTION = re.compile(r"(?:option|choice|opt|answer|sol|보기|선택지|선지)?\s*(?P<label>[1-9a-z①-⑳])")
LISTS = ("options", "choices", "answer choices", "endings", "선택지", "보기")
MAY_ASK = ("sentence", "goal", "ctx", "input")
ANSWERED = re.compile(r"(?:answers?|choices?|options?|labels?|targets?|endings?|sol\d?|정답|보기)$")
NESTED = re.compile(r"^\s*\[?\s*\{.*[\"']question[\"']\s*:", re.DOTALL)
"""Columns of questions where none are documents', columns of answers or options, and objects that hold questions."""
LABELS = ("123456789", ascii_lowercase, "".join(map(chr, range(ord("①"), ord("⑳") + 1))))
BENCHMARK = re.compile(r"mmlu|bench|test|eval", re.IGNORECASE)
"""In a name: questions to measure with, not to train on."""
LOOKED_AT = 20
"""Files of a folder whose names are looked at."""
JUDGED = ("score", "rating", "judgment", "judgement", "verdict", "점수")
"""Columns of answers that somebody judged."""
WRONG = re.compile(r"distractor|incorrect|wrong")
"""How columns of wrong answers begin, as in SciQ and GPQA: a test with options that stand apart."""
LEVELS = {
    "high school": "high_school", "고교": "high_school", "고등": "high_school", "고등학교": "high_school",
    "college": "college", "university": "college", "대학": "college", "대학교": "college",
    "professional": "professional", "전문": "professional", "전문가": "professional",
}  # fmt: skip
"""Names of difficulties, in small letters, and ours."""


def question_mapping(look: Look) -> QuestionMapping | None:
    """Return a mapping when there is a column for the question, or a text and options, and one for the answer."""
    columns, rows = look.columns, look.rows
    found = match_names(columns, NAMES, EXACT, rows, look.files)
    told, given, stem = (found.pop(field, None) for field in ("scores", "input", "stem"))
    if told is not None:
        bare = plain_name(told) == "target"
        if bare and "instruction" in map(plain_name, columns):
            raise InputError(
                f"{look.path}: `{told}` beside an instruction: an instruction set, or what models were asked and said. "
                "Rename the column of the right answers `output`, or write the entry by hand, with `kind: "
                "questions` and `use: benchmark` (docs/your-data.md)."
            )
        found["answer"] = told
        if given is not None and not (bare and "question" in found):
            found["question"] = given
    if "answer" not in found or not (stem or {"question", "context"} & found.keys()):
        return None
    scored = told if told and plain_name(told) == "target scores" else None
    answers = {row.get(found["answer"], "").strip() for row in rows}
    options = _options(columns, rows, found.get("question", ""), answers) if scored is None else [scored]
    if "question" not in found:
        if not isinstance(options, list):
            return None
        found["question"] = stem or found.pop("context")  # which option goes on with it
    count = len(options) if isinstance(options, list) and len(options) > 1 else 4
    from_zero = options != "none" and "0" in answers and answers <= set(map(str, range(count)))
    values: dict[str, Any] = {"id": None, **found, "options": options, "first_answer": 0 if from_zero else 1}
    return QuestionMapping.model_validate(values)


def propose_questions(found: Look) -> Proposal | None:
    """Return the entry of a question set: to measure with where it has options, scores or a test set's name."""
    mapping = question_mapping(found)
    if mapping is None:
        _refuse_unmapped(found)
        return None
    levels = {row.get(mapping.difficulty or "", "").strip() for row in found.rows} - {""}
    ours = {name: LEVELS[plain_name(name)] for name in sorted(levels) if plain_name(name) in LEVELS}
    difficulties = ours if levels and len(ours) == len(levels) else None
    path, columns = Path(found.path), set(map(plain_name, found.columns))
    inside = [file.stem for file in files_of(path)[:LOOKED_AT] if path.is_dir() and not found.dataset]
    signs = {
        "by its name": BENCHMARK.search(" ".join([found.dataset or "", path.name, *inside])),
        "because it has options": mapping.options != "none",
        "because it has wrong answers": any(map(WRONG.match, columns)),
        "because its answers were scored, so they are those of a model that was judged": columns & {*JUDGED},
    }
    why = next((f", {sign}" for sign, seen in signs.items() if seen), "")
    use = "benchmark" if why else "train"
    notes = [f"kind: questions; options: {mapping.options}"]
    notes.append(f"use: {use}{why}; `benchmark` is never trained on, `train` is")
    if mapping.difficulty and difficulties is None:
        notes.append(
            "difficulties: names of the file are kept; map them to high_school, college, professional"
        )
    options = mapping.options if isinstance(mapping.options, list) else []
    languages = languages_of(found.rows, (mapping.question, *options))
    notes += opened(found, question_columns(mapping), languages)
    own = {"kind": "questions", "use": use, "columns": mapping, "difficulties": difficulties}
    return Proposal(QuestionSource.model_validate(found.entry(languages[0]) | own), notes)


def _refuse_unmapped(found: Look) -> None:
    """Stop at questions whose columns are not told: as documents, they would be asked about."""
    columns, first = found.columns, found.rows[:LOOKED_AT]
    are_documents = {"title", "text"} <= match_names(columns, KNOWN, ALIKE).keys()
    names = NAMES["question"] if are_documents else (*NAMES["question"], *MAY_ASK)
    asked = [column for column in columns if plain_name(column) in names]
    answered = [column for column in columns if ANSWERED.search(plain_name(column))]
    nested = [column for column in columns if any(NESTED.search(row.get(column, "")) for row in first)]
    if asked and answered:
        how = f"it has {shown([*asked, *answered])}. Write the entry by hand, with `kind: questions`"
    elif nested and not are_documents:
        how = f"{shown(nested)} holds objects with questions. Write a file with one question a record"
    else:
        return
    raise InputError(f"{found.path}: this is a question set, and no documents: {how} (docs/your-data.md).")


def _options(columns: Sequence[str], rows: Rows, question: str, answers: Collection[str]) -> list[str] | str:
    """Return the columns of the options, four or as many as the answers name, or where else they stand."""
    plain = {column: plain_name(column) for column in columns}
    labelled: dict[str, str] = {}
    for column, own in plain.items():
        if match := OPTION.fullmatch(own or column):
            labelled.setdefault(match["label"], column)
    for labels in LABELS:
        options = [labelled[label] for label in takewhile(labelled.__contains__, labels)]
        named = {answer.casefold() for answer in answers} <= set(labels[: len(options)])
        named = named or set(answers) <= set(map(str, range(len(options))))
        if len(options) >= 4 or (len(options) >= 2 and named):
            return options
    for column, own in plain.items():
        if own in LISTS and any(
            LIST_MARK in row.get(column, "") or row.get(column, "")[:1] in {"[", "{"} for row in rows
        ):
            return [column]
    inside = sum(split_options(row.get(question, "")) is not None for row in rows)
    return "in_question" if inside * 2 > len(rows) else "none"
