"""grade is killed while calibration items and rows are being graded: nothing is half-written, nothing paid twice."""

import json
from pathlib import Path

from grade_run import PLANTED, Project, instruction
from openai_server import Server

CONCURRENCY = 4
ROWS = 24


def test_a_killed_grading_goes_on_and_repeats_only_what_was_in_flight(tmp_path: Path) -> None:
    rows = [instruction(n) for n in range(ROWS)]
    with Server(faults="prose~5") as server:
        undisturbed = Project(tmp_path / "undisturbed", server.base_url)
        undisturbed.write(rows)
        assert undisturbed.run().returncode == 0
        total = server.requests
    with Server(faults="prose~5", delay_s=0.02) as server:
        project = Project(tmp_path / "killed", server.base_url)
        project.write(rows)
        kills = 0
        for target in (20, PLANTED + 15):
            kills += project.killed_at(server, target)
            assert project.nothing_written()
        assert kills == 2
        assert project.run().returncode == 0
        sent = [json.dumps([body["messages"], body["seed"]]) for body in server.bodies]
        assert len(set(sent)) == total
        assert len(sent) - total <= CONCURRENCY * kills
    assert project.outputs() == undisturbed.outputs()
