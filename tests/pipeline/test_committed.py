"""What a user ran, set or committed in the repository does not reach the clones that tests make of it."""

import subprocess
from pathlib import Path

import pytest
from committed import copy_repository, shipped

HELD = {"params.yaml": "rank: 16\n", "metrics/compare.json": "{}\n", "data/raw/.gitkeep": "", "src/old.py": "", "src/run.py": "a = 1\n"}  # fmt: skip
RAN = {"params.yaml": "rank: 32\n", "metrics/compare.json": '{"gain": 2}\n', "dvc.lock": "stages: {}\n"}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A repository in which a user ran the pipeline and then changed a source file."""
    write(tmp_path / "used", HELD)
    git(tmp_path / "used", "init", "-q")
    commit(tmp_path / "used")
    write(tmp_path / "used", RAN)
    return tmp_path / "used"


def git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *who, *words], cwd=root, check=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "state")


def files(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_clone_holds_changed_sources_and_nothing_that_was_run(used: Path, tmp_path: Path) -> None:
    write(used, {"src/run.py": "a = 2\n", "src/new.py": "b = 3\n"})
    (used / "src/old.py").unlink()
    copy_repository(tmp_path / "clone", used)
    expected = HELD | {"src/run.py": "a = 2\n", "src/new.py": "b = 3\n"}
    assert files(tmp_path / "clone") == {k: v for k, v in expected.items() if k != "src/old.py"}


def test_a_committed_run_leaves_the_clone_something_to_commit(used: Path, tmp_path: Path) -> None:
    commit(used)
    copy_repository(tmp_path / "clone", used)
    assert "dvc.lock" not in files(tmp_path / "clone")
    assert shipped("metrics/compare.json", used) == "{}\n"
