"""The stage as `dvc.yaml` runs it: a bad file is one message, and nothing is written."""

from pathlib import Path

from committed import PARAMS
from stage_project import run_stage


def test_a_bad_file_is_one_message_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes("제목,초록\n이온,막\n".encode("cp949") * 9)
    words = "--source starter_projects --raw bad.csv --out out --accounting books.json"
    done = run_stage(tmp_path, "ingest", PARAMS.read_text(encoding="utf-8"), words)
    assert done.returncode != 0
    assert "iconv -f CP949" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (tmp_path / "out").exists()
