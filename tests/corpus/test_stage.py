import json
import re
import shutil
import subprocess
from pathlib import Path

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


def write(folder: Path, count: int) -> None:
    rows = [
        blank(Document, id=content_id("awards", str(n)), source="awards", text=str(n)) for n in range(count)
    ]
    (folder / "documents/awards").mkdir(parents=True)
    Document.to_frame(rows).write_parquet(folder / "documents/awards/documents.parquet")


def run(folder: Path, params: str = PARAMS) -> subprocess.CompletedProcess[str]:
    words = "--documents documents --questions questions --out out --accounting out.json"
    return run_stage(folder, "corpus", params, words)


def test_rejected_questions_of_a_benchmark_are_handed_on_and_those_of_a_training_set_are_not(
    tmp_path: Path,
) -> None:
    write(tmp_path, 30)
    columns = "columns: {id: null, question: q, options: none, answer: a}"
    params = PARAMS
    for name, use in (("bench", "benchmark"), ("exam", "train")):
        source = f"{name}: {{path: x, kind: questions, use: {use}, language: en, licence: CC0, {columns}}}"
        params = params.replace("\ncorpus:", f"\n  {source}\ncorpus:")
        (tmp_path / "questions" / name).mkdir(parents=True)
        Question.to_frame([]).write_parquet(tmp_path / "questions" / name / "questions.parquet")
        asked = blank(Question, id=name, question=f"Question {name}?", language="en", source=name)
        Question.to_frame([asked]).write_parquet(tmp_path / "questions" / name / "unscorable.parquet")
    assert run(tmp_path, params=params).stderr == ""
    books = json.loads((tmp_path / "out.json").read_text())
    assert (books["in"], books["kept"]) == (30, 30)
    found = read_records(tmp_path / "out/unscorable.parquet", Question)
    assert [(one.question, one.split) for one in found] == [("Question bench?", "benchmark")]


def test_sources_that_lost_every_row_stop_the_run_and_instruction_sets_have_none_to_lose(
    tmp_path: Path,
) -> None:
    write(tmp_path, 0)
    lost = run(tmp_path)
    assert (lost.returncode, (tmp_path / "out").exists(), "Traceback" in lost.stderr) == (1, False, False)
    assert "no row of the sources awards is left" in lost.stderr
    assert "domaintune show data/documents/awards/rejects.parquet" in lost.stderr
    shutil.rmtree(tmp_path / "documents/awards")
    found = run(tmp_path, params=re.sub(r"\{path: a.csv.*\}", json.dumps(INSTRUCTIONS), PARAMS))
    assert (found.stderr, found.returncode) == ("", 0)
    assert json.loads((tmp_path / "out.json").read_text())["in"] == 0
    (tmp_path / "documents/old").mkdir()
    assert "the folders old belong to no entry of `sources`" in run(tmp_path).stderr
