"""Teacher and judge behind real HTTP servers, data behind a real SSH server: what was answered is never asked again."""

import json
import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from faults import CONCURRENCY, LEARNING, Outcome, counted, page, struck
from openai_server import Server
from others import serving_ssh, sshd
from ruamel.yaml import YAML

FAULTS = "429=9,500=13,malformed~17"
PAID = "generate@nasa_rnd"
TASK = "catalog/tasks/summarise_extract.yaml"
EVERY_STAGE = """
arms__served: {model: original, mixture: null, baseline: base, endpoint: {server: reference, provider: loopback, model: m}}
judge__max_reject_fraction: 0.2  # of 17 requests the server answers one with no JSON
grade__min_agreement: 0.5  # the server answers one calibration item with no JSON
gradings: {nasa: {groups: [nasa], spec: quality, language: en, max_rows: 6}}
tasks__summarise_extract:
  {group: chemistry, sources: [starter_projects], reads: documents, request_per: document, fields: [text], max_documents: 8}
sources__pumps:
  path: pumps.json
  kind: instructions
  format: alpaca
  languages: [en]
  licence: CC0
  origin: public
  filters:
    {empty_output: true, min_chars: 0, min_chars_of: row, output_equals_input: true, refusals: true, wrong_language: none,
     duplicate_instruction: true}
sets: {pumps_ko: {source: pumps, task: pumps, group: survey, use: train, to: ko, max_rows: null}}
vocabulary:
  longer: {model: original, reads: data/curated/instructions.parquet, language: en, tokens: 20, min_count: 3}
"""
"""What the starter leaves out: an arm that a server answers, a second task, a set that is translated, grades, tokens."""


def point_at(clone, server) -> None:
    """Make teacher and judge ask the server, as a user does: in params.yaml."""
    clone.recipe("nasa_rnd")
    clone.ask(server.base_url, "teacher", "judge")


@pytest.fixture(scope="module")
def served(new_clone):
    """A clone whose pipeline ran against a server with faults, every stage of it; the server is still up."""
    with Server(faults=FAULTS) as server:
        clone = new_clone()
        point_at(clone, server)
        clone.ask(server.base_url, "grade", provider="loopback", model="m")
        reference = {"base_url": server.base_url, "api_key_env": None}
        clone.put(runtime__concurrency=CONCURRENCY)  # what is in flight, and may be sent again
        clone.put(runtime__servers__reference=reference, **YAML(typ="safe").load(EVERY_STAGE))
        rows = [
            {"instruction": f"Say how pump {n} works.", "output": f"Pump {n} moves water for {n} hours."}
            for n in range(12)
        ]
        (clone.path / "pumps.json").write_text(json.dumps(rows), encoding="utf-8")
        clone.repro()
        clone.commit()
        yield clone, server


@pytest.mark.promise(7)
def test_teacher_and_judge_ran_against_a_server_with_faults(served, record_property) -> None:
    clone, server = served
    record_property("requests", server.requests)
    record_property("faults", sum(server.by_fault.values()))
    judged = clone.table("judgments/tuned/judgments.parquet")
    assert clone.table("generated/nasa_rnd/instructions.parquet").height > 50
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
    problems = [f"{one.job}, {one.fault}: {one.problems}" for one in outcomes if one.problems]
    assert not problems, "\n".join(problems)
    stages = YAML(typ="safe").load(clone.path / "dvc.yaml")["stages"]
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
    served, record_property
) -> None:
    clone, server = served
    raw = clone.path / "data/raw/starter/nasa/projects.csv"
    own = clone.path / "projects.csv"
    shutil.copy(raw, own)
    clone.put(sources__starter_projects__path=own.name)
    clone.repro(PAID)
    before, documents = len(server.prompts), clone.table("corpus/documents.parquet")
    rows = pl.read_csv(own, infer_schema=False)
    added = {
        "project_id": "X-1",
        "title": "Tethered lidar for volcanic lakes",
        "abstract": "A tethered balloon carries a lidar above a volcanic lake. The winch holds 900 m of line and the "
        "instrument measures sulfur plumes at night, which helps observers plan safer flights.",
        "keywords": "lidar;balloon",
    }
    pl.concat([rows, pl.DataFrame([added])], how="diagonal").write_csv(own)
    clone.repro(PAID)
    sent = server.prompts[before:]
    assert sent
    assert all("volcanic lakes" in str(prompt) for prompt in sent)
    record_property("requests for one added document", len(sent))
    after = clone.table("corpus/documents.parquet")
    assert after.join(documents, on=["id", "split"]).height == documents.height == after.height - 1
    clone.restore()


@pytest.mark.promise(15)
def test_one_task_s_prompt_template_regenerates_that_task_alone(served, record_property) -> None:
    clone, server = served
    before = len(server.prompts)
    clone.edit(TASK, "You review papers", "You edit and review papers")
    assert clone.repro("generate").ran == {"generate@summarise_extract"}
    sent = server.prompts[before:]
    assert sent
    assert all("You edit and review papers" in str(prompt) for prompt in sent)
    record_property("requests after one prompt template changed", len(sent))
    clone.restore()


@pytest.mark.promise(8)
@pytest.mark.skipif(sshd() is None, reason="no SSH server is installed")
def test_a_fresh_clone_with_pulled_responses_and_an_empty_ledger_sends_nothing(
    served, tmp_path, record_property
) -> None:
    clone, server = served
    with serving_ssh(tmp_path / "ssh") as (url, key):
        clone.run("dvc", "remote", "add", "-f", "-d", "shared", url)
        clone.run("dvc", "remote", "modify", "--local", "shared", "keyfile", str(key))
        clone.run("dvc", "push", "-q", PAID)
        clone.commit()
        fresh = clone.clone(tmp_path / "teammate")
        fresh.run("dvc", "remote", "modify", "--local", "shared", "keyfile", str(key))
        fresh.run("dvc", "pull", "-q", PAID)
    before = server.requests
    shutil.rmtree(fresh.path / "data/generated")
    fresh.repro("--force", PAID)
    assert server.requests == before
    record_property("requests of a fresh clone with pulled responses", server.requests - before)
