"""The stage as dvc runs it, against a real server on loopback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from generate_run import Project, document
from openai_server import Server

KEY = "sk-secret-0123456789"
NOWHERE = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda project: (project.folder / "gate.json").write_text('{"passed": false, "suite": "documents"}'), "broke an expectation"),
        (lambda project: project.server.update(api_key_env="MY_KEY"), "MY_KEY is not set"),
        (lambda project: project.spec.write_text(project.spec.read_text("utf-8").replace("grounded:", "groundd:")),
         "keywords.yaml: task.groundd: unknown parameter (did you mean grounded?)"),
        (lambda project: project.server.update(base_url=NOWHERE), "error: server teacher (http://127.0.0.1:9/v1): cannot be reached."),
        (lambda project: (project.folder / "responses.parquet").write_bytes(b"x"), "responses.parquet: expected Parquet"),
    ],
)  # fmt: skip
def test_what_stops_a_run_is_one_message_before_anything_is_sent(
    change: Callable[[Project], object], told: str, tmp_path: Path
) -> None:
    with Server() as server:
        project = Project(tmp_path, server.base_url, task="keywords", max_retries=0)
        project.write_documents([document(1)])
        change(project)
        run = project.run()
        assert server.counts()["requests"] == 0
    assert run.returncode == 1
    assert told in run.stderr
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_key_reaches_no_file_and_no_message(tmp_path: Path) -> None:
    with Server(key=KEY) as server:
        project = Project(tmp_path, server.base_url)
        project.server["api_key_env"] = "MY_KEY"
        project.write_documents([document(1)])
        good = project.run(MY_KEY=KEY)
        project.params["teacher"]["model"] = "other"
        bad = project.run(MY_KEY=KEY + "x")
    assert (good.returncode, bad.returncode) == (0, 1)
    assert "refused the key in MY_KEY" in bad.stderr
    assert KEY not in good.stdout + good.stderr + bad.stdout + bad.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 8
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    assert not [path for path in files if path.name != "params.yaml" and b"127.0.0.1" in path.read_bytes()]
