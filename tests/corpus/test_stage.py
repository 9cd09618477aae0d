import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ingested import INSTRUCTIONS
from records import blank
from stage_project import run_stage

from domaintune.core.frames import read_records
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.stage.files import content_id

PARAMS = """
seed: 1
sources:
  awards:
    {path: a.csv, kind: documents, format: sbir_api, agency: null, language: en, licence: CC0, columns: null}
corpus: {similarity: 0.8, question_similarity: 0.5, permutations: 128, validation_fraction: 0.1, test_fraction: 0.1}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "awards", 30)
    return tmp_path


def write(folder: Path, source: str, count: int) -> None:
    names = [str(number) for number in range(count)]
    rows = [
        blank(Document, id=content_id(source, name), source=source, native_id=name, text=name)
        for name in names
    ]
    (folder / "documents" / source).mkdir(parents=True, exist_ok=True)
    Document.to_frame(rows).write_parquet(folder / "documents" / source / "documents.parquet")


def asked(name: str) -> Question:
    return blank(Question, id=name, question=f"Question {name}?", language="en", source=name)


def run(folder: Path, out: str = "out", params: str = PARAMS) -> subprocess.CompletedProcess[str]:
    words = f"--documents documents --questions questions --out {out} --accounting {out}.json"
    return run_stage(folder, "corpus", params, words)


def refused(folder: Path, *said: str) -> None:
    found = run(folder)
    assert found.returncode == 1
    assert all(one in found.stderr for one in said)
    assert "Traceback" not in found.stderr
    assert not (folder / "out").exists()


def test_rejected_questions_of_a_benchmark_are_handed_on_and_those_of_a_training_set_are_not(
    folder: Path,
) -> None:
    columns = "columns: {id: null, question: q, options: none, answer: a}"
    params = PARAMS
    for name, use in (("bench", "benchmark"), ("exam", "train")):
        source = f"{name}: {{path: x, kind: questions, use: {use}, language: en, licence: CC0, {columns}}}"
        params = params.replace("\ncorpus:", f"\n  {source}\ncorpus:")
        (folder / "questions" / name).mkdir(parents=True)
        Question.to_frame([]).write_parquet(folder / "questions" / name / "questions.parquet")
        Question.to_frame([asked(name)]).write_parquet(folder / "questions" / name / "unscorable.parquet")
    assert run(folder, params=params).stderr == ""
    books = json.loads((folder / "out.json").read_text())
    assert (books["in"], books["kept"]) == (30, 30)
    found = read_records(folder / "out/unscorable.parquet", Question)
    assert [(one.question, one.split) for one in found] == [("Question bench?", "benchmark")]


def test_a_leftover_folder_of_a_removed_source_stops_the_run_and_writes_nothing(folder: Path) -> None:
    write(folder, "old", 3)
    refused(folder, "old belong to no entry of `sources`", "dvc checkout")


def test_sources_that_lost_every_row_stop_the_run_and_instruction_sets_have_none_to_lose(
    folder: Path,
) -> None:
    write(folder, "awards", 0)
    show = "domaintune show data/documents/awards/rejects.parquet"
    refused(folder, "no row of the sources awards is left", show)
    shutil.rmtree(folder / "documents/awards")
    found = run(folder, params=re.sub(r"\{path: a.csv.*\}", json.dumps(INSTRUCTIONS), PARAMS))
    assert (found.stderr, found.returncode) == ("", 0)
    assert json.loads((folder / "out.json").read_text())["in"] == 0
