"""The ledger survives what happens to files and processes."""

import multiprocessing
import os
import resource
import signal
import sqlite3
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import request

from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.protocol import Message, Reply, Request, Sampling
from domaintune.core.stage.errors import InputError

SPAWN = multiprocessing.get_context("fork")


def reply(text: str = "hi") -> Reply:
    return Reply(text, "stop", 1, 2)


def test_the_path_comes_from_the_environment_or_the_users_cache() -> None:
    assert ledger_path({"DOMAINTUNE_LEDGER": "/x/l.db"}) == Path("/x/l.db")
    assert ledger_path({"XDG_CACHE_HOME": "/c"}) == Path("/c/domaintune/ledger.sqlite3")
    assert ledger_path({}) == Path.home() / ".cache/domaintune/ledger.sqlite3"


def test_every_field_of_a_request_is_part_of_its_key() -> None:
    own = Sampling(0.0, 1.0, 10, 0)
    others = [
        request("other"), request(provider="q"), request(model="n"), request(revision="1"), request(schema="{}"),
        request(attempt=1), request(messages=(Message("system", "hello"),)),
        *(request(sampling=own._replace(**{name: value + 1})) for name, value in own._asdict().items()),
    ]  # fmt: skip
    assert len({one.key for one in [request(), *others]}) == len(others) + 1
    assert Request._fields == ("provider", "model", "revision", "messages", "sampling", "schema", "attempt")


def test_a_key_never_changes() -> None:
    """Golden value of this project: another key would pay for everything again."""
    assert request().key == "49f2d64c9328078efe7de668b86a7176ae94ba4528aa1cc63a2b694f5adbf583"


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_requests_and_replies_come_back_from_json(text: str, answer: str) -> None:
    assert Request.from_json(request(text).to_json()) == request(text)
    assert Reply.from_json(reply(answer).to_json()) == reply(answer)


def test_the_first_answer_counts(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l.db") as ledger:
        assert ledger.get(request().key) is None
        assert ledger.put(request(), reply("first")) == reply("first")
        assert ledger.put(request(), reply("second")) == reply("first")
    with Ledger(tmp_path / "l.db") as ledger:
        assert ledger.get(request().key) == reply("first")


def _put_many(barrier: Barrier, path: Path, start: int) -> None:
    barrier.wait()
    with Ledger(path) as ledger:
        for at in range(start, start + 20):
            ledger.put(request(str(at)), reply(str(at)))


def test_processes_open_a_new_ledger_and_write_at_once(tmp_path: Path) -> None:
    for path in (tmp_path / f"{n}.sqlite3" for n in range(10)):
        barrier = SPAWN.Barrier(4)
        writers = [SPAWN.Process(target=_put_many, args=(barrier, path, n * 10)) for n in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert [writer.exitcode for writer in writers] == [0] * 4
        with Ledger(path) as ledger:
            assert all(ledger.get(request(str(at)).key) == reply(str(at)) for at in range(50))


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    path, message = tmp_path / "l.db", tmp_path / "message"

    def write() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with Ledger(path) as ledger:
            ledger.put(request("a"), reply())
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
            try:
                for at in range(10_000):
                    ledger.put(request(f"{at}" * 500), reply())
            except InputError as error:
                message.write_text(str(error))

    process = SPAWN.Process(target=write)
    process.start()
    process.join()
    assert "the ledger could not be written" in message.read_text()
    assert "run `dvc repro` again" in message.read_text()
    with Ledger(path) as ledger:
        assert ledger.get(request("a").key) == reply()


def test_an_answer_edited_in_the_ledger_is_set_aside_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, edited = tmp_path / "l.db", request("edited")
    with Ledger(path) as ledger:
        for asked in (edited, request("swapped"), request("other"), request("whole"), request("rotten")):
            ledger.put(asked, reply(asked.messages[0].content))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE answers SET reply = replace(reply, 'edited', 'untrue')")
        swap = "UPDATE answers SET reply = (SELECT reply FROM answers WHERE key = ?) WHERE key = ?"
        database.execute(swap, (request("other").key, request("swapped").key))
        rot = "UPDATE answers SET reply = CAST(reply || x'ff' AS TEXT) WHERE key = ?"
        database.execute(rot, (request("rotten").key,))
    with Ledger(path) as ledger:
        assert [ledger.get(request(name).key) for name in ("edited", "swapped", "rotten")] == [None] * 3
        assert ledger.get(request("whole").key) == reply("whole")
        told = capsys.readouterr().err
        assert f"l.db: the answer to request {edited.key} is not as it was written" in told
        assert ledger.put(edited, reply("anew")) == reply("anew")
    with sqlite3.connect(path) as database:
        kept = database.execute("SELECT reply FROM answers WHERE key = ?", (f"changed {edited.key}",))
        assert "untrue" in kept.fetchone()[0]


def test_what_is_no_ledger_or_a_newer_one_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.write_text("this is no database, but a text of some length" * 50)
    with pytest.raises(InputError, match=r"l\.db.*Move the file away: .* endpoint are asked for again"):
        Ledger(path)
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    with pytest.raises(InputError, match="version 99"):
        Ledger(path)
    with pytest.raises(InputError, match="DOMAINTUNE_LEDGER"):
        Ledger(path / "below a file" / "l.db")


def test_a_living_process_keeps_its_claims_and_its_file_and_a_dead_one_loses_them(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    claimed = SPAWN.Event()

    def claim_and_wait(key: str) -> None:
        ledger = Ledger(path)
        assert ledger.claim([key]) == [key]
        claimed.set()
        time.sleep(60)

    living, dead = [SPAWN.Process(target=claim_and_wait, args=(key,)) for key in "ab"]
    for process in (living, dead):
        process.start()
        assert claimed.wait(30)
        claimed.clear()
    with Ledger(path) as ledger:
        assert ledger.claim(["a", "b", "c"]) == ["c"]
        dead.kill()
        dead.join()
        assert ledger.claim(["a", "b", "c"]) == ["b", "c"]
        left = sorted(int(one.name.split(".")[2].split("-")[0]) for one in tmp_path.glob("*.owner"))
        assert left == sorted([os.getpid(), living.pid])
        living.kill()
        living.join()
        assert ledger.claim(["a"]) == ["a"]
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
