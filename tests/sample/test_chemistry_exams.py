"""Exams, benchmarks and question-answer sets of the chemistry corpus."""

import csv
import io
import json
import unicodedata
from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from domaintune.core.seeds import derive
from domaintune.sample.chemistry_exams import COLUMN_EXAM_COLUMNS, EXAM_COLUMNS
from domaintune.sample.chemistry_facts import FACTS, rivals
from domaintune.sample.chemistry_questions import draw_questions, draw_stems
from domaintune.sample.chemistry_wordings import ASKED_EN, BENCHMARK_EN, BENCHMARK_KO, EXAM_KO, FRAMES_KO
from domaintune.sample.corpora import Composed
from domaintune.sample.params import ChemistryCorpus

MARKS = "①②③④⑤"
DIGITS = str.maketrans("１２３４５" + MARKS, "12345" * 2)


def split(text: str) -> tuple[str, list[str]]:
    for mark in MARKS[1:]:
        text = text.replace(mark, MARKS[0])
    stem, *options = (part.strip() for part in text.split(MARKS[0]))
    return unicodedata.normalize("NFC", stem), options


def jsonl(composed: Composed, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in composed.files[name].splitlines()]


def table(composed: Composed, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(composed.files[name], newline="")))


def test_at_least_sixty_facts_are_each_worded_in_four_ways_for_training_and_benchmarks() -> None:
    assert len(FACTS) == len({(fact.kind, fact.subject) for fact in FACTS}) >= 60
    assert all(len(EXAM_KO[f.kind]) + len(BENCHMARK_KO[f.kind]) >= 6 for f in FACTS)
    assert all(len(ASKED_EN[f.kind]) == len(BENCHMARK_EN[f.kind]) == 4 for f in FACTS)
    assert all(len(set(rivals(fact))) >= 4 for fact in FACTS), "five options need four wrong ones"


def test_no_wrong_option_holds_for_the_same_subject() -> None:
    for fact in FACTS:
        also = {f.answer for f in FACTS if f.kind == fact.kind and f.subject == fact.subject}
        assert not also & set(rivals(fact))


def test_the_exam_has_as_many_sound_rows_as_asked_for_and_the_faults_of_an_export(
    chemistry: Composed, exam_rows: list[dict[str, str]], wanted: ChemistryCorpus
) -> None:
    assert chemistry.files["exam_ko.csv"].startswith("\ufeff")
    assert "\r\n" in chemistry.files["exam_ko.csv"]
    assert tuple(exam_rows[0]) == EXAM_COLUMNS
    sound = exam_rows[: wanted.exams]
    assert len({split(row["문제"])[0] for row in sound}) == wanted.exams
    assert all(len(set(split(row["문제"])[1])) == 5 for row in sound)
    assert {row["난이도"] for row in sound} == {"고교", "대학", "전문"}
    assert sum(bool(row["해설"]) for row in sound) == wanted.exams // 2
    written = {row["정답"].translate(str.maketrans("", "", "번")) for row in sound}
    assert {"3", "③", "３"} <= written
    assert any(row["정답"].endswith("번") for row in sound)
    assert any("$_{2}$" in row["문제"] for row in sound), "LaTeX"
    assert any(row["문제"] != unicodedata.normalize("NFC", row["문제"]) for row in sound), "NFD"
    extra = exam_rows[wanted.exams :]
    assert sum(bool(row["그림"]) for row in extra) == wanted.exams // 40
    assert [row["정답"] for row in extra if row["정답"] == "6"] == ["6"]
    assert sum(len(split(row["문제"])[1]) == 4 for row in extra) == 1
    first = {(row["문제"], row["연도"]) for row in sound}
    repeated = [row for row in extra if any(row["문제"] == text for text, _ in first)]
    assert len(repeated) == wanted.exams // 20
    assert all((row["문제"], row["연도"]) not in first for row in repeated)


def test_the_right_answer_of_every_exam_row_is_the_one_of_the_fact_table(
    exam_rows: list[dict[str, str]], wanted: ChemistryCorpus
) -> None:
    answers = {answer for fact in FACTS for answer in (fact.answer.ko,)}
    places: Counter[int] = Counter()
    for row in exam_rows[: wanted.exams]:
        place = int(row["정답"].rstrip("번").translate(DIGITS)) - 1
        option = unicodedata.normalize("NFC", split(row["문제"])[1][place])
        option = option.replace("$_{", "").replace("}$", "")
        assert option in answers
        assert not row["해설"] or row["해설"].endswith(f"{option}이다.")
        places[place] += 1
    assert set(places.values()) == {wanted.exams // 5}, "every place is right equally often"


def test_option_columns_and_benchmarks_have_their_native_shapes(
    chemistry: Composed, wanted: ChemistryCorpus
) -> None:
    header, *rows = table(chemistry, "exam_columns.csv")
    assert tuple(header) == COLUMN_EXAM_COLUMNS
    assert len(rows) == wanted.exams // 4 + max(1, wanted.exams // 80)
    assert all(row[-1] in {"1", "2", "3", "4"} and len(set(row[7:11])) == 4 for row in rows)
    assert sum(bool(row[6]) for row in rows) == wanted.exams // 80
    mmlu = table(chemistry, "mmlu_test.csv")
    assert len(mmlu) == wanted.mmlu
    assert mmlu == table(chemistry, "mmlu_high_school_test.csv") + table(chemistry, "mmlu_college_test.csv")
    assert all(len(row) == 6 and len(set(row[1:5])) == 4 for row in mmlu)
    assert set(Counter(row[5] for row in mmlu).values()) == {wanted.mmlu // 4}
    kmmlu = jsonl(chemistry, "kmmlu.jsonl")
    assert len(kmmlu) == wanted.mmlu // 2
    assert set(Counter(row["answer"] for row in kmmlu).values()) == {wanted.mmlu // 8}
    assert list(kmmlu[0]) == ["subject", "question", "A", "B", "C", "D", "answer"]


def test_no_question_of_a_benchmark_is_a_question_of_a_training_set(
    chemistry: Composed, exam_rows: list[dict[str, str]]
) -> None:
    training = {split(row["문제"])[0] for row in exam_rows}
    training |= {row[5] for row in table(chemistry, "exam_columns.csv")}
    training |= {r["question"] for name in ("qa_short", "qa_long") for r in jsonl(chemistry, f"{name}.jsonl")}
    benchmark = [row[0] for row in table(chemistry, "mmlu_test.csv")]
    benchmark += [row["question"] for row in jsonl(chemistry, "kmmlu.jsonl")]
    assert len(benchmark) == len(set(benchmark))
    assert not training & set(benchmark)


def test_the_right_option_is_the_longest_no_more_often_than_chance() -> None:
    rng = derive(3, "lengths")
    questions = draw_questions(
        rng, draw_stems(rng, FACTS, EXAM_KO, FRAMES_KO, 1000, korean=True), 5, korean=True
    )
    longest = 0.0
    for question in questions:
        lengths = [len(option) for option in question.options]
        if lengths[question.position] == max(lengths):
            longest += 1 / lengths.count(max(lengths))
    assert abs(longest / len(questions) - 0.2) < 0.03


def test_short_pairs_state_a_fact_and_long_ones_explain_it(
    chemistry: Composed, wanted: ChemistryCorpus
) -> None:
    short, long = jsonl(chemistry, "qa_short.jsonl"), jsonl(chemistry, "qa_long.jsonl")
    assert (len(short), len(long)) == (wanted.pairs, wanted.pairs // 2)
    assert len({row["question"] for row in short}) == wanted.pairs
    assert all(3 <= row["answer"].count(". ") + 1 <= 5 for row in long)
    assert {row["level"] for row in short} == {"high school", "college", "professional"}


def test_more_questions_than_there_are_wordings_are_refused() -> None:
    with pytest.raises(ValueError, match="can be worded"):
        draw_stems(derive(1, "x"), FACTS[:2], EXAM_KO, FRAMES_KO, 100, korean=True)
    with pytest.raises(ValidationError, match="less than or equal to 1000"):
        ChemistryCorpus(
            kind="chemistry", abstracts=9, documents=1, long_documents=1, pairs=4, exams=1001, mmlu=4
        )


def test_the_largest_corpus_that_params_allow_can_be_composed() -> None:
    from domaintune.sample.chemistry_exams import compose_exams, compose_kmmlu, compose_mmlu
    from domaintune.sample.chemistry_pairs import compose_long_pairs, compose_short_pairs

    assert len(compose_exams(1, "c", 1000).marked) > 1000
    assert sum(map(len, compose_mmlu(1, "c", 400).values())) == 400
    assert len(compose_kmmlu(1, "c", 200)) == 200
    assert len(compose_short_pairs(1, "c", 500)) == 500
    assert len(compose_long_pairs(1, "c", 250)) == 250
