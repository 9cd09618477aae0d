"""Foundation pointers: pinned bytes, safetensors only, plain words when offline."""

import shutil
from pathlib import Path

import pytest

from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.pointer import Pointer, fetch, pin_files
from domaintune.core.stage.errors import ModelError


def test_a_changed_byte_and_a_missing_file_are_noticed_before_anything_is_loaded(
    tiny_foundation: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tiny_foundation, tmp_path / "tiny"))
    open_foundation(copy)
    (copy / "config.json").write_text((copy / "config.json").read_text() + " ")
    with pytest.raises(ModelError, match=r"config\.json: its bytes are not those pinned"):
        open_foundation(copy)
    (copy / "config.json").unlink()
    with pytest.raises(ModelError, match=r"config\.json: named in"):
        open_foundation(copy)


def test_pickled_weights_are_refused_and_remote_code_is_pinned_only_where_it_is_trusted(
    tmp_path: Path,
) -> None:
    for name in ("config.json", "pytorch_model.bin", "modeling.py", "notes.md"):
        (tmp_path / name).write_text("x")
    with pytest.raises(ModelError, match=r"only pickles: \['pytorch_model.bin'\]"):
        pin_files(tmp_path)
    (tmp_path / "model.safetensors").write_text("x")
    assert list(pin_files(tmp_path)) == ["config.json", "model.safetensors"]
    assert sorted(pin_files(tmp_path, trust_remote_code=True)) == [
        "config.json",
        "model.safetensors",
        "modeling.py",
    ]


def test_a_hub_model_that_is_not_cached_fails_plainly_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"not in the local cache and the hub cannot be reached"):
        fetch("nobody/nothing", "main", ["*.json"])


def test_nf4_on_a_cpu_is_refused_for_widths_its_kernels_cannot_take(tmp_path: Path) -> None:
    from domaintune.core.models.loading import Foundation, load_model

    (tmp_path / "config.json").write_text('{"hidden_size": 96, "intermediate_size": 128}', encoding="utf-8")
    pointer = Pointer(kind="local", name="narrow", files={})
    with pytest.raises(ModelError, match=r"nf4 on a CPU needs layer widths in multiples of 64, got .*96"):
        load_model(Foundation(tmp_path, pointer), "nf4", "fp32", "cpu")
