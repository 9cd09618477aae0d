"""Teacher and judge behind `transformers serve`: a tiny model that has learnt the task's JSON.

The tiny model learns by heart what the small server of these tests answers to the pipeline's own prompts, a few
answers fenced or malformed on purpose: greedy decoding must then climb every rung of the repair ladder again.
"""

import hashlib
import json
import time
from collections import Counter

import polars as pl
import pytest
from openai_server import FAULTS, Server, proper
from ruamel.yaml import YAML
from starter_models import learn_by_heart, make_foundation
from transformers_serve import serving

pytestmark = [pytest.mark.slow, pytest.mark.promise(7), pytest.mark.timeout(1500)]

BY_CONTENT = "fenced~5,malformed~7"
GENERATED = "data/generated/nasa_rnd/instructions.parquet"
JUDGED = "data/judgments/tuned/judgments.parquet"
CALIBRATION = "catalog/calibration/judge.yaml"
ACCOUNTING = "data/accounting/generate/nasa_rnd.json"
RUNGS = ("parsed", "repaired", "reasked", "unparsed")
READ = ["parsed", "repaired"]
# Long enough for the judge's longest re-ask and its answer; wide enough to learn 30 answers by heart.
SIZES = {
    "hidden_size": 128,
    "intermediate_size": 256,
    "layers": 3,
    "heads": 4,
    "vocab_size": 2176,
    "context": 4096,
}


def lesson_of(server: Server) -> list[list[dict[str, str]]]:
    """Return each prompt the server was sent, with what it answered, as conversations."""
    talks = []
    for body in server.bodies:
        digest = hashlib.sha256(json.dumps(body["messages"], sort_keys=True).encode()).hexdigest()
        fault = server.fault_for(0, digest)
        answer = FAULTS[fault](body) if fault else proper(body)
        message = json.loads(answer.body)["choices"][0]["message"]
        talks.append([*body["messages"], {"role": "assistant", "content": message["content"]}])
    return talks


def rungs(clone) -> dict[str, int]:
    """Return how many of generate's requests ended on each rung, from its accounting."""
    requests = json.loads((clone.path / ACCOUNTING).read_text(encoding="utf-8"))["requests"]
    assert requests["in"] == sum(requests[rung] for rung in RUNGS)
    return {rung: requests[rung] for rung in RUNGS}


def rows(clone) -> set[tuple[str, ...]]:
    """Return what was generated, without the ledger keys, which name the provider."""
    table = pl.read_parquet(clone.path / GENERATED)
    return set(table.select("document_id", "category", "input", "output").iter_rows())


def verdicts(clone) -> dict[str, tuple[str, ...]]:
    """Return what the judge said in each verdict, by its id."""
    table = pl.read_parquet(clone.path / JUDGED)
    return {
        row["id"]: tuple(str(row[name]) for name in ("rubric", "outcome", "choice", "reason", "scores"))
        for row in table.iter_rows(named=True)
    }


def count(judged: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Count verdicts by rubric and outcome."""
    return dict(sorted(Counter(f"{rubric} {outcome}" for rubric, outcome, *_ in judged.values()).items()))


@pytest.fixture(scope="module")
def learnt(new_clone, tmp_path_factory):
    """A clone that ran against the small server, what it generated there, and a model that learnt its answers."""
    clone = new_clone()
    clone.recipe("nasa_rnd", "test")
    clone.put(tasks__nasa_rnd__max_documents=5, answer__questions__n=3, runtime__device="cpu")
    # What it learnt by heart is no judgment: no agreement on calibration items is asked of it, and there are few.
    clone.put(judge__min_agreement=0.0, judge__repeats=1, judge__max_reject_fraction=0.5)
    items = YAML(typ="safe").load((clone.path / CALIBRATION).read_text(encoding="utf-8"))
    items["rows"] = items["rows"][1:3]
    (clone.path / CALIBRATION).write_text(json.dumps(items), encoding="utf-8")
    folder = tmp_path_factory.mktemp("learnt")
    with Server(faults=BY_CONTENT) as server:
        clone.ask(server.base_url, "teacher", "judge", provider="loopback", model="loopback")
        clone.repro()
        talks = lesson_of(server)
    began = time.monotonic()
    texts = [message["content"] for talk in talks for message in talk]
    make_foundation(folder / "learnt", texts, "learnt", 1, **SIZES)
    learn_by_heart(folder / "learnt", talks, steps=600, rate=0.006, batch=6)
    figures = {
        "answers learnt by heart": len(talks),
        "rungs, small server": rungs(clone),
        "verdicts, small server": count(verdicts(clone)),
        "seconds to learn": round(time.monotonic() - began),
    }
    return clone, folder / "learnt", figures, (rungs(clone), rows(clone), verdicts(clone))


def test_a_model_that_learnt_the_json_teaches_and_judges_through_transformers_serve(
    learnt, tmp_path, record_property
) -> None:
    clone, model, figures, (taught, taught_rows, taught_verdicts) = learnt
    for name, value in figures.items():
        record_property(name, value)
    began = time.monotonic()
    with serving(model, tmp_path / "serve.log") as server:
        record_property("seconds until /health", round(time.monotonic() - began, 1))
        clone.ask(server.base_url, "teacher", "judge", provider="transformers-serve", model=server.model)
        done = clone.repro()
        record_property("requests to transformers serve", server.requests)
        assert server.requests > 0
    assert {"generate@nasa_rnd", "judge@tuned", "report"} <= done.ran
    found, kept, judged = rungs(clone), rows(clone), verdicts(clone)
    record_property("rows kept", len(kept))
    record_property("rows as the small server's", len(kept & taught_rows))
    record_property("rungs, transformers serve", found)
    record_property("verdicts, transformers serve", count(judged))
    record_property("verdicts as the small server's", len(set(judged.items()) & set(taught_verdicts.items())))
    record_property("seconds of dvc repro", round(done.seconds))
    assert len(kept) >= 0.8 * sum(found.values()) > 10
    for rung in ("parsed", "repaired", "reasked"):
        assert taught[rung] > 0
        assert found[rung] > 0
    for rubric in ("match", "similarity"):
        assert read(judged, rubric) >= 0.8 * read(taught_verdicts, rubric) > 0
    assert (clone.path / "data/report/report.html").stat().st_size > 10_000


def read(judged: dict[str, tuple[str, ...]], rubric: str) -> int:
    """Return how many of a rubric's verdicts could be read."""
    return sum(name == rubric and outcome in READ for name, outcome, *_ in judged.values())


def test_the_same_model_as_a_local_teacher_and_judge_says_the_same(learnt, tmp_path, record_property) -> None:
    clone, model, _, _ = learnt
    with serving(model, tmp_path / "serve.log") as server:
        clone.ask(server.base_url, "teacher", "judge", provider="transformers-serve", model=server.model)
        clone.repro()  # answered by the ledger where the test before has run
    served = rungs(clone), rows(clone), verdicts(clone)
    local = {"backend": "transformers", "provider": "local", "model": str(model)}
    clone.put(**{f"judge__model__{name}": value for name, value in local.items()})
    judging = clone.repro("judge@tuned")
    assert judging.ran == {"judge@tuned"}
    judged = verdicts(clone)
    clone.put(**{f"teacher__{name}": value for name, value in local.items()})
    teaching = clone.repro("generate@nasa_rnd")
    assert teaching.ran == {"generate@nasa_rnd"}
    record_property("rows kept, backend transformers", len(rows(clone)))
    record_property("rungs, backend transformers", rungs(clone))
    record_property("verdicts, backend transformers", count(judged))
    record_property("seconds, backend transformers", [round(teaching.seconds), round(judging.seconds)])
    assert (rungs(clone), rows(clone), judged) == served
