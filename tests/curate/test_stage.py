import subprocess
import sys
from pathlib import Path

from domaintune.core.records.instruction import Instruction

PARAMS = """
tasks:
  nasa: {group: nasa, sources: [a], reads: documents, unit: field, fields: [text], max_documents: null, pairs: 1}
curate:
  similarity: 0.9
  permutations: 128
  max_reject_fraction: 0.5
  contamination: {ngram: 5, overlap: 0.6, jamo_ngram: 12, jamo_overlap: 0.6, min_chars: 30}
"""


def test_a_leftover_folder_of_a_removed_task_stops_the_run_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text(PARAMS)
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks/tables.txt").write_text("")
    for task in ("nasa", "removed"):
        (tmp_path / "generated" / task).mkdir(parents=True)
        Instruction.to_frame([]).write_parquet(tmp_path / "generated" / task / "instructions.parquet")
    command = """--params params.yaml --generated generated --corpus corpus.parquet --asked asked.parquet
        --instructions out/instructions.parquet --questions out/questions.parquet
        --rejects out/rejects.parquet --accounting out/books.json"""
    found = subprocess.run(
        [sys.executable, "-m", "domaintune.curate", *command.split()],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 1
    assert "removed belong to no entry of `tasks`" in found.stderr
    assert not (tmp_path / "out").exists()
