"""The batch API against a server that has it: nothing is paid for twice, whatever dies, fails or is forgotten."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from batch_server import BatchServer
from generate_run import Project, document
from model_settings import runtime
from openai_server import Server
from records import request

from domaintune.core.paying import batch, batch_files
from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.openai_server import open_server
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Reply
from domaintune.core.stage import progress
from domaintune.core.stage.errors import TeacherError

KEY = "sk-0123456789abcdef"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batch, "SHORTEST_S", 0.01)
    monkeypatch.setenv("DOMAINTUNE_LEDGER", str(tmp_path / "ledger.sqlite3"))
    monkeypatch.setenv("MY_KEY", KEY)


def answers(base_url: str, texts: Sequence[str], **changes: Any) -> dict[str, Reply | Failure]:
    """Return what becomes of texts in a run: an open ledger, its backend, its answers."""
    entry = {
        "base_url": base_url,
        "api_key_env": "MY_KEY",
        "mode": "batch",
        "price_in": 1e6,
        "price_out": 0.0,
    }
    settings = runtime(servers={"teacher": entry}, **{"max_retries": 2} | changes)
    with Ledger(Path(os.environ["DOMAINTUNE_LEDGER"])) as ledger:
        payer = Payer("m", "", lambda: open_server("teacher", settings), ledger, Path("none"))
        found = payer.answers([request(text) for text in texts])
    return {text: found[request(text).key] for text in texts}


def ask(server: BatchServer, number: int = 6, **changes: Any) -> dict[str, Reply | Failure]:
    return answers(server.base_url, [f"text {n}" for n in range(number)], **changes)


def pending() -> int:
    with batch_files.Batches(Path(os.environ["DOMAINTUNE_LEDGER"])) as batches:
        return len(batches.held([request(f"text {n}").key for n in range(50)]))


def test_a_stage_writes_the_same_rows_from_a_batch_as_live(tmp_path: Path) -> None:
    with Server() as live, BatchServer() as batched:
        outputs = []
        for server in (live, batched):
            project = Project(tmp_path / type(server).__name__, server.base_url)
            project.server["mode"] = "live" if server is live else "batch"
            project.write_documents([document(n) for n in range(5)])
            project.passes()
            outputs.append(project.outputs())
        assert outputs[0] == outputs[1]
        assert batched.asked[:2] == ["POST /files", "POST /batches"]
        made = next(iter(batched.batches.values()))
        assert (made["endpoint"], made["completion_window"]) == ("/v1/chat/completions", "24h")
        project.same_again()
        assert len(batched.batches) == 1


RUN = """
import os, signal, sys
from pathlib import Path
from domaintune.core.paying import ledger
from test_batch import answers, batch
kept, put = [], ledger.Ledger.put
def counted(self, request, reply):
    kept.append(put(self, request, reply))
    if len(kept) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return kept[-1]
ledger.Ledger.put = counted
batch.SHORTEST_S = 0.01
answers(sys.argv[1], [f"text {n}" for n in range(6)])
"""


@pytest.mark.parametrize(
    "step",
    [
        "before POST /files", "after POST /files", "before POST /batches", "after POST /batches",
        "before GET /batches/", "after GET /batches/", "before GET /files", "after GET /files", "3 answers",
    ],
)  # fmt: skip
def test_a_run_killed_at_any_step_is_picked_up_and_each_request_is_paid_for_once(step: str) -> None:
    with BatchServer(key=KEY) as server:
        server.hold = step
        paths = [str(Path(__file__).parent), *sys.path]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        most = step[0] if step[0].isdigit() else "0"
        run = subprocess.Popen([sys.executable, "-c", RUN, server.base_url, most], env=environment)
        if most == "0":
            assert server.reached.wait(30)
            run.send_signal(signal.SIGKILL)
        assert run.wait(30) == -signal.SIGKILL
        server.go_on.set()
        assert all(isinstance(one, Reply) for one in ask(server).values())
        assert server.executed == {f"text {n}": 1 for n in range(6)}
        assert pending() == 0
        sent = len(server.asked)
        ask(server)
        assert len(server.asked) == sent


def test_two_runs_at_once_put_each_request_into_one_batch() -> None:
    with BatchServer() as server:
        server.polls = 4
        run = partial(ask, server)
        with ThreadPoolExecutor() as pool:
            first, second = pool.submit(run, 6), pool.submit(run, 9)
            assert (len(first.result()), len(second.result())) == (6, 9)
        assert server.executed == {f"text {n}": 1 for n in range(9)}


def test_mixed_outcomes_are_told_apart_and_only_what_passes_is_sent_again() -> None:
    with BatchServer() as server:
        server.troubles = {
            "text 0": ["400"], "text 1": ["500", "429"], "text 2": ["too_long"], "text 3": ["refusal"],
            "text 4": ["batch_expired"] * 9, "text 5": ["500"] * 9, "text 6": ["missing"], "text 7": ["broken"],
            "text 8": ["twice"], "text 9": ["stranger"], "text 10": ["null"],
        }  # fmt: skip
        found = ask(server, 12)
        assert len(server.batches) == 3
        told = {text: one.reason if isinstance(one, Failure) else one.finish for text, one in found.items()}
        assert [told[f"text {n}"] for n in range(12)] == [
            "refused_request", "stop", "too_long", "refused", "timeout", "server_error", *["stop"] * 6,
        ]  # fmt: skip
        assert {text for text, times in server.executed.items() if times == 2} == {
            "text 6",
            "text 7",
            "text 10",
        }
        assert "response_format is not supported" in getattr(found["text 0"], "detail", "")
        assert not getattr(found["text 8"], "text", "").startswith("Sure")  # the first of two answers counts


@pytest.mark.parametrize("end", ["expired", "cancelled"])
def test_of_a_batch_that_ended_early_the_answers_are_used(end: str) -> None:
    with BatchServer() as server:
        server.ends, server.troubles = [end], {"text 0": [f"batch_{end}"], "text 1": ["missing"]}
        if end == "cancelled":
            with pytest.raises(TeacherError, match=r"batch_0 was cancelled there, 2 requests have no answer"):
                ask(server)
            assert len(server.batches) == 1  # whoever cancelled it wants no other before the next run
        assert all(isinstance(one, Reply) for one in ask(server).values())
        assert server.executed == {f"text {n}": 1 + (n == 1) for n in range(6)}


def test_a_batch_that_is_refused_goes_on_without_the_lines_it_names_or_stops_with_its_words() -> None:
    with BatchServer() as server:
        full = {"code": "token_limit_exceeded", "message": "too much is waiting", "line": None}
        wrong = {"code": "invalid", "message": "no such field", "line": 2}
        server.ends, server.refusals = ["failed", "failed"], [[full], [wrong]]
        found = ask(server)
        assert [one for one in found.values() if isinstance(one, Failure)] == [
            Failure("refused_request", "line 2: no such field")
        ]
        assert server.executed == {f"text {n}": 1 for n in range(6) if n != 1}

        server.ends, server.refusals = (
            ["failed"],
            [[{"code": "x", "message": "model m is unknown", "line": 1}]],
        )
        with pytest.raises(TeacherError, match=r"batch_3 was refused, .*line 1: model m is unknown"):
            ask(server)
        assert pending() == 0


def test_a_batch_or_file_that_the_server_forgot_is_sent_again_and_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with BatchServer() as server:
        for forgotten in (server.batches, server.files):
            server.hold = "before GET /batches/"
            server.go_on.clear()
            with pytest.raises(TeacherError, match="timed out"):
                ask(server, timeout_s=0.2, max_retries=0)
            forgotten.clear()
            server.go_on.set()
            assert all(isinstance(one, Reply) for one in ask(server).values())
            assert "lacks 6 answers" in capsys.readouterr().err
            Path("ledger.sqlite3").unlink()
        with pytest.raises(TeacherError, match=r"404 - no such nothing.*mode: live"):
            answers(f"{server.base_url}/nothing", ["x"])


@pytest.mark.parametrize("trouble", ["429", "503", "drop", "html"])
def test_a_batch_whose_making_failed_is_looked_for_before_another_is_made(trouble: str) -> None:
    with BatchServer() as server:
        server.creating = [trouble, trouble]
        assert all(isinstance(one, Reply) for one in ask(server, max_retries=3).values())
        assert set(server.executed.values()) == {1}
        server.creating = ["400"]
        with pytest.raises(TeacherError, match="400 - slow down"):
            ask(server, 7)


def test_no_prompt_follows_a_redirect() -> None:
    with BatchServer() as server, BatchServer() as other:
        server.moved = other.base_url
        with pytest.raises(TeacherError, match="307"):
            ask(server)
        assert other.asked == []


def test_files_are_as_large_as_the_protocol_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_files, "MOST_REQUESTS", 4)
    with BatchServer() as server:
        server.polls = 3
        ask(server, 10)
        monkeypatch.setattr(batch_files, "MOST_BYTES", 500)
        ask(server, 16)
        files = [server.files[made["input_file_id"]] for made in server.batches.values()]
        assert [len(file.splitlines()) for file in files[:3]] == [4, 4, 2]
        assert len(files) > 4
        assert max(map(len, files[3:])) <= 500
        assert set(server.executed.values()) == {1}


def test_interrupted_while_it_waits_a_stage_names_the_batch_and_goes_on_at_the_next_run(
    tmp_path: Path,
) -> None:
    with BatchServer() as server:
        server.polls = 10**9
        project = Project(tmp_path / "project", server.base_url)
        project.server["mode"] = "batch"
        project.write_documents([document(n) for n in range(5)])
        words = [sys.executable, "-m", "domaintune.generate", *project.arguments()]
        environment = os.environ | {"DOMAINTUNE_LEDGER": str(project.ledger)}
        run = subprocess.Popen(words, cwd=project.folder, env=environment, stderr=subprocess.PIPE, text=True)
        while not any(step.startswith("GET /batches/") for step in server.asked):
            assert run.poll() is None
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        said = run.communicate(timeout=30)[1]
        assert "stopped, but batch batch_0 goes on there" in said
        assert "Traceback" not in said
        server.polls = 1
        project.passes()
        assert len(server.batches) == 1


def test_the_key_is_in_no_file_or_message_and_money_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SPENT", spent := dict[str, float]())
    with BatchServer(key=KEY) as server:
        server.troubles = {"text 1": ["429"] * 9}
        found = answers(server.base_url, ["text KEY 0", "text 1"])
        assert getattr(found["text 1"], "detail", "") == "429: slow down, ***"
        assert spent["money"] == spent["tokens_read"] > 0
        monkeypatch.setenv("MY_KEY", "wrong-key-0123456789")
        with pytest.raises(TeacherError, match=r"401 - Incorrect API key: \*\*\*") as caught:
            ask(server)
    assert caught.value.__context__ is None
    written = "".join(capsys.readouterr()).encode() + b"".join(
        p.read_bytes() for p in tmp_path.iterdir() if p.is_file()
    )
    assert b"key-0123456789" not in written.replace(KEY.encode(), b"key-0123456789")
