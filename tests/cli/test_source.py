"""`domaintune source add`."""

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from committed import PARAMS as SHIPPED
from typer.testing import CliRunner

from domaintune.cli.source import app
from domaintune.core.sections.sources import Source
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import load_mapping

PARAMS = """\
# top
seed: 1  # of all
{sources}

# --- next ---
ingest:
  min_chars: 80  # kept
"""
ENTRIES = """\
sources:  # raw corpora
  old:  # first
    path: a.csv
    kind: documents
    format: sbir_api
    agency: null
    language: en
    licence: CC0
    columns: null
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "My Papers-2024.csv"
    text = "x" * 150
    path.write_text(
        "Project Title,Summary,Company Name,FiscalYear,Tags\n"
        f"Pump,{text},Acme,2020,a; b\nDrill,{text},Bolt,2021,c; d\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def params(tmp_path: Path) -> Path:
    path = tmp_path / "params.yaml"
    path.write_text("sources: {}\n", encoding="utf-8")
    return path


def run(command: str, params: Path, *arguments: str) -> str:
    words = [command, *arguments, "--params", str(params)]
    return CliRunner().invoke(app, words, catch_exceptions=False).output


def removed(before: str, after: str) -> set[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return {line[2:] for line in lines if line.startswith("- ")}


@pytest.mark.parametrize(
    "sources", [ENTRIES.rstrip(), "sources: {}", "sources: {}  # raw corpora", "sources:"]
)
def test_the_entry_is_added_and_every_other_line_stays(params: Path, raw: Path, sources: str) -> None:
    before = PARAMS.format(sources=sources)
    params.write_text(before, encoding="utf-8")
    output = run("add", params, str(raw))
    after = params.read_text(encoding="utf-8")
    assert removed(before, after) <= {line for line in before.splitlines() if line.startswith("sources: ")}
    assert ("# raw corpora" in before) == ("# raw corpora" in after)
    entry = load_mapping(params, Source)["my_papers_2024"]
    assert entry.columns is not None
    assert (entry.columns.title, entry.columns.text) == ("Project Title", "Summary")
    assert entry.columns.attributes == {"firm": "Company Name", "year": "FiscalYear"}
    assert (entry.columns.keywords, entry.columns.keyword_separator) == ("Tags", ";")
    assert "name my_papers_2024 in the `sources` of a task (`science_qa` suits any" in output


@pytest.mark.parametrize("inside", [True, False])
def test_nothing_is_added_that_dvc_would_wait_for_or_stop_at(params: Path, raw: Path, inside: bool) -> None:
    folder = params.with_name("folder")
    folder.mkdir()
    shutil.copy(raw, folder / "a.csv")
    os.mkfifo(folder / "b.csv")
    with pytest.raises(InputError, match=r"b\.csv is a pipe, socket or device\. .*DVC hashes every file"):
        run("add", params, str(folder if inside else folder / "b.csv"))
    assert params.read_text(encoding="utf-8") == "sources: {}\n"


def test_a_benchmark_is_to_be_named_in_benchmarks_and_in_no_task(params: Path) -> None:
    exam = params.with_name("exam.csv")
    exam.write_text("question,A,B,C,D,answer\nWhich is light?,lead,tin,zinc,lithium,D\n", encoding="utf-8")
    assert "name exam in the `sources` of an entry of `benchmarks`, then" in run("add", params, str(exam))


def test_an_entry_goes_with_its_comments_and_every_other_line_stays(params: Path, raw: Path) -> None:
    head, entry = ENTRIES.split("\n", 1)
    last = entry.replace("old:", "last:  # kept")
    sources = f"{head}\n{entry}    # about its columns\n\n  # about the last\n{last.rstrip()}"
    before = PARAMS.format(sources=sources)
    params.write_text(before, encoding="utf-8")
    assert "removed from `sources`: old\n" in run("remove", params, "old")
    expected = before.replace(f"{entry}    # about its columns\n", "")
    assert params.read_text(encoding="utf-8") == expected
    run("remove", params, "last")
    above, _, below = PARAMS.partition("{sources}")
    left = params.read_text(encoding="utf-8")
    assert left.startswith(f"{above}sources: {{}}  # raw corpora\n")
    assert "# about the last\n" in left
    assert left.endswith(below)
    run("add", params, str(raw), "--name", "mine")
    assert set(load_mapping(params, Source)) == {"mine"}


def test_the_starters_sources_are_removed_and_what_names_them_is_told(params: Path, raw: Path) -> None:
    shutil.copy(SHIPPED, params)
    before = params.read_text(encoding="utf-8")
    run("add", params, str(raw), "--name", "mine")
    assert removed(before, params.read_text(encoding="utf-8")) == set()
    output = run("remove", params, "--starter")
    assert set(load_mapping(params, Source)) == {"mine"}
    named = "tasks.nasa_rnd.sources names starter_awards, starter_projects: name another source, or remove "
    assert f"{named}tasks.nasa_rnd" in output
    assert "references.starter_spending.source names starter_projects: name another" in output
    assert "sample.nasa composes" not in output, "the reference export is still read"
    run("remove", params, "mine")
    assert "sources: {}  # raw corpora;" in params.read_text(encoding="utf-8")
    gone = removed(before, params.read_text(encoding="utf-8"))
    assert [line.partition(" ")[0] for line in gone if not line.startswith("  ")] == ["sources:"]
    with pytest.raises(ParamsError, match="none of its sources comes with this project"):
        run("remove", params, "--starter")


def test_what_is_to_be_run_after_a_removal_ends_well_in_a_new_clone(params: Path) -> None:
    params.write_text(PARAMS.format(sources=ENTRIES), encoding="utf-8")
    said = run("remove", params, "old")
    out = {"path": "out", "hash": "md5", "md5": "0" * 32}
    locked = {"schema": "2.0", "stages": {"make": {"cmd": "make", "outs": [out]}}}
    params.with_name("dvc.yaml").write_text("stages: {make: {cmd: make, outs: [out]}}\n")
    params.with_name("dvc.lock").write_text(json.dumps(locked))
    command = re.findall("`dvc (checkout.*?)`", said)[0].split()
    for arguments in (["init", "-q", "--no-scm"], command):
        subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=params.parent, check=True)


def test_of_several_sources_one_is_taken_out_of_the_list_and_an_unread_corpus_is_told(params: Path) -> None:
    entries = ENTRIES.replace("a.csv", "data/raw/starter/nasa/awards.csv")
    entries += entries.split("\n", 1)[1].replace("old", "other").replace("/nasa/", "/text/")
    rest = "tasks:\n  ask: {sources: [old, other]}\nsample:\n  nasa: {}\n  text: {}\n"
    params.write_text(entries + rest, encoding="utf-8")
    output = run("remove", params, "old")
    assert "tasks.ask.sources names old: take it out\n" in output
    assert "sample.nasa composes a corpus that no entry reads any more" in output
    assert "sample.text" not in output


@pytest.mark.parametrize(
    ("command", "words", "told"),
    [
        ("remove", ["new"], "sources: no entry new; there are old"),
        ("remove", ["old"], "remove old by hand"),
        ("remove", [], "no entry is named"),
        ("add", ["--name", "old"], "there is such an entry already"),
        ("add", ["--name", "Not-A-Key"], "a key matches"),
    ],
)
def test_what_cannot_be_added_or_removed_leaves_the_file_as_it_was(
    params: Path, raw: Path, command: str, words: list[str], told: str
) -> None:
    params.write_text("sources: {old: {path: a.csv}}\n", encoding="utf-8")
    with pytest.raises(ParamsError, match=told):
        run(command, params, *([str(raw)] if command == "add" else []), *words)
    assert params.read_text(encoding="utf-8") == "sources: {old: {path: a.csv}}\n"
