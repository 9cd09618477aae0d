"""generate runs several times at once, one of them is killed, and nothing is paid for twice; other kills: faults.py."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from generate_run import Project, document
from openai_server import Server


@pytest.mark.promise(8)
def test_runs_at_once_pay_once_and_agree_and_take_over_what_a_killed_one_had_claimed(tmp_path: Path) -> None:
    environment = os.environ | {"DOMAINTUNE_LEDGER": str(tmp_path / "shared.sqlite3")}
    with Server(delay_s=0.05) as server:
        projects = [
            Project(tmp_path / name, server.base_url, concurrency=8) for name in ("killed", "one", "two")
        ]
        runs = []
        for project in projects:
            project.write_documents([document(n) for n in range(30)])
            words = [sys.executable, "-m", "domaintune.generate", *project.arguments()]
            runs.append(
                subprocess.Popen(words, cwd=project.folder, env=environment, stdout=subprocess.DEVNULL)
            )
            while server.requests < 5:
                time.sleep(0.005)
        runs[0].kill()
        assert [run.wait(timeout=60) for run in runs] == [-9, 0, 0]
        assert server.counts()["answered_twice"] <= 8
        assert server.requests <= 60 + 8
    assert projects[1].outputs() == projects[2].outputs()
