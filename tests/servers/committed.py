"""What the repository holds, without what a user ran or set in it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATE = (".dvc", "data", "metrics", "models", "dvc.lock", "params.yaml")
"""What running or trying something out changes. Everything else is source: taken as it lies in the working tree."""


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def copy_repository(path: Path) -> None:
    """Copy HEAD with the working tree's source files, new ones too; a run that was committed is left behind."""
    names = git("ls-files", "-coz", "--exclude-standard").split("\0")[:-1]
    path.mkdir(parents=True)
    kept = git("ls-tree", "-rz", "--name-only", "HEAD", *STATE).split("\0")[:-1]
    archive = subprocess.run(["git", "archive", "HEAD", *kept], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(path)], input=archive.stdout, check=True)
    (path / "dvc.lock").unlink(missing_ok=True)
    for name in names:
        if name.split("/")[0] not in STATE and (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name)


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first place of a text in a file that must hold it."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def shipped(name: str) -> str:
    """Return a file as the repository ships it: as it was before somebody first committed a run."""
    ran = git("log", "--diff-filter=A", "--format=%H", "--", "dvc.lock").split()
    return git("show", f"{ran[-1]}^:{name}" if ran else f"HEAD:{name}")


_FOLDER = tempfile.TemporaryDirectory()
PARAMS = Path(_FOLDER.name) / "params.yaml"
"""params.yaml as it was committed; it goes with the process."""
PARAMS.write_text(git("show", "HEAD:params.yaml"), encoding="utf-8")
