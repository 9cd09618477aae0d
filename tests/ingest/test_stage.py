"""The data stages as `dvc.yaml` runs them: sample, ingest, reconcile."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from committed import PARAMS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    shutil.copytree(ROOT / "locks", folder / "locks")
    shutil.copy(PARAMS, folder)
    done = run(folder, "sample", "corpus", "nasa", out="data/raw/starter/nasa")
    assert done.returncode == 0, done.stderr
    return folder


def run(
    place: Path, stage: str, option: str, key: str, out: str, *more: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"domaintune.{stage}", "--params", "params.yaml", f"--{option}", key]
    command += ["--out", out, "--accounting", f"data/accounting/{stage}/{key}.json", *more]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=120)


def accounting(place: Path, stage: str, key: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((place / f"data/accounting/{stage}/{key}.json").read_text())
    return loaded


def test_the_starter_goes_from_raw_files_to_documents_and_agreement(place: Path) -> None:
    for key, name in (("starter_awards", "awards.csv"), ("starter_projects", "projects.csv")):
        out = f"data/documents/{key}"
        done = run(place, "ingest", "source", key, out, "--raw", f"data/raw/starter/nasa/{name}")
        assert done.returncode == 0, done.stderr
        documents = pl.read_parquet(place / out / "documents.parquet")
        rejects = pl.read_parquet(place / out / "rejects.parquet")
        found = accounting(place, "ingest", key)
        assert (found["kept"], found["in"]) == (documents.height, documents.height + rejects.height)
        assert not documents["text"].str.contains("&#|â€|\ufffd|\n").any()
    more = ("--documents", "data/documents/starter_projects", "--raw", "data/raw/starter/nasa/reference.csv")
    done = run(place, "reconcile", "reference", "starter_spending", "data/reconciled/starter_spending", *more)
    assert done.returncode == 0, done.stderr
    agreement = json.loads((place / "data/reconciled/starter_spending/agreement.json").read_text())
    assert 0.9 < agreement["fields"]["firm"]["fraction_fuzzy"] < 1
    assert agreement["fields"]["firm"]["fuzzy"] > 0


def test_the_same_raw_file_gives_the_same_bytes(place: Path) -> None:
    raw = ("--raw", "data/raw/starter/nasa/awards.csv")
    for out in ("one", "two"):
        assert run(place, "ingest", "source", "starter_awards", out, *raw).returncode == 0
    for name in ("documents.parquet", "rejects.parquet"):
        assert (place / "one" / name).read_bytes() == (place / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"project_id,title\n1,a\n", "are missing"),
        ("제목,초록\n이온,막\n".encode("cp949") * 9, "iconv -f CP949"),
        (None, "found nothing"),
    ],
)
def test_a_bad_file_is_one_message_and_nothing_is_written(
    place: Path, content: bytes | None, message: str
) -> None:
    raw = place / "bad.csv"
    raw.unlink(missing_ok=True)
    if content is not None:
        raw.write_bytes(content)
    done = run(place, "ingest", "source", "starter_projects", "out_of_bad", "--raw", "bad.csv")
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (place / "out_of_bad").exists()
