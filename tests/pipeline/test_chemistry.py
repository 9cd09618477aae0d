"""The chemistry study at size test: its table, and planted benchmark questions that never reach training."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

RAW = "recipes/data/chemistry/test"
ANSWER = "see the key, "


@pytest.fixture(scope="module")
def study(new_clone):
    """The study at size test, with copies of benchmark questions planted in the short answers."""
    clone = new_clone()
    clone.recipe("chemistry")
    row = {"topic": "x", "level": "college", "license": "Apache-2.0"}
    with (clone.path / RAW / "qa_short.jsonl").open("a", encoding="utf-8") as out:
        for number, (kind, question) in enumerate(planted(clone.path / RAW)):
            own = {"id": f"planted-{number}", "question": question, "answer": f"{ANSWER}{kind}"}
            out.write(json.dumps(own | row) + "\n")
    clone.printed = clone.repro()
    return clone


def planted(raw: Path) -> Iterator[tuple[str, str]]:
    """Yield copies, reworded copies and NFD copies of three benchmark questions each."""
    english = list(csv.reader((raw / "mmlu_college_test.csv").read_text(encoding="utf-8").splitlines()))
    for q, a, b, c, d, _ in english[:3]:
        yield "verbatim", f"{q}\nA. {a}\nB. {b}\nC. {c}\nD. {d}"
    for q, a, b, c, d, _ in english[3:6]:
        yield "reworded", f"{q.upper().rstrip('?.:')} ...  (1) {d} (2) {c} (3) {b} (4) {a}"
    for line in (raw / "kmmlu.jsonl").read_text(encoding="utf-8").splitlines()[:3]:
        row = json.loads(line)
        yield "nfd", unicodedata.normalize("NFD", " ".join(row[name] for name in ("question", *"ABCD")))


@pytest.mark.promise(12)
def test_the_arms_by_subsets_table_is_printed_with_the_published_figures(study) -> None:
    out = study.printed
    for line in (r"high_school +college +average", r"high_school +college +professional +average"):
        assert re.search(line, out), out[-4000:]
    assert re.search(r"^published: original_total .*0\.4286.*0\.4200.*0\.4243", out, re.MULTILINE)
    assert "McNemar" in out
    table = pl.read_csv(study.path / "data/comparison/benchmarks.csv")
    assert set(table["arm"]) == {"original", "original_total"}
    assert table["micro_f1"].is_between(0, 1).all()


@pytest.mark.promise(13)
def test_rows_of_every_task_are_trained_on_but_no_planted_copy_of_a_benchmark_question(study) -> None:
    kept = study.table("curated/instructions.parquet")
    assert not kept.filter((pl.col("split") != "test") & pl.col("output").str.contains(ANSWER)).height
    contaminated = study.table("curated/rejects.parquet").filter(kind="contaminated")
    lost = contaminated["row"].str.extract(f"{ANSWER}(\\w+)")
    assert set(lost.drop_nulls()) == {"verbatim", "reworded", "nfd"}, "hardly all of a kind in the test split"
    trained = kept.join(study.table("mixtures/original_total/rows.parquet"), on="id")
    tasks = {"exam", "keywords", "short_qa", "summarise_extract", "summarise_translate"}
    assert set(trained["task"]) == tasks
