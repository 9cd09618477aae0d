"""`domaintune source add`."""

import difflib
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domaintune.cli.document_columns import match_names
from domaintune.cli.proposing import propose
from domaintune.cli.source import app, key_of
from domaintune.core.sections.sources import Source
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import load_mapping
from domaintune.ingest.from_sbir_api import COLUMNS

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


def add(params: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["add", *arguments, "--params", str(params)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def removed(before: str, after: str) -> set[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return {line[2:] for line in lines if line.startswith("- ")}


@pytest.mark.parametrize(
    "sources", [ENTRIES.rstrip(), "sources: {}", "sources: {}  # raw corpora", "sources:"]
)
def test_the_entry_is_added_and_every_other_line_stays(tmp_path: Path, raw: Path, sources: str) -> None:
    params = tmp_path / "params.yaml"
    before = PARAMS.format(sources=sources)
    params.write_text(before, encoding="utf-8")
    output = add(params, str(raw))
    after = params.read_text(encoding="utf-8")
    assert removed(before, after) <= {line for line in before.splitlines() if line.startswith("sources: ")}
    assert ("# raw corpora" in before) == ("# raw corpora" in after)
    entry = load_mapping(params, Source)["my_papers_2024"]
    assert entry.columns is not None
    assert (entry.columns.title, entry.columns.text) == ("Project Title", "Summary")
    assert entry.columns.attributes == {"firm": "Company Name", "year": "FiscalYear"}
    assert (entry.columns.keywords, entry.columns.keyword_separator) == ("Tags", ";")
    assert "my_papers_2024" in output


def test_the_starters_own_params_file_takes_another_entry(tmp_path: Path, raw: Path) -> None:
    params = tmp_path / "params.yaml"
    shutil.copy(Path(__file__).parents[2] / "params.yaml", params)
    before = params.read_text(encoding="utf-8")
    add(params, str(raw), "--name", "mine")
    assert removed(before, params.read_text(encoding="utf-8")) == set()
    assert "mine" in load_mapping(params, Source)


def test_a_known_export_is_recognised_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(",".join([*COLUMNS, "more"]) + "\n" + ",".join(["v"] * 9) + "\n", encoding="utf-8")
    assert propose(path).entry.format == "sbir_api"
    techport = tmp_path / "search.json"
    techport.write_text('{"projects": [{"id": 1, "title": "T", "description": "D"}]}', encoding="utf-8")
    assert propose(techport).entry.format == "techport"


def test_a_taken_name_a_bad_name_and_an_unknown_shape_are_refused(tmp_path: Path, raw: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text(PARAMS.format(sources=ENTRIES), encoding="utf-8")
    before = params.read_text(encoding="utf-8")
    with pytest.raises(ParamsError, match="there is such an entry already"):
        add(params, str(raw), "--name", "old")
    with pytest.raises(ParamsError, match="a key matches"):
        add(params, str(raw), "--name", "Not-A-Key")
    other = tmp_path / "other.csv"
    other.write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column looks like title or text"):
        add(params, str(other))
    assert params.read_text(encoding="utf-8") == before


def test_columns_are_matched_by_similar_names_and_used_once() -> None:
    found = match_names(
        ["AwardTitle", "abstracts", "NASA_Applications", "Non-NASA applications", "Award Year"]
    )
    assert found == {
        "title": "AwardTitle",
        "text": "abstracts",
        "nasa_applications": "NASA_Applications",
        "non_nasa_applications": "Non-NASA applications",
        "year": "Award Year",
    }


def test_keys_are_made_of_file_names() -> None:
    assert key_of(Path("data/My Papers-2024.tar.csv")) == "my_papers_2024_tar"
