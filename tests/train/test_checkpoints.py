"""What a training may go on from, on folders made by hand; and what a full disk leaves of one."""

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from domaintune.core.models.pointer import writing
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import write_json
from domaintune.train.checkpoints import MARKER, inputs_hash, mark_complete, newest_complete

WEIGHTS, OPTIMIZER, STATE = "adapter_model.safetensors", "optimizer.pt", "trainer_state.json"


def saved(folder: Path, step: int, best: int) -> Path:
    checkpoint = folder / f"checkpoint-{step}"
    checkpoint.mkdir()
    save_file({"a": np.arange(100.0) + step}, checkpoint / WEIGHTS)
    (checkpoint / OPTIMIZER).write_bytes(b"moments" * 50)
    write_json(checkpoint / STATE, {"best_model_checkpoint": f"anywhere/checkpoint-{best}"})
    mark_complete(checkpoint)
    return checkpoint


@pytest.fixture(name="pair")
def two_whole_ones(tmp_path: Path) -> tuple[Path, Path]:
    return saved(tmp_path, 2, best=2), saved(tmp_path, 10, best=2)


def test_a_checkpoint_without_its_marker_is_removed(pair: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(pair[1], tmp_path / "checkpoint-12", ignore=shutil.ignore_patterns(MARKER))
    assert newest_complete(tmp_path) == pair[1]
    assert not (tmp_path / "checkpoint-12").exists()
    assert newest_complete(tmp_path / "none") is None


@pytest.mark.parametrize("name", [WEIGHTS, OPTIMIZER, STATE])
def test_a_zeroed_tail_of_any_file_is_torn_and_training_goes_back_one(
    name: str, pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert newest_complete(tmp_path) == pair[1]
    assert capsys.readouterr().err == ""
    whole = (pair[1] / name).read_bytes()
    (pair[1] / name).write_bytes(whole[:-20] + bytes(20))
    assert newest_complete(tmp_path) == pair[0]
    assert not pair[1].exists()
    assert capsys.readouterr().err == (
        f"train: removed checkpoint-10 (not as it was written: {name}); going on from checkpoint-2, there is nothing "
        "to restore\n"
    )


@pytest.mark.parametrize(
    "damaged", [b"", bytes(40), b"[]", b'{"optimizer.pt": 350', b"\xff\xfe", b'{"optimizer.pt": 350}']
)
def test_a_damaged_marker_is_a_torn_checkpoint_and_nothing_to_check_out(
    damaged: bytes, pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pair[1] / MARKER).write_bytes(damaged)
    assert newest_complete(tmp_path) == pair[0]
    assert not pair[1].exists()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "checkpoint-10" in said
    assert "checkout" not in said


@pytest.mark.parametrize("state", [b"[]", b"{}", b"null", None])
def test_what_another_run_wrote_and_a_state_without_its_best_are_no_checkpoints_to_go_on_from(
    state: bytes | None, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other-run"
    other.mkdir()
    shutil.copytree(saved(other, 12, best=12), tmp_path / "checkpoint-12")
    (tmp_path / "checkpoint-14").symlink_to(other / "checkpoint-12")
    shutil.copytree(pair[1], tmp_path / "checkpoint-99")
    if state is None:
        (pair[1] / STATE).unlink()
    else:
        (pair[1] / STATE).write_bytes(state)
    mark_complete(pair[1])
    assert newest_complete(tmp_path) == pair[0]
    assert sorted(path.name for path in tmp_path.glob("checkpoint-*")) == ["checkpoint-14", "checkpoint-2"]
    assert (other / "checkpoint-12" / MARKER).is_file()


def test_a_checkpoint_whose_best_is_torn_would_end_in_other_weights_and_is_removed_too(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pair[0] / WEIGHTS).write_bytes(b"")
    assert newest_complete(tmp_path) is None
    assert not pair[1].exists()
    said = capsys.readouterr().err
    assert "its best, checkpoint-2, is gone" in said
    assert "going on from the beginning" in said


def test_the_marker_is_written_after_every_file_is_on_the_disk(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (pair[0] / MARKER).unlink()
    synced = []

    def record(descriptor: int) -> None:
        assert not (pair[0] / MARKER).exists()
        synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))

    monkeypatch.setattr(os, "fsync", record)
    mark_complete(pair[0])
    assert {pair[0], *(pair[0] / name for name in (WEIGHTS, OPTIMIZER, STATE))} <= set(synced)
    assert (pair[0] / MARKER).is_file()


def test_other_inputs_have_another_checkpoint_folder() -> None:
    assert inputs_hash("rows", {"r": 8}) == inputs_hash("rows", {"r": 8})
    assert inputs_hash("rows", {"r": 8}) != inputs_hash("rows", {"r": 16})


@pytest.fixture
def no_space() -> Iterator[None]:
    """Let no file grow beyond 4 KiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _by_tokenizers(path: Path) -> None:
    from tokenizers import Tokenizer, models

    Tokenizer(models.WordLevel({str(n): n for n in range(2000)}, "0")).save(str(path))


def _by_torch(path: Path) -> None:
    import torch

    torch.save({"a": torch.ones(9000)}, path)


@pytest.mark.usefixtures("no_space")
@pytest.mark.parametrize(
    "write",
    [
        lambda path: save_file({"a": np.ones(9000)}, path),
        lambda path: path.write_bytes(bytes(9000)),
        _by_torch,
        _by_tokenizers,
    ],
    ids=["safetensors", "python", "torch", "tokenizers"],
)
def test_a_full_disk_is_one_message_and_no_partial_folder(
    write: Callable[[Path], None], tmp_path: Path
) -> None:
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(InputError, match=r"adapter: could not be written .*Free some space"), writing(folder):
        write(folder / "large")
    assert not folder.exists()


def test_an_error_that_is_not_of_the_disk_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes differ"), writing(tmp_path / "adapter"):
        raise RuntimeError("shapes differ")
