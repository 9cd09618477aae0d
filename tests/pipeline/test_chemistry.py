"""The chemistry study at size test: its table, planted benchmark questions, one arm more, one prompt template changed, bad input."""

import csv
import io
import json
import re
import shutil
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from openai_server import Server
from ruamel.yaml import YAML

PLANTED = ("verbatim", "reworded", "nfd")


@pytest.fixture(scope="module")
def study(new_clone):
    """The study at size test, with three copies of benchmark questions planted in the training data."""
    clone = new_clone()
    clone.recipe("chemistry", "test")
    plant(clone.path / "recipes/data/chemistry/test", clone.path.parent)
    clone.edit(
        "params.yaml",
        "path: recipes/data/chemistry/test/qa_short.jsonl",
        f"path: {clone.path.parent / 'qa_short.jsonl'}",
    )
    clone.first = clone.repro()
    clone.commit()
    return clone


def plant(raw: Path, out: Path) -> None:
    """Append copies, reworded copies and NFD copies of three benchmark questions each to the short answers."""
    english = list(csv.reader(io.StringIO((raw / "mmlu_college_test.csv").read_text(encoding="utf-8"))))
    korean = [json.loads(line) for line in (raw / "kmmlu.jsonl").read_text(encoding="utf-8").splitlines()]
    copies = [("verbatim", f"{q}\nA. {a}\nB. {b}\nC. {c}\nD. {d}") for q, a, b, c, d, _ in english[:3]]
    copies += [
        ("reworded", f"{q.upper().rstrip('?.:')} ...  (1) {d} (2) {c} (3) {b} (4) {a}")
        for q, a, b, c, d, _ in english[3:6]
    ]
    copies += [
        (
            "nfd",
            unicodedata.normalize("NFD", " ".join([row["question"], *(row[letter] for letter in "ABCD")])),
        )
        for row in korean[:3]
    ]
    shutil.copy(raw / "qa_short.jsonl", out / "qa_short.jsonl")
    with (out / "qa_short.jsonl").open("a", encoding="utf-8") as handle:
        for number, (name, question) in enumerate(copies):
            row = {
                "id": f"planted-{number}",
                "question": question,
                "answer": f"see the key, {name}",
                "topic": "x",
                "level": "college",
                "license": "Apache-2.0",
            }
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")


@pytest.mark.promise(12)
def test_the_arms_by_subsets_table_is_printed_with_the_published_figures(study, record_property) -> None:
    out = study.first.out
    record_property("seconds of the chemistry study at size test", round(study.first.seconds, 1))
    for line in (r"high_school +college +average", r"high_school +college +professional +average"):
        assert re.search(line, out), out[-4000:]
    assert re.search(r"^published: original_total .*0\.4286.*0\.4200.*0\.4243", out, re.MULTILINE)
    assert "McNemar" in out
    table = pl.read_csv(study.path / "data/comparison/benchmarks.csv")
    assert set(table["arm"]) == {"original", "original_total"}
    assert table["micro_f1"].is_between(0, 1).all()


@pytest.mark.promise(13)
def test_planted_copies_of_benchmark_questions_are_removed_before_training(study) -> None:
    rejects = pl.read_parquet(study.path / "data/curated/rejects.parquet")
    lost = rejects.filter(pl.col("kind") == "contaminated")["row"].to_list()
    kept = pl.read_parquet(study.path / "data/curated/instructions.parquet")
    trained = kept.filter(pl.col("split") != "test")["output"].to_list()
    assert not [row for row in trained if "see the key" in row]
    found = {name for row in lost for name in PLANTED if f"see the key, {name}" in row}
    assert found == set(PLANTED), (
        "copies in the test split are not looked for, but hardly all three of a kind"
    )


def test_rows_of_every_task_are_trained_on(study) -> None:
    rows = pl.read_parquet(study.path / "data/mixtures/original_total/rows.parquet")
    tasks = pl.read_parquet(study.path / "data/curated/instructions.parquet").join(rows, on="id")["task"]
    assert set(tasks) == {
        "exam",
        "keywords",
        "short_qa",
        "summarise_extract",
        "summarise_translate",
    }


@pytest.mark.promise(15)
@pytest.mark.slow
def test_one_arm_more_runs_that_arm_alone(study) -> None:
    study.edit(
        "params.yaml",
        "  original_total: {",
        "  original_korean: {model: original, mixture: [korean], baseline: original}\n  original_total: {",
    )
    ran = study.repro().ran
    assert ran == {
        f"{stage}@original_korean" for stage in ("mix", "train", "answer", "judge", "benchmark")
    } | {"compare", "report"}


@pytest.mark.promise(15)
def test_one_task_s_prompt_template_regenerates_that_task_alone(new_clone, record_property) -> None:
    """Two prompt templates at a real server: after one changed, only its requests are sent, and only its stage runs."""
    clone = new_clone()
    clone.recipe("chemistry", "test")
    clone.edit(
        "catalog/tasks/summarise_extract.yaml",
        "description: ",
        "# a second task with a file of its own\ndescription: ",
    )
    card = clone.path / "catalog/tasks/summarise_extract.yaml"
    shutil.copy(card, card.with_name("gist.yaml"))

    params = YAML(typ="safe").load((clone.path / "params.yaml").read_text(encoding="utf-8"))
    one = params["tasks"]["summarise_extract"] | {"max_documents": 8}
    clone.put(tasks={"summarise_extract": one, "gist": dict(one)})
    clone.put(**{f"arms__{arm}__mixture": None for arm in params["arms"]})
    with Server() as server:
        clone.ask(server.base_url, "teacher")
        clone.repro("generate")
        before = len(server.prompts)
        assert before >= 8, (
            "both tasks have the same prompt template, so the second one's answers come from the ledger"
        )
        clone.edit("catalog/tasks/summarise_extract.yaml", "You review papers", "You edit and review papers")
        ran = clone.repro("generate").ran
        sent = server.prompts[before:]
    assert ran == {"generate@summarise_extract"}
    assert 0 < len(sent) <= 8
    assert all("You edit and review papers" in str(prompt) for prompt in sent)
    record_property("requests after one prompt template changed", len(sent))


BAD_INPUT = {
    "a mixture names a group no task has": (
        ("params.yaml", "groups: [in_house, public, korean]", "groups: [in_hause, public, korean]"),
        r"no task or set has the group in_hause \(did you mean in_house\?\)",
    ),
    "a task file has an unknown field": (
        ("catalog/tasks/keywords.yaml", "makes: reply", "makes: reply\nnormalizer: keywords"),
        r"keywords\.yaml: task\.normalizer: unknown parameter \(did you mean normaliser\?\)",
    ),
    "a hub data set and no network": (
        ("params.yaml", 'table: {comment: "#"}', "dataset: hub:example/abstracts@main"),
        r"example/abstracts",
    ),
}


@pytest.mark.promise(16)
@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_gives_one_clear_message(case, study) -> None:
    edited, message = BAD_INPUT[case]
    said = study.refusal(*edited)
    assert re.search(message, said), said[-3000:]


@pytest.mark.promise(16)
def test_an_exam_row_with_five_options_and_answer_6_is_named(study) -> None:
    rejects = pl.read_parquet(study.path / "data/questions/korean_exams/rejects.parquet")
    bad = rejects.filter(pl.col("reason") == "bad_answer")["detail"].to_list()
    assert bad
    assert all(re.search(r"row \d+|line \d+", detail) and "6" in detail for detail in bad), bad
