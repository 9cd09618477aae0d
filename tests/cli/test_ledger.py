"""`domaintune ledger`: real files, damaged by hand; a real `dvc repro` asks again what was forgotten, and nothing else."""

import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from generate_run import Project, document
from grade_run import Project as Grading
from openai_server import Server
from records import request
from typer.testing import CliRunner, Result

from domaintune.cli.app import app
from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.protocol import Reply
from domaintune.core.stage.errors import InputError


def ledger(*words: str) -> Result:
    return CliRunner().invoke(app, ["ledger", *words])


def filled(path: Path, *texts: str, model: str = "m", answer: str = "") -> Path:
    with Ledger(path) as opened:
        answers = [(request(one, model=model), Reply(answer or one, "stop", 1000, 100)) for one in texts]
        opened.import_answers(answers)
    return path


def texts(path: Path) -> dict[str, str]:
    with Ledger(path) as opened:
        found = {text: opened.get(request(text).key) for text in "abcdef"}
    return {text: reply.text for text, reply in found.items() if reply is not None}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's ledger: four answers of one model, two of another."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOMAINTUNE_LEDGER", str(tmp_path / "own.db"))
    filled(tmp_path / "own.db", "x", "y", model='], "model": "n')  # no text is taken for the name behind it
    return filled(tmp_path / "own.db", "a", "b", "c", "d")


def damage(path: Path) -> None:
    """Flip bits as a bad disk does: in a reply, so that it is no UTF-8, and in a request."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        broken = "CAST(CAST(replace(reply, 'a\"', '') AS BLOB) || x'ff' AS TEXT)"
        database.execute(f"UPDATE answers SET reply = {broken} WHERE key = ?", (request("a").key,))
        database.execute(
            "UPDATE answers SET request = replace(request, 'b', 'B') WHERE key = ?", (request("b").key,)
        )


def test_damaged_answers_are_named_and_set_aside_counted_and_pruned(own: Path) -> None:
    assert ledger("verify").output == f"{own}: every answer is whole\n"
    damage(own)
    done = ledger("verify")
    assert isinstance(done.exception, InputError)
    assert "2 answers were damaged" in str(done.exception)
    assert all(f"the answer to request {request(one).key} is not as it was" in done.stderr for one in "ab")
    assert ledger("verify").exit_code == 0
    assert texts(own) == {"c": "c", "d": "d"}
    lines = [line.split() for line in ledger("stats").stdout.splitlines()]
    assert ["p", "m", "2", "2,000", "200"] in lines
    assert ["p", "m", "2", "2,000", "200", "set", "aside"] in lines
    assert ["together", "6", "6,000", "600"] in lines
    assert "repeat this with --yes" in ledger("prune", "--set-aside").stdout
    assert "together 6" in " ".join(ledger("stats").stdout.split())
    ledger("prune", "--set-aside", "--yes")
    ledger("prune", "--model", '], "model": "n', "--yes")
    assert [line.split() for line in ledger("stats").stdout.splitlines()][-3] == [
        "together",
        "2",
        "2,000",
        "200",
    ]
    assert texts(own) == {"c": "c", "d": "d"}


def test_a_colleagues_answers_are_taken_and_no_known_one_changes(own: Path) -> None:
    other = filled(own.parent / "other.db", "a", "b", "e", "f")
    filled(other, "c", "d", answer="otherwise")
    damage(other)
    before = other.read_bytes()
    other.chmod(0o400)
    done = ledger("merge", str(other))
    assert "2 answers are new, 2 were there already; of these 2 differ" in done.stdout
    assert "2 answers are damaged and were not taken" in str(done.exception)
    assert texts(own) == {one: one for one in "abcdef"}
    assert other.read_bytes() == before
    with Ledger(other):  # while a process has it open, it is merged too
        assert "0 answers are new, 4 were there" in ledger("merge", str(other)).stdout


@pytest.mark.parametrize(
    ("content", "told"), [("PRAGMA user_version = 3", "version 3, expected 2"), ("", "version 0")]
)
def test_what_is_no_ledger_of_this_version_is_refused(own: Path, content: str, told: str) -> None:
    other = own.parent / "other.db"
    with closing(sqlite3.connect(other, isolation_level=None)) as database:
        database.execute(content or "CREATE TABLE t (x)")
    assert told in str(ledger("merge", str(other)).exception)
    other.write_text("a text of some length" * 100)
    assert "other.db: could not be merged" in str(ledger("merge", str(other)).exception)
    assert "not found" in str(ledger("merge", "nowhere.db").exception)


def test_another_run_keeps_its_answers_while_others_are_pruned(own: Path) -> None:
    new = [request(str(n), model="n") for n in range(2_000)]

    def put() -> None:
        with Ledger(own) as opened:
            for one in new:
                opened.put(one, Reply("kept", "stop", 1, 1))

    run = multiprocessing.get_context("fork").Process(target=put)
    run.start()
    while run.is_alive():
        filled(own, "a", "b", "c", "d")
        assert ledger("prune", "--model", "m", "--yes").exit_code == 0
    assert run.exitcode == 0
    with Ledger(own) as opened:
        assert all(opened.get(one.key) == Reply("kept", "stop", 1, 1) for one in new)
    assert ledger("verify").exit_code == 0
    assert texts(own) == {}


DVC = """
stages:
  generate:
    foreach: {nasa_rnd: {}}
    do:
      cmd: %s -m domaintune.generate %s
      deps: [corpus.parquet]
      params: [generate]
      outs: [{"data/generated/${key}": {}}, {"data/responses/generate/${key}.parquet": {persist: true}}, {books.json: {}}]
"""


as_sent = partial(json.dumps, sort_keys=True)


class Pipeline(Project):
    """A DVC project with the one stage, and its server."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder, server.base_url)
        self.server_side = server
        self.params["teacher"]["json_schema"] = True
        self.command = self.command.replace("out/", "").replace("--out out", "--out data/generated/@key").replace(
            "responses.parquet", "data/responses/generate/@key.parquet"
        )  # fmt: skip
        self.write_documents([document(n) for n in range(20)])
        self.arguments()
        words = " ".join(self.command.format_map(vars(self)).split())
        (folder / "dvc.yaml").write_text(DVC % (sys.executable, words), encoding="utf-8")
        self.dvc("init", "--no-scm", "-q")

    def dvc(self, *words: str) -> "subprocess.CompletedProcess[str]":
        self.arguments()
        env = os.environ | {"DOMAINTUNE_LEDGER": str(self.ledger)}
        command = [sys.executable, "-m", "dvc", *words]
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)

    def asked(self) -> tuple[int, list[str], str]:
        """Run `dvc repro`, and return its exit status, what the server was asked meanwhile, and what was said."""
        before = len(self.server_side.prompts)
        done = self.dvc("repro")
        prompts = sorted(map(as_sent, self.server_side.prompts[before:]))
        return done.returncode, prompts, " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize(("most", "pulled"), [(0.05, False), (1.0, False), (1.0, True)])
def test_after_nonsense_exactly_the_poisoned_requests_are_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: float, pulled: bool
) -> None:
    """Whether the gate stopped the stage (0.05), or let the rows go (1.0); there also by who has but what DVC has."""
    with Server(faults="malformed~2") as server:
        project = Pipeline(tmp_path, server)
        project.params["generate"]["max_reject_fraction"] = most
        code, first, said = project.asked()
        # without a usable answer are those whose re-ask, which begins with the same messages, was struck too
        struck = [json.loads(one) for one in first if server.fault_for(1, sha256(one.encode()).hexdigest())]
        poisoned = sorted(as_sent(one) for one in struck if any(two[:-2] == one for two in struck))
        assert 0 < len(poisoned) < 20 < len(first)
        assert (code == 0) == (most == 1.0)
        command = "domaintune ledger forget --stage generate --item nasa_rnd --outcome unparsed"
        assert (command in said) == (most < 1.0)
        server.faults = []
        assert project.asked()[1] == []
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DOMAINTUNE_LEDGER", str(project.ledger))
        if pulled:
            shutil.rmtree(".domaintune")
            project.ledger.unlink()
        told = ledger(*command.split()[2:]).stdout
        assert (
            f"{len(poisoned)} requests ended as unparsed, {2 * len(poisoned)} answers to them were forgotten"
            in told
        )
        assert project.asked()[:2] == (0, poisoned)
        lost = pl.read_parquet("data/generated/nasa_rnd/rejects.parquet")
        assert lost.filter(pl.col("reason") == "unparsed").is_empty()
        assert project.asked()[1] == []


def test_a_grader_that_failed_its_calibration_by_nonsense_is_asked_again_once_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calibration items are no rows, so that no reject names them."""
    with Server(faults="malformed=1") as server:
        project = Grading(tmp_path, server.base_url)
        project.command = project.command.replace("responses.parquet", "data/responses/grade/essays.parquet")
        project.fails("`domaintune ledger forget --stage grade --item essays --outcome unparsed`")
        server.faults, asked = [], server.requests
        project.fails("does not tell good answers from bad")
        assert server.requests == asked
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DOMAINTUNE_LEDGER", str(project.ledger))
        assert (
            f"{asked} answers to them" in ledger("forget", "--stage", "grade", "--outcome", "unparsed").stdout
        )
        project.passes()
    assert "expected one of essays" in str(
        ledger("forget", "--stage", "grade", "--item", "no", "--outcome", "unparsed").exception
    )
