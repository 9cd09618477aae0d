"""Teacher and judge behind `transformers serve`: a tiny model that has learnt the task's JSON.

The tiny model learns by heart what the small server of these tests answers to the pipeline's own prompts, a few
answers fenced or malformed on purpose: greedy decoding must then climb every rung of the repair ladder again.
"""

import hashlib
import json
from typing import Any, NamedTuple

import pytest
from openai_server import Server, answer_with
from others import serving_model
from ruamel.yaml import YAML
from starter_models import learn_by_heart, make_foundation

pytestmark = [pytest.mark.slow, pytest.mark.promise(7), pytest.mark.timeout(1500)]

NOWHERE = "http://127.0.0.1:9/v1"
CALIBRATION = "catalog/calibration/judge.yaml"
# Long enough for the judge's longest re-ask and its answer; wide enough to learn 30 answers by heart.
SIZES = {"hidden_size": 128, "intermediate_size": 256, "layers": 3, "heads": 4}


class Said(NamedTuple):
    """What came of a run's answers."""

    rungs: dict[str, int]
    """How many of generate's requests ended on each rung."""
    rows: set[tuple[str, ...]]
    """What was generated, without the ledger keys, which name the provider."""
    verdicts: dict[str, tuple[Any, ...]]

    def read(self, name: str) -> int:
        """Return how many of a rubric's verdicts could be read."""
        return sum(one[0] == name and one[1] in ("parsed", "repaired") for one in self.verdicts.values())


def said(clone) -> Said:
    requests = clone.json("data/accounting/generate/nasa_rnd.json")["requests"]
    rungs = {rung: requests[rung] for rung in ("parsed", "repaired", "reasked", "unparsed")}
    assert requests["in"] == sum(rungs.values())
    rows = clone.table("generated/nasa_rnd/instructions.parquet")
    judged = clone.table("judgments/tuned/judgments.parquet")
    verdicts = judged.select("id", "rubric", "outcome", "choice", "reason", "scores").iter_rows()
    kept = set(rows.select("document_id", "category", "input", "output").iter_rows())
    return Said(rungs, kept, {name: tuple(rest) for name, *rest in verdicts})


def lesson_of(server: Server) -> list[list[dict[str, str]]]:
    """Return each prompt the server was sent, with what it answered, as conversations."""
    talks = []
    for body in server.bodies:
        digest = hashlib.sha256(json.dumps(body["messages"], sort_keys=True).encode()).hexdigest()
        answer = json.loads(answer_with(server.fault_for(0, digest), body).body)
        talks.append([*body["messages"], answer["choices"][0]["message"]])
    return talks


@pytest.fixture(scope="module")
def learnt(new_clone, tmp_path_factory):
    """A clone that ran against the small server, what was said there, and a model that learnt its answers."""
    clone = new_clone()
    clone.recipe("nasa_rnd")
    clone.put(tasks__nasa_rnd__max_documents=5, answer__questions__n=3, runtime__device="cpu")
    # What it learnt by heart is no judgment: no agreement on calibration items is asked of it, and there are few.
    clone.put(judge__min_agreement=0.0, judge__repeats=1, judge__max_reject_fraction=0.5)
    items = YAML(typ="safe").load((clone.path / CALIBRATION).read_text(encoding="utf-8"))
    items["rows"] = items["rows"][1:3]
    (clone.path / CALIBRATION).write_text(json.dumps(items), encoding="utf-8")
    with Server(faults="fenced~5,malformed~7") as server:
        clone.ask(server.base_url, "teacher", "judge", provider="loopback", model="loopback")
        clone.repro()
        talks = lesson_of(server)
    folder = tmp_path_factory.mktemp("learnt") / "learnt"
    texts = [message["content"] for talk in talks for message in talk]
    make_foundation(folder, texts, "learnt", 1, vocab_size=2176, context=4096, **SIZES)
    learn_by_heart(folder, talks, steps=600, rate=0.006, batch=6)
    return clone, folder, said(clone)


def test_a_model_that_learnt_the_json_says_the_same_through_transformers_serve_and_as_a_local_model(
    learnt, tmp_path, record_property
) -> None:
    clone, model, taught = learnt
    record_property("answers learnt by heart", sum(taught.rungs.values()) + len(taught.verdicts))
    with serving_model(model, tmp_path / "serve.log") as server:
        clone.ask(server.base_url, "teacher", "judge", provider="transformers-serve", model=server.model)
        ran = clone.repro().ran
        record_property("requests to transformers serve", server.requests)
        assert server.requests > 0
    assert {"generate@nasa_rnd", "judge@tuned", "report"} <= ran
    served = said(clone)
    record_property("rows as the small server's", len(served.rows & taught.rows))
    assert len(served.rows) >= 0.8 * sum(served.rungs.values()) > 10
    for rung in ("parsed", "repaired", "reasked"):
        assert taught.rungs[rung] > 0
        assert served.rungs[rung] > 0
    for rubric in ("match", "similarity"):
        assert served.read(rubric) >= 0.8 * taught.read(rubric) > 0
    assert (clone.path / "data/report/report.html").stat().st_size > 10_000

    clone.ask(NOWHERE, "judge", backend="transformers", provider="local", model=str(model))
    assert clone.repro("judge@tuned").ran == {"judge@tuned"}
    judged = said(clone).verdicts
    clone.ask(NOWHERE, "teacher", backend="transformers", provider="local", model=str(model))
    assert clone.repro("generate@nasa_rnd").ran == {"generate@nasa_rnd"}
    assert said(clone)._replace(verdicts=judged) == served
