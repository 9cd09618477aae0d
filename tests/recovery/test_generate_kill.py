"""generate runs twice at once, one of them is killed, and nothing is paid for twice; kills by themselves: faults.py."""

import time
from pathlib import Path

from generate_run import Project, document
from openai_server import Server


def test_two_runs_at_once_pay_once_and_agree(tmp_path: Path) -> None:
    ledger = tmp_path / "shared.sqlite3"
    with Server(delay_s=0.02) as server:
        projects = [Project(tmp_path / name, server.base_url, ledger) for name in ("one", "two")]
        for project in projects:
            project.write_documents([document(n) for n in range(30)])
        processes = [project.start() for project in projects]
        for process in processes:
            process.communicate(timeout=60)
            assert process.returncode == 0
        assert server.counts()["requests"] == 60
    assert projects[0].outputs() == projects[1].outputs()


def test_a_run_takes_over_what_a_killed_one_had_claimed(tmp_path: Path) -> None:
    ledger = tmp_path / "shared.sqlite3"
    with Server(delay_s=0.05) as server:
        killed, other = (Project(tmp_path / name, server.base_url, ledger) for name in ("killed", "other"))
        for project in (killed, other):
            project.write_documents([document(n) for n in range(20)])
        first = killed.start()
        while server.requests < 5:
            time.sleep(0.005)
        second = other.start()
        time.sleep(1.5)
        first.kill()
        first.communicate()
        second.communicate(timeout=60)
        assert second.returncode == 0
        assert server.counts()["requests"] <= 40 + 8
