"""generate is killed in the middle, or runs twice at once, and nothing is paid for twice."""

import time
from pathlib import Path

from generate_run import Project, document
from openai_server import Server

CONCURRENCY = 4


def _undisturbed(tmp_path: Path, documents: int, faults: str) -> dict[str, bytes]:
    with Server(faults=faults) as server:
        project = Project(tmp_path / "undisturbed", server.base_url)
        project.write_documents([document(n) for n in range(documents)])
        assert project.run().returncode == 0
    return project.outputs()


def test_a_killed_run_goes_on_and_repeats_only_what_was_in_flight(tmp_path: Path) -> None:
    faults = "malformed~5,fenced~3,refusal~11"
    expected = _undisturbed(tmp_path, 40, faults)
    with Server(faults=faults, delay_s=0.02) as server:
        project = Project(tmp_path / "killed", server.base_url, concurrency=CONCURRENCY)
        project.write_documents([document(n) for n in range(40)])
        kills = 0
        for target in (15, 45, 70):
            kills += project.killed_at(server, target)
            assert project.nothing_written()
        assert kills == 3
        assert project.run().returncode == 0
        sent = [repr(prompt) for prompt in server.prompts]
        assert len(sent) - len(set(sent)) <= CONCURRENCY * kills
        assert server.max_in_flight <= CONCURRENCY
    assert project.outputs() == expected


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
