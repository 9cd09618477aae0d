"""Teacher and judge behind `transformers serve`: a tiny model that has learnt the task's JSON, and one that has not.

The tiny model learns by heart what the small server of these tests answers to the pipeline's own prompts, a few
answers fenced or malformed on purpose: greedy decoding must then climb every rung of the repair ladder again.
"""

import hashlib
import json
import os
import sys
import time
from collections import Counter
from typing import Any

import polars as pl
import pytest
from openai_server import FAULTS, Server, proper
from ruamel.yaml import YAML
from transformers_serve import serving

pytestmark = [pytest.mark.slow, pytest.mark.promise(7), pytest.mark.timeout(1500)]

BY_CONTENT = "fenced~5,malformed~7"
GENERATED = "data/generated/nasa_rnd/instructions.parquet"
JUDGED = "data/judgments/tuned/judgments.parquet"
BOOKS = "metrics/accounting/generate/nasa_rnd.json"
RUNGS = ("parsed", "repaired", "reasked", "unparsed")
READ = ["parsed", "repaired"]
# Long enough for the judge's longest re-ask and its answer; wide enough to learn 30 answers by heart.
LEARNER = {
    "kind": "starter", "hidden_size": 128, "intermediate_size": 256, "layers": 3, "heads": 4, "vocab_size": 2176,
    "context": 4096, "batch": 6, "steps": 1, "dialogue_steps": 300, "learning_rate": 0.006,
}  # fmt: skip
PLAIN = {
    "kind": "starter", "hidden_size": 64, "intermediate_size": 128, "layers": 2, "heads": 2, "vocab_size": 512,
    "context": 2048, "batch": 8, "steps": 10, "dialogue_steps": 10, "learning_rate": 0.002,
}  # fmt: skip


def put(clone, values: dict[str, Any]) -> None:
    """Set values in the clone's params.yaml by their dotted names."""
    yaml, path = YAML(), clone.path / "params.yaml"
    params = yaml.load(path.read_text(encoding="utf-8"))
    for name, value in values.items():
        *above, last = name.split(".")
        inner = params
        for key in above:
            inner = inner[key]
        inner[last] = value
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(params, out)


def ask_openai(base_url: str, provider: str, model: str) -> dict[str, Any]:
    """Return the settings that make teacher and judge ask this server; `provider` names its ledger entries."""
    asked = {"backend": "openai", "provider": provider, "model": model}
    return {
        **{f"{who}.{name}": value for who in ("teacher", "judge.model") for name, value in asked.items()},
        "runtime.servers.teacher.base_url": base_url,
        "runtime.servers.judge.base_url": base_url,
    }


def build(clone, name: str, entry: dict[str, Any], folder, reads) -> float:
    """Make a starter model with the foundation stage, outside the clone's graph; return the seconds it took."""
    folder.mkdir(parents=True, exist_ok=True)
    params = YAML(typ="safe").load((clone.path / "params.yaml").read_text(encoding="utf-8"))
    params["models"] = {name: entry | {"reads": str(reads)}}
    (folder / "params.yaml").write_text(json.dumps(params), encoding="utf-8")
    options = {
        "params": folder / "params.yaml",
        "model": name,
        "reads": reads,
        "out": folder / name,
        "accounting": folder / "books.json",
    }
    given = [str(part) for option, value in options.items() for part in (f"--{option}", value)]
    threads = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2")}
    return clone.run(sys.executable, "-m", "domaintune.foundation", *given, env=threads).seconds


def write_lesson(folder, server: Server) -> int:
    """Write each prompt the server was sent, with what it answered, as pre-training text and dialogues."""
    talks = []
    for body in server.bodies:
        digest = hashlib.sha256(json.dumps(body["messages"], sort_keys=True).encode()).hexdigest()
        fault = server.fault_for(0, digest)
        answer = FAULTS[fault](body) if fault else proper(body)
        message = json.loads(answer.body)["choices"][0]["message"]
        talks.append([*body["messages"], {"role": "assistant", "content": message["content"]}])
    folder.mkdir(parents=True)
    texts = [{"text": message["content"]} for talk in talks for message in talk]
    for name, rows in (("text", texts), ("dialogues", [{"messages": talk} for talk in talks])):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return len(talks)


def rungs(clone) -> dict[str, int]:
    """Return how many of generate's requests ended on each rung, from its books."""
    requests = json.loads((clone.path / BOOKS).read_text(encoding="utf-8"))["requests"]
    assert requests["in"] == sum(requests[rung] for rung in RUNGS)
    return {rung: requests[rung] for rung in RUNGS}


def rows(clone) -> set[tuple[str, ...]]:
    """Return what was generated, without the ledger keys, which name the provider."""
    table = pl.read_parquet(clone.path / GENERATED)
    return set(table.select("document_id", "field", "input", "output").iter_rows())


@pytest.fixture(scope="module")
def learnt(new_clone, tmp_path_factory):
    """A clone that ran against the small server, what it generated there, and a model that learnt its answers."""
    clone = new_clone()
    clone.recipe("nasa_rnd", "test")
    put(clone, {"tasks.nasa_rnd.max_documents": 5, "answer.questions.n": 3, "runtime.device": "cpu"})
    folder = tmp_path_factory.mktemp("learnt")
    with Server(faults=BY_CONTENT) as server:
        put(clone, ask_openai(server.base_url, "loopback", "loopback"))
        clone.repro()
        talks = write_lesson(folder / "lesson", server)
    figures = {
        "answers learnt by heart": talks,
        "rungs, small server": rungs(clone),
        "seconds to learn": build(clone, "learnt", LEARNER, folder, folder / "lesson"),
    }
    return clone, folder / "learnt", figures, (rungs(clone), rows(clone))


def test_a_model_that_learnt_the_json_teaches_and_judges_through_transformers_serve(
    learnt, tmp_path, record_property
) -> None:
    clone, model, figures, (taught, _) = learnt
    for name, value in figures.items():
        record_property(name, value)
    began = time.monotonic()
    with serving(model, tmp_path / "serve.log") as server:
        record_property("seconds until /health", time.monotonic() - began)
        put(clone, ask_openai(server.base_url, "transformers-serve", server.model))
        done = clone.repro()
        record_property("requests to transformers serve", server.requests)
        assert server.requests > 0
    assert {"generate@nasa_rnd", "judge@tuned", "report"} <= done.ran
    found, kept = rungs(clone), rows(clone)
    judged = pl.read_parquet(clone.path / JUDGED)
    outcomes = {
        rubric: dict(Counter(judged.filter(pl.col("rubric") == rubric)["outcome"]))
        for rubric in ("match", "similarity")
    }
    record_property("rows kept", len(kept))
    record_property("rungs, transformers serve", found)
    record_property("judgments by outcome", outcomes)
    record_property("seconds of dvc repro", done.seconds)
    assert len(kept) >= 0.8 * sum(found.values()) > 10
    assert found["repaired"] > 0 or not taught["repaired"]
    assert found["reasked"] > 0 or not taught["reasked"]
    for rubric in ("match", "similarity"):
        of_rubric = judged.filter(pl.col("rubric") == rubric)
        assert of_rubric.filter(pl.col("outcome").is_in(READ)).height >= 0.6 * of_rubric.height > 0, outcomes
    assert (clone.path / "data/report/report.html").stat().st_size > 10_000


def test_the_same_model_as_a_local_teacher_writes_the_same_rows(learnt, tmp_path, record_property) -> None:
    clone, model, _, _ = learnt
    with serving(model, tmp_path / "serve.log") as server:
        put(clone, ask_openai(server.base_url, "transformers-serve", server.model))
        clone.repro("generate@nasa_rnd")
    served = rungs(clone), rows(clone)
    put(clone, {"teacher.backend": "transformers", "teacher.provider": "local", "teacher.model": str(model)})
    done = clone.repro("generate@nasa_rnd")
    assert done.ran == {"generate@nasa_rnd"}
    local = rungs(clone), rows(clone)
    record_property("rows kept, backend transformers", len(local[1]))
    record_property("rungs, backend transformers", local[0])
    record_property("seconds, backend transformers", done.seconds)
    assert local == served


@pytest.mark.parametrize("backend", ["openai", "transformers"])
def test_a_plain_starter_model_leaves_every_row_unparsed_and_the_run_stops(
    backend, new_clone, tmp_path, record_property
) -> None:
    clone = new_clone()
    clone.recipe("nasa_rnd", "test")
    put(
        clone,
        {"tasks.nasa_rnd.max_documents": 5, "teacher.max_tokens": 48, "runtime.device": "cpu"},
    )
    clone.repro("sample@pretraining")
    build(clone, "plain", PLAIN, tmp_path, clone.path / "data/raw/starter/pretraining")
    with serving(tmp_path / "plain", tmp_path / "serve.log") as server:
        put(clone, ask_openai(server.base_url, "transformers-serve", server.model))
        if backend == "transformers":
            put(clone, {"teacher.backend": backend, "teacher.model": str(tmp_path / "plain")})
        done = clone.repro(fails=True)
        record_property(f"requests, backend {backend}", server.requests)
    message = [line for line in done.out.splitlines() if "unparsed" in line]
    record_property(f"message, backend {backend}", message)
    assert len(message) == 1, done.out[-3000:]
    asked = int(message[0].split(" requests")[0].split()[-1])
    assert f"{asked} of {asked} requests were rejected (unparsed {asked})" in message[0]
    assert "Traceback" not in done.out
    assert "teacher that writes JSON" in message[0]
    assert not list((clone.path / "data/generated").rglob("*.parquet"))
    assert not (clone.path / BOOKS).exists()
