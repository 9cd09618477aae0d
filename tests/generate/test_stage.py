"""The stage as dvc runs it, against a real server on loopback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from generate_run import Project, document
from openai_server import Server

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
        assert project.fails(told).count("\n") == 1
        assert server.counts()["requests"] == 0
    assert not (tmp_path / "out").exists()
