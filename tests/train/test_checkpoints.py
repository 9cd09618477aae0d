"""What a training may go on from, on folders made by hand; and what a full disk leaves of one."""

import os
import re
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models

from domaintune.core.models.pointer import writing
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import write_json
from domaintune.train.checkpoints import MARKER, mark_complete, newest_complete
from domaintune.train.stage import Places, checkpoint_folder

from .conftest import settings

Pair = tuple[Path, Path]
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
def two_whole_ones(tmp_path: Path) -> Pair:
    return saved(tmp_path, 2, best=2), saved(tmp_path, 10, best=2)


MARKERS = [b"", bytes(40), b"[]", b'{"optimizer.pt": 350', b"\xff\xfe", b'{"optimizer.pt": 350}']


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [(name, None, f"not as it was written: {name}") for name in (WEIGHTS, OPTIMIZER, STATE)]
    + [(MARKER, content, "[^\n]*") for content in MARKERS],
)
def test_a_zeroed_tail_or_damaged_marker_is_a_torn_checkpoint_and_training_goes_back_one_with_nothing_to_check_out(
    name: str, content: bytes | None, fault: str, pair: Pair, tmp_path: Path, capsys: Any
) -> None:
    assert newest_complete(tmp_path) == pair[1]
    assert capsys.readouterr().err == ""
    damaged = (pair[1] / name).read_bytes()[:-20] + bytes(20) if content is None else content
    (pair[1] / name).write_bytes(damaged)
    assert newest_complete(tmp_path) == pair[0]
    assert not pair[1].exists()
    said = capsys.readouterr().err
    end = "going on from checkpoint-2, there is nothing to restore\n"
    assert re.fullmatch(rf"train: removed checkpoint-10 \({fault}\); {end}", said)
    assert "checkout" not in said


@pytest.mark.parametrize("state", [b"[]", b"{}", b"null", None])
def test_what_another_run_wrote_or_not_to_its_end_and_a_state_without_its_best_are_nothing_to_go_on_from(
    state: bytes | None, pair: Pair, tmp_path: Path
) -> None:
    other = tmp_path / "other-run"
    other.mkdir()
    shutil.copytree(saved(other, 12, best=12), tmp_path / "checkpoint-12")
    (tmp_path / "checkpoint-14").symlink_to(other / "checkpoint-12")
    shutil.copytree(pair[1], tmp_path / "checkpoint-99")
    shutil.copytree(pair[1], tmp_path / "checkpoint-13", ignore=shutil.ignore_patterns(MARKER))
    assert newest_complete(tmp_path) == pair[1]
    if state is None:
        (pair[1] / STATE).unlink()
    else:
        (pair[1] / STATE).write_bytes(state)
    mark_complete(pair[1])
    assert newest_complete(tmp_path) == pair[0]
    assert sorted(path.name for path in tmp_path.glob("checkpoint-*")) == ["checkpoint-14", "checkpoint-2"]
    assert (other / "checkpoint-12" / MARKER).is_file()
    assert newest_complete(tmp_path / "none") is None


def test_a_checkpoint_whose_best_is_torn_would_end_in_other_weights_and_is_removed_too(
    pair: Pair, tmp_path: Path, capsys: Any
) -> None:
    (pair[0] / WEIGHTS).write_bytes(b"")
    assert newest_complete(tmp_path) is None
    assert not pair[1].exists()
    said = capsys.readouterr().err
    assert "its best, checkpoint-2, is gone" in said
    assert "going on from the beginning" in said


def test_the_marker_is_written_after_every_file_is_on_the_disk(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
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


def test_other_inputs_have_another_checkpoint_folder(
    mixture: Path, tiny_foundation: Path, tmp_path: Path
) -> None:
    (code := tmp_path / "code.txt").write_text("")
    places = Places(mixture, tiny_foundation, code, tmp_path, tmp_path, tmp_path)
    folders = [checkpoint_folder(places, settings({"r": r}), ["cpu", 1]) for r in (8, 8, 16)]
    assert folders[0] == folders[1] != folders[2]


@pytest.fixture
def no_space() -> Iterator[None]:
    """Let no file grow beyond 4 KiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


WRITERS: dict[str, Callable[[Path], Any]] = {
    "safetensors": lambda path: save_file({"a": np.ones(9000)}, path),
    "python": lambda path: path.write_bytes(bytes(9000)),
    "torch": lambda path: torch.save({"a": torch.ones(9000)}, path),
    "tokenizers": lambda path: Tokenizer(models.WordLevel({str(n): n for n in range(2000)}, "0")).save(
        str(path)
    ),
}


@pytest.mark.usefixtures("no_space")
@pytest.mark.parametrize("library", WRITERS)
def test_a_full_disk_is_one_message_and_no_partial_folder_and_another_error_stays_what_it_is(
    library: str, tmp_path: Path
) -> None:
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(InputError, match=r"adapter: could not be written .*Free some space"), writing(folder):
        WRITERS[library](folder / "large")
    assert not folder.exists()
    with pytest.raises(RuntimeError, match="shapes differ"), writing(folder):
        raise RuntimeError("shapes differ")
