"""A queued experiment runs in a folder of its own; what it does not change must not run again there."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIPELINE = """\
stages:
  part:
    foreach: {a: {}, b: {}}
    do:
      cmd: mkdir -p data/parts/${key} && echo ${key} > data/parts/${key}/rows.txt
      outs:
        - data/parts/${key}
  together:
    cmd: cat data/parts/*/rows.txt > data/all.txt
    deps: [data/parts]
    outs: [data/all.txt]
  scored:
    cmd: cp params.yaml data/scored.txt
    deps: [data/all.txt]
    params: [batch]
    outs: [data/scored.txt]
"""


def test_a_fan_in_stage_does_not_run_again_in_an_experiment_s_folder(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    dvc = (sys.executable, "-m", "dvc")
    run("git", "init", "-q")
    run("git", "config", "user.email", "somebody@example.org")
    run("git", "config", "user.name", "somebody")
    run(*dvc, "init", "-q")
    for name in (".dvcignore", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "data" / "parts").mkdir(parents=True)
    (tmp_path / "data" / "parts" / ".gitkeep").touch()
    (tmp_path / "dvc.yaml").write_text(PIPELINE, encoding="utf-8")
    (tmp_path / "params.yaml").write_text("batch: 8\n", encoding="utf-8")
    run(*dvc, "repro")
    assert (
        tmp_path / "data" / "parts" / ".gitignore"
    ).is_file()  # DVC writes it here, and not in a new folder
    run("git", "add", "-A")
    run("git", "commit", "-qm", "first run")
    printed = run(*dvc, "exp", "run", "--temp", "-S", "batch=16")
    assert "Running stage 'scored'" in printed
    assert "Running stage 'together'" not in printed
