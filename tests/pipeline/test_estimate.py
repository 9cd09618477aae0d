"""`domaintune estimate` in real clones: what it counts is what the next `dvc repro` sends to a real HTTP server."""

import json
import shutil

import polars as pl
import pytest
from openai_server import Server

TASK = "catalog/tasks/summarise_extract.yaml"
PUMPS = {"source": "pumps", "task": "pumps", "group": "survey", "use": "train", "to": "ko", "max_rows": None}
FILTERS = {
    "empty_output": True, "min_chars": 0, "min_chars_of": "row", "output_equals_input": True, "refusals": True,
    "wrong_language": "none", "duplicate_instruction": True,
}  # fmt: skip
SOURCE = {
    "path": "../pumps.json", "kind": "instructions", "format": "alpaca", "languages": ["en"], "licence": "CC0",
    "origin": "public", "filters": FILTERS,
}  # fmt: skip


def served_arm(baseline: str, model: str) -> dict[str, object]:
    endpoint = {"server": "reference", "provider": "loopback", "model": model}
    return {"model": "original", "mixture": None, "baseline": baseline, "endpoint": endpoint}


@pytest.fixture(scope="module")
def asking(new_clone):
    """A clone in which nothing ran, with a server for everyone who is asked."""
    with Server() as server:
        clone = new_clone()
        clone.recipe("nasa_rnd")
        clone.ask(server.base_url, "teacher", "judge", "grade", provider="loopback", model="m")
        fields = {"request_per": "document", "fields": ["text"], "max_documents": 40}
        task = {"group": "nasa", "sources": ["starter_projects"], "reads": "documents", **fields}
        rows = [
            {"instruction": f"Say how pump {n} works.", "output": f"Pump {n} moves water."} for n in range(12)
        ]
        (clone.path.parent / "pumps.json").write_text(json.dumps(rows), encoding="utf-8")
        clone.put(
            runtime__servers__reference={"base_url": server.base_url, "api_key_env": None},
            runtime__servers__teacher__price_in=1.0,
            runtime__servers__teacher__price_out=2.0,
            tasks={"summarise_extract": task},
            answer__questions__n=8,
            gradings={"nasa": {"groups": ["nasa"], "spec": "quality", "language": "en", "max_rows": 6}},
            sources__pumps=SOURCE,
            sets={"pumps_ko": PUMPS},
            arms={"first": served_arm("first", "m"), "second": served_arm("first", "n")},
        )
        clone.commit()
        yield clone, server


def estimated(clone, *words) -> dict[str, dict[str, object]]:
    """Return the estimate by stage; the project must be as it was."""
    before = clone.run("git", "status", "--short", "--ignored"), clone.locked() if clone.ran else None
    told = clone.run("domaintune", "estimate", "--json", *words)
    assert (
        clone.run("git", "status", "--short", "--ignored"),
        clone.locked() if clone.ran else None,
    ) == before
    return {row["stage"]: row for row in json.loads(told[told.index("[\n") :])}


def sent_by(server, clone, *targets) -> int:
    before = server.requests
    clone.repro(*targets)
    return server.requests - before


def answers_in(clone) -> int:
    if not Path(clone.env["DOMAINTUNE_LEDGER"]).exists():
        return 0
    with closing(sqlite3.connect(clone.env["DOMAINTUNE_LEDGER"])) as ledger:
        return int(ledger.execute("SELECT count(*) FROM answers").fetchone()[0])


def test_stage_by_stage_the_estimate_is_what_the_next_run_sends(asking) -> None:
    clone, server = asking
    first = estimated(clone)
    assert server.requests == answers_in(clone) == 0
    paid = ["generate@summarise_extract", "translate@pumps_ko"]
    assert sorted(first) == [
        *paid[:1],
        "grade@nasa",
        "answer@first",
        "answer@second",
        "judge@second",
        paid[1],
    ]
