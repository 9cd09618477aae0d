"""A stage holds its lock, ends with the process that started it, and prints one message for what a user can mend."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from domaintune.core.seeds import derive_seed, unit_interval
from domaintune.core.stage.errors import BusyError, ParamsError, VersionError
from domaintune.core.stage.files import replacing, to_json, write_text
from domaintune.core.stage.running import check_installed, guarded, running, with_key

HOLD = "import sys, time\nfrom domaintune.core.stage.running import running\nwith running('s', 'x'):\n    print('held', flush=True)\n    time.sleep(60)\n"


def start(folder: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


def lock_nothing(folder: Path) -> None:
    (folder / "locks").mkdir()
    (folder / "locks/s.txt").touch()


def test_a_second_run_of_the_same_item_is_told_which_process_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lock_nothing(tmp_path)
    holder = start(tmp_path, sys.executable, "-c", HOLD)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        with pytest.raises(BusyError, match=f"process {holder.pid} is already running"), running("s", "x"):
            pass
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.parametrize("shell", [False, True])
def test_a_stage_ends_when_its_parent_is_killed_also_behind_a_shell(tmp_path: Path, shell: bool) -> None:
    lock_nothing(tmp_path)
    script = tmp_path / "hold.py"
    script.write_text(HOLD, encoding="utf-8")
    inner = (
        f"['sh', '-c', '{sys.executable} {script}; true']" if shell else f"['{sys.executable}', '{script}']"
    )
    parent = start(tmp_path, sys.executable, "-c", f"import subprocess\nsubprocess.run({inner})")
    assert parent.stdout is not None
    assert parent.stdout.readline() == "held\n"
    stage = int((tmp_path / ".domaintune/locks/s.x").read_text())
    parent.kill()
    parent.communicate()
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(stage)
        deadline = time.monotonic() + 10
        while process.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline, "it goes on"
            time.sleep(0.05)


@pytest.mark.parametrize("stage", [None, "train", "train@", "train@a;b", "train@a\n"])
def test_a_command_without_a_well_formed_name_is_refused(
    stage: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_STAGE", "../dvc.yaml:train@tuned")
    assert with_key("data/@key.csv") == "data/tuned.csv"
    monkeypatch.delenv("DVC_STAGE") if stage is None else monkeypatch.setenv("DVC_STAGE", stage)
    assert with_key("data/a.csv") == "data/a.csv"
    with pytest.raises(ParamsError, match=r"put DVC_STAGE=stage@name before the command"):
        with_key("data/@key.csv")


def test_a_library_of_another_version_stops_the_stage_and_names_the_way_out(tmp_path: Path) -> None:
    excerpt = tmp_path / "s.txt"
    excerpt.write_text("polars==0.0.1\nno-such-library==1.0\n", encoding="utf-8")
    with pytest.raises(VersionError, match=r"(?s)polars: locked 0\.0\.1.*no-such-library.*make setup"):
        check_installed(excerpt)


def test_a_failed_write_leaves_the_old_file_alone_and_what_a_kill_left_beside_it_goes_with_the_next(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyError), replacing(path) as temporary:  # noqa: PT012 the block must write before it fails
        temporary.write_text("half")
        raise KeyError
    assert [(left.name, left.read_text()) for left in tmp_path.iterdir()] == [("a.txt", "old")]
    if (child := os.fork()) == 0:
        with replacing(path) as temporary:
            temporary.write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert len(list(tmp_path.iterdir())) == 2
    write_text(path, "whole")
    assert [(left.name, left.read_text()) for left in tmp_path.iterdir()] == [("a.txt", "whole")]


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space"),
        *((one, "folder that is yours") for one in (errno.EROFS, errno.EACCES)),
    ],
)
def test_a_full_disk_and_a_folder_that_cannot_be_written_are_one_message(
    number: int, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused() -> None:
        raise OSError(number, os.strerror(number), ".domaintune/locks")

    with pytest.raises(SystemExit):
        guarded(refused)
    told = rf"error: \.domaintune/locks: .*{os.strerror(number)}.*{advice}.*\n"
    assert re.fullmatch(told, capsys.readouterr().err)


def test_nan_never_reaches_a_json_file_and_seeds_are_the_same_in_another_process() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json({"loss": float("nan")})
    code = "from domaintune.core.seeds import derive_seed; print(derive_seed(1, 'a', 'b'))"
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    assert int(subprocess.check_output([sys.executable, "-c", code], env=env)) == derive_seed(1, "a", "b")
    assert derive_seed(1, "ab") != derive_seed(1, "a", "b")
    assert 0 <= unit_interval(1, "a") < 1
