"""Raw files at which DVC would wait or stop are named before it hashes them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import PARAMS

ODD = ["pipe.txt", "loop.txt", "gone.txt", "out.txt", "\udcff.txt"]


def make(path: Path) -> None:
    """Make what the file's name says."""
    if path.stem == "pipe":
        os.mkfifo(path)
    elif path.stem == "\udcff":
        path.write_text("a text")
    else:
        path.symlink_to(
            {"loop": path, "gone": path.with_name("nowhere"), "out": Path("/dev/zero")}[path.stem]
        )


def name_raw(folder: Path, raw: str) -> None:
    text = PARAMS.read_text(encoding="utf-8")
    shipped = "data/raw/starter/nasa/"
    for name in ("awards.csv", "reference.csv"):
        assert f"{shipped}{name}" in text
        text = text.replace(f"{shipped}{name}", raw)
    (folder / "params.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ODD)
def test_a_file_in_a_source_at_which_dvc_would_wait_or_stop_is_named_by_check(
    name: str, tmp_path: Path, stopped: Callable[[], str]
) -> None:
    (tmp_path / "raw/deep").mkdir(parents=True)
    (tmp_path / "raw/deep/good.txt").write_text("a text")
    (tmp_path / "raw/linked").symlink_to("/")
    make(tmp_path / "raw/deep" / name)
    name_raw(tmp_path, "raw")
    said = stopped()
    shown = name.replace("\udcff", "\\udcff")
    for entry in ("sources.starter_awards", "references.starter_spending"):
        assert f"params.yaml: {entry}.path: raw/deep/{shown} is a " in said
    assert "Move it out of raw: DVC hashes every file of a source before it is read" in said
    assert "good.txt" not in said


@pytest.mark.parametrize("name", ["pipe.txt", "loop.txt", "gone.txt"])
def test_a_source_at_which_dvc_would_wait_or_stop_is_named_by_check(
    name: str, tmp_path: Path, stopped: Callable[[], str]
) -> None:
    make(tmp_path / name)
    name_raw(tmp_path, name)
    assert f"sources.starter_awards.path: {name} is a " in stopped()
