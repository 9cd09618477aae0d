"""What a person sees of a stage: lines without a terminal, a bar on one, one line at the end, and what it cost."""

import json
import sys
from contextlib import closing
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from domaintune.core.stage import progress
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.progress import Meter, end_line, spend, told, track


def lost(name: str, reason: str, kind: str = "rejected") -> Reject:
    return Reject.of("generate", name, reason, "", "", kind=kind)


def test_without_a_terminal_there_is_a_line_every_thirty_seconds_and_none_of_what_ends_sooner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = count()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    monkeypatch.setattr(progress, "NAMED", ["grade (all): "])
    assert list(track(range(100), 100, "asking")) == list(range(100))
    assert capsys.readouterr().err.splitlines() == [
        "grade (all): asking: 30 of 100, 70.0 s left, 1 a second",
        "grade (all): asking: 60 of 100, 40.0 s left, 1 a second",
        "grade (all): asking: 90 of 100, 10.0 s left, 1 a second",
    ]
    list(track(range(29), None, "records"))
    assert capsys.readouterr().err == ""
    with closing(Meter("training", None)) as meter:
        meter.total, meter.first, meter.note = 1000, 900, "; loss 1.5000"
        for step in range(901, 931):  # what was done before this run does not count
            meter.at(step)
    line = "grade (all): training: 930 of 1,000, 70.0 s left, 1 a second; loss 1.5000\n"
    assert capsys.readouterr().err == line


def test_the_last_line_is_made_from_the_accounting_and_says_where_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    accounts, requests = Accounts("generate", "qa", "pairs"), Accounts("generate", "qa", "requests", kept=3)
    rejects = [lost(str(n), reason) for n, reason in enumerate("aaabbcd")] + [lost("x", "twin", "duplicate")]
    accounts.rows_in, accounts.kept, accounts.parts["requests"] = 1008, 1000, requests
    accounts.lose(rejects)
    accounts.write(books := tmp_path / "books.json")
    given = {"accounting": books, "out": Path("data/@kind/qa")}
    monkeypatch.setattr(progress, "SPENT", {"requests": 1200})
    line = end_line("generate", "qa", given)
    told_of = "generate (qa): 1,008 pairs in, 1,000 kept, 8 lost (a 3, b 2, twin 1, …); 3 requests in, 3 kept, 0 lost; "
    assert line.startswith(f"{told_of}1,200 requests sent; ")
    assert line.endswith(f". See {books}.")
    table = Path("data/documents/qa/rejects.parquet")
    table.parent.mkdir(parents=True)
    table.touch()
    assert end_line("generate", "qa", given).endswith(f". Lost pairs: domaintune show {table}")
    assert end_line("report", "all", {"accounting": tmp_path, "out": "a/b"}).endswith(". See a/b.")


def test_what_a_stage_cost_is_kept_also_if_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError), told("judge", "tuned", "1", {}):  # noqa: PT012 it spends before it fails
        spend(requests=2, tokens_read=10, money=0.5)
        spend(requests=1, tokens_read=5)
        raise InputError
    cost = json.loads((tmp_path / ".domaintune/costs/judge@tuned.json").read_text())
    assert (cost["ended"], cost["requests"], cost["tokens_read"], cost["money"]) == ("failed", 3, 15, 0.5)
    assert cost["seconds"] > 0
    assert 0.01 <= cost["peak_GiB"] < 1000
    assert capsys.readouterr().out == ""
    with told("judge", "tuned", "2", {}):
        pass
    cost = json.loads((tmp_path / ".domaintune/costs/judge@tuned.json").read_text())
    assert (cost["ended"], "requests" in cost) == ("done", False)
    assert capsys.readouterr().out.startswith("judge (tuned): ")


def test_on_a_terminal_there_is_a_bar_and_the_items_are_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "TERMINAL_S", 0)
    assert list(track(range(40), 40, "records")) == list(range(40))
    said = capsys.readouterr().err
    assert "\x1b[" in said
    assert "records: 40 of 40" in said
