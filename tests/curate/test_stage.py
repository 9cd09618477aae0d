from pathlib import Path

import pytest
from stage_project import run_stage

from domaintune.core.records.instruction import Instruction

PARAMS = """
seed: 1
answer: {questions: {n: 2, from: test, context: none}}
sets:
  open: {source: b, task: open, group: g, use: train, to: null, max_rows: null}
tasks:
  nasa: {group: nasa, sources: [a], reads: documents, request_per: field, fields: [text], max_documents: null, pairs: 1}
curate:
  similarity: 0.9
  permutations: 128
  max_reject_fraction: 0.5
  contamination: {ngram: 5, overlap: 0.6, letter_ngram: 6, jamo_ngram: 12, jamo_overlap: 0.6, min_chars: 30, answer_chars: 20}
"""


@pytest.mark.parametrize(("section", "folder"), [("tasks", "generated"), ("sets", "translated")])
def test_a_leftover_folder_of_a_removed_entry_stops_the_run_and_writes_nothing(
    tmp_path: Path, section: str, folder: str
) -> None:
    for place in ("generated/nasa", "translated/open", f"{folder}/removed"):
        (tmp_path / place).mkdir(parents=True)
        Instruction.to_frame([]).write_parquet(tmp_path / place / "instructions.parquet")
    words = """--generated generated --translated translated --corpus corpus.parquet --asked asked.parquet
        --unscorable unscorable.parquet --near-copies out/near_copies.json --instructions out/instructions.parquet
        --questions out/questions.parquet --rejects out/rejects.parquet --accounting out/books.json"""
    found = run_stage(tmp_path, "curate", PARAMS, words)
    assert found.returncode == 1
    assert f"removed belong to no entry of `{section}`" in found.stderr
    assert not (tmp_path / "out").exists()
