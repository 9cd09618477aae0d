"""Teacher and judge behind real HTTP servers, data behind a real SSH server: what was answered is never asked again."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest
from faults import LEARNING, Outcome, counted, page, struck
from openai_server import Server
from ruamel.yaml import YAML
from ssh_server import serving, sshd


def point_at(clone, server) -> None:
    """Make teacher and judge ask the server, as a user does: in params.yaml."""
    clone.recipe("nasa_rnd", "test")
    clone.ask(server.base_url, "teacher", "judge")


def use_every_stage(clone, server) -> None:
    """Add what the starter leaves out: an arm that the server answers, a set that is translated, grades, tokens."""
    endpoint = {"server": "reference", "provider": "loopback", "model": "m"}
    filters = {
        "empty_output": True, "min_chars": 0, "min_chars_of": "row", "output_equals_input": True, "refusals": True,
        "wrong_language": "none", "duplicate_instruction": True,
    }  # fmt: skip
    source = {"path": "pumps.json", "kind": "instructions", "format": "alpaca", "languages": ["en"]}
    made = {
        "source": "pumps",
        "task": "pumps",
        "group": "survey",
        "use": "train",
        "to": "ko",
        "max_rows": None,
    }
    texts = {"reads": "data/curated/instructions.parquet", "language": "en"}
    clone.ask(server.base_url, "grade", provider="loopback", model="m")
    clone.put(
        runtime__servers__reference={"base_url": server.base_url, "api_key_env": None},
        arms__served={"model": "original", "mixture": None, "baseline": "base", "endpoint": endpoint},
        judge__max_reject_fraction=0.2,  # of 17 requests the server answers one with no JSON
        grade__min_agreement=0.5,  # the server answers one calibration item with no JSON
        gradings={"nasa": {"groups": ["nasa"], "spec": "quality", "language": "en", "max_rows": 6}},
        sources__pumps=source | {"licence": "CC0", "origin": "public", "filters": filters},
        sets={"pumps_ko": made},
        vocabulary={"longer": {"model": "original", "tokens": 20, "min_count": 3} | texts},
    )
    rows = [
        {"instruction": f"Say how pump {n} works.", "output": f"Pump {n} moves water for {n} hours."}
        for n in range(12)
    ]
    (clone.path / source["path"]).write_text(json.dumps(rows), encoding="utf-8")


@pytest.fixture(scope="module")
def served(new_clone):
    """A clone whose pipeline ran against a server with faults, every stage of it; the server is still up."""
    with Server(faults="429=9,500=13,malformed~17") as server:
        clone = new_clone()
        point_at(clone, server)
        use_every_stage(clone, server)
        clone.repro()
        clone.commit()
        yield clone, server


@pytest.mark.promise(7)
def test_teacher_and_judge_ran_against_a_server_with_faults(served, record_property) -> None:
    clone, server = served
    counts = server.counts()
    record_property("requests", counts["requests"])
    record_property("faults", sum(server.by_fault.values()))
    rows = pl.read_parquet(clone.path / "data/generated/nasa_rnd/instructions.parquet")
    judged = pl.read_parquet(clone.path / "data/judgments/tuned/judgments.parquet")
    assert rows.height > 50
    assert set(judged["rubric"]) == {"match", "similarity"}
    assert judged.filter(pl.col("outcome").is_in(["parsed", "repaired"])).height > 0.8 * judged.height


def strike(served, tmp_path, kills: int, most: int | None) -> list[Outcome]:
    """Strike every stage of the pipeline that ran, and return what came of it."""
    clone, server = served
    usual, server.faults = server.faults, [fault for fault in server.faults if fault.by_content]
    try:
        outcomes = struck(clone.path, tmp_path, 20240610, kills, most)
    finally:
        server.faults = usual
    problems = [
        f"{outcome.job}, {outcome.fault}: {outcome.problems}" for outcome in outcomes if outcome.problems
    ]
    assert not problems, "\n".join(problems)
    stages = YAML(typ="safe").load((clone.path / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    left_out = set() if most is None else LEARNING
    assert {outcome.job.split("@")[0] for outcome in outcomes} == stages.keys() - left_out
    return outcomes


@pytest.mark.promise(26)
@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler is installed")
def test_a_stage_that_is_killed_or_finds_the_disk_full_gives_the_same_files_the_next_time(
    served, tmp_path
) -> None:
    strike(served, tmp_path, kills=1, most=1)


@pytest.mark.promise(26)
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler is installed")
def test_at_every_place_and_output_a_struck_stage_gives_the_same_files_the_next_time(
    served, tmp_path, record_property
) -> None:
    outcomes = strike(served, tmp_path, kills=3, most=None)
    record_property("struck", counted(outcomes))
    if wanted := os.environ.get("RELIABILITY_PAGE"):
        Path(wanted).write_text(page(outcomes), encoding="utf-8")


@pytest.mark.promise(3)
def test_an_added_document_sends_its_own_requests_alone_and_moves_no_other_documents_split(
    served, tmp_path, record_property
) -> None:
    clone, server = served
    raw = tmp_path / "projects.csv"
    shutil.copy(clone.path / "data/raw/starter/nasa/projects.csv", raw)
    clone.edit("params.yaml", "path: data/raw/starter/nasa/projects.csv", f"path: {raw}")
    clone.repro("generate@nasa_rnd")
    before = server.counts()["requests"], len(server.prompts)
    header = raw.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    values = {
        "project_id": "X-1",
        "title": "Tethered lidar for volcanic lakes",
        "abstract": "A tethered balloon carries a lidar above a volcanic lake. The winch holds 900 m of line and the "
        "instrument measures sulfur plumes at night, which helps observers plan safer flights.",
        "keywords": "lidar;balloon",
    }
    with raw.open("a", encoding="utf-8") as handle:
        handle.write(",".join(f'"{values.get(name, "")}"' for name in header) + "\n")
    splits = dict(
        pl.read_parquet(clone.path / "data/corpus/documents.parquet").select("id", "split").iter_rows()
    )
    clone.repro("generate@nasa_rnd")
    sent = server.prompts[before[1] :]
    assert sent
    assert all("volcanic lakes" in str(prompt) for prompt in sent)
    record_property("requests for one added document", len(sent))
    after = dict(
        pl.read_parquet(clone.path / "data/corpus/documents.parquet").select("id", "split").iter_rows()
    )
    assert splits.items() <= after.items()
    assert len(after) == len(splits) + 1
    clone.run("git", "reset", "-q", "--hard")  # DVC stages dvc.lock, so a checkout would not bring it back
    clone.run("dvc", "checkout", "-q")


PULLED = "generate@nasa_rnd"


@pytest.mark.promise(8)
@pytest.mark.skipif(sshd() is None, reason="no SSH server is installed")
def test_a_fresh_clone_with_pulled_responses_and_an_empty_ledger_sends_nothing(
    served, tmp_path, record_property
) -> None:
    clone, server = served
    with serving(tmp_path / "ssh") as remote:
        clone.run("dvc", "remote", "add", "-f", "-d", "shared", remote.url)
        clone.run("dvc", "remote", "modify", "--local", "shared", "keyfile", str(remote.key))
        clone.run("dvc", "push", "-q", PULLED)
        clone.commit()
        fresh = clone.clone(tmp_path / "teammate")
        fresh.run("dvc", "remote", "modify", "--local", "shared", "keyfile", str(remote.key))
        fresh.run("dvc", "pull", "-q", PULLED)
    before = server.counts()["requests"]
    shutil.rmtree(fresh.path / "data/generated")
    fresh.repro("--force", "generate@nasa_rnd")
    assert server.counts()["requests"] == before
    record_property("requests of a fresh clone with pulled responses", server.counts()["requests"] - before)


@pytest.mark.promise(8)
@pytest.mark.parametrize(
    "victim", ["dvc", *(pytest.param(one, marks=pytest.mark.slow) for one in ("stage", "both"))]
)
def test_kill_9_in_generate_leaves_nothing_behind_and_the_next_repro_finishes(
    victim, served, new_clone
) -> None:
    done, _ = served
    expected = locked(done, "generate@nasa_rnd")
    with Server(faults="429=9,500=13,malformed~17", delay_s=0.05) as server:
        clone = new_clone()
        point_at(clone, server)
        kill_during(clone, victim, "domaintune.generate", lambda: server.requests > 20)
        clone.repro("generate@nasa_rnd")
        sent = [digest for digest, times in server.answered.items() for _ in range(times)]
    assert len(sent) - len(set(sent)) <= 8
    assert locked(clone, "generate@nasa_rnd") == expected


def locked(clone, stage: str) -> dict[str, str]:
    """Return path → hash of a stage's outs in dvc.lock."""
    entry = YAML(typ="safe").load((clone.path / "dvc.lock").read_text(encoding="utf-8"))["stages"][stage]
    return {out["path"]: out["md5"] for out in entry["outs"]}


def kill_during(clone, victim: str, module: str, ready, *, options: tuple[str, ...] = ()) -> None:
    """Start `dvc repro`, wait until the stage is at work, kill -9, and wait until all of it is gone."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    repro = subprocess.Popen(["dvc", "repro", *options], cwd=clone.path, env=clone.env, **quiet)
    deadline = time.monotonic() + 240
    while not ready() and repro.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    stages = working(module, clone)
    assert stages, f"{module} was not at work"
    for pid in [
        *(stages if victim in {"stage", "both"} else []),
        *([repro.pid] if victim in {"dvc", "both"} else []),
    ]:
        os.kill(pid, signal.SIGKILL)
    repro.wait(timeout=60)
    while working(module, clone) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not working(module, clone), "the stage outlived dvc"


def working(module: str, clone) -> list[int]:
    """Return the processes that run a stage's module in the clone."""
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            command = open(f"/proc/{entry.name}/cmdline", "rb").read().split(b"\0")
            folder = os.readlink(f"/proc/{entry.name}/cwd")
        except OSError:
            continue
        if module.encode() in command and folder == str(clone.path):
            found.append(int(entry.name))
    return found


@pytest.fixture(scope="module")
def undisturbed(new_clone):
    """A clone at size test whose training nobody disturbed."""
    clone = new_clone()
    clone.recipe("nasa_rnd", "test")
    clone.repro("train@tuned")
    return clone


@pytest.mark.promise(8)
@pytest.mark.slow
@pytest.mark.parametrize("victim", ["stage", "dvc", "both"])
def test_kill_9_in_train_gives_the_undisturbed_adapter(victim, undisturbed, new_clone) -> None:
    clone = new_clone()
    clone.recipe("nasa_rnd", "test")
    clone.repro("mix@tuned")  # from the run cache; training itself must run, and be killed
    folder = clone.path / ".domaintune/checkpoints"
    anew = ("--no-run-cache", "train@tuned")
    kill_during(clone, victim, "domaintune.train", lambda: any(folder.rglob("*.safetensors")), options=anew)
    clone.repro(*anew)
    assert locked(clone, "train@tuned") == locked(undisturbed, "train@tuned")
