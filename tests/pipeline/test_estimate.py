"""`domaintune estimate` in real clones: what it counts is what the next `dvc repro` sends to a real HTTP server."""

import json
import sqlite3
from contextlib import closing

import polars as pl
import pytest
from openai_server import Server

NAME, RESPONSES = "generate@summarise_extract", "responses/generate/summarise_extract.parquet"
ABSTRACT = (
    "Balloon number {n} carries a lidar above a volcanic lake. The winch holds 900 m of line and the instrument measures "
    "sulfur plumes at night, which helps observers plan safer flights in region {n}."
)
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
        fields = {"request_per": "document", "fields": ["text"], "max_documents": None}
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
    before = status(clone)
    told = clone.run("domaintune", "estimate", "--json", *words)
    assert status(clone) == before
    return {row["stage"]: row for row in json.loads(told[told.index("[\n") :])} if "[\n" in told else {}


def status(clone) -> list[str]:
    """Return what git sees in the project, but for what Python compiles."""
    lines = clone.run("git", "status", "--short", "--ignored").splitlines()
    return [line for line in lines if not line.endswith("__pycache__/")]


def sent_by(server, run) -> int:
    before = server.requests
    run()
    return server.requests - before


def answers_in(clone) -> int:
    with closing(sqlite3.connect(clone.env["DOMAINTUNE_LEDGER"])) as ledger:
        return int(ledger.execute("SELECT count(*) FROM answers").fetchone()[0])


MADE = ("generate@summarise_extract", "translate@pumps_ko")


def test_the_estimate_is_what_the_next_run_sends_and_nothing_is_sent_for_it(asking) -> None:
    clone, server = asking
    first = estimated(clone)
    assert server.requests == answers_in(clone) == 0
    assert set(first) == {*MADE, "grade@nasa", "answer@first", "answer@second", "judge@second"}
    for name in MADE:
        assert [sent_by(server, lambda name=name: clone.repro(name))] * 2 == first[name]["requests"]
    assert "requests" not in first["grade@nasa"]
    clone.commit()


@pytest.mark.slow
def test_a_later_stage_asks_at_most_what_is_estimated_before_it_can_be_told(asking) -> None:
    clone, server = asking
    first = estimated(clone)
    clone.repro(*MADE)
    second = estimated(clone)
    for name in ("grade@nasa", "answer@first", "answer@second"):
        assert [sent_by(server, lambda name=name: clone.repro(name))] * 2 == second[name]["requests"]
    third = estimated(clone)["judge@second"]["requests"]
    assert (
        third[0] == third[1] <= second["judge@second"]["requests"][1] == first["judge@second"]["requests"][1]
    )
    # some of the calibration items are answered then, which says nothing about the judge
    assert sent_by(server, lambda: estimated(clone, "--pilot", "5")) == 5
    assert sent_by(server, lambda: clone.repro("judge@second")) == third[0] - 5
    assert sent_by(server, lambda: estimated(clone)) == 0
    assert estimated(clone) == {}
    clone.commit()


@pytest.mark.slow
def test_an_added_document_is_estimated_alone_and_a_pilot_s_answers_are_not_asked_for_again(asking) -> None:
    clone, server = asking
    own = clone.path / "projects.csv"
    rows = pl.read_csv(clone.path / "data/raw/starter/nasa/projects.csv", infer_schema=False)
    more = [
        {
            "project_id": f"X-{n}",
            "title": f"Tethered lidar {n} for volcanic lakes",
            "abstract": ABSTRACT.format(n=n),
        }
        for n in range(12)
    ]
    pl.concat([rows, pl.DataFrame(more)], how="diagonal").write_csv(own)
    clone.put(sources__starter_projects__path=own.name)
    whole = estimated(clone)[NAME]
    assert whole["requests"] == [12, 12]
    pilot = {}
    assert sent_by(server, lambda: pilot.update(estimated(clone, "--pilot", "6"))) == 6
    left = pilot[NAME]
    assert left["requests"] == [one - 6 for one in whole["requests"]] == estimated(clone)[NAME]["requests"]
    assert left["minutes"][0] > 0
    before = clone.table(RESPONSES)
    assert [sent_by(server, lambda: clone.repro(NAME))] * 2 == left["requests"]
    # what came is where it was expected: tokens written within the interval, tokens read where the server counts them
    after = clone.table(RESPONSES).join(before, on="key", how="anti")
    assert after.height == whole["requests"][0]
    low, high = left["tokens_written"]
    share = left["requests"][0] / after.height
    assert 0.9 * low <= after["completion_tokens"].sum() * share <= 1.1 * high
    assert left["tokens_read"][0] == pytest.approx(after["prompt_tokens"].sum() * share, rel=0.15)
    money = [
        read * 1.0 + written * 2.0
        for read, written in zip(left["tokens_read"], left["tokens_written"], strict=True)
    ]
    assert left["money"] == pytest.approx([one / 1e6 for one in money])
