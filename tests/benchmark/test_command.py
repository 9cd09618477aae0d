"""What a user types to get the same numbers with lm-eval alone."""

from pathlib import Path
from typing import Any

import pytest

from domaintune.benchmark.command import model_arguments, readme
from domaintune.benchmark.loading import LoadedArm
from domaintune.core.models.extension import EXTENSION, Extension
from domaintune.core.models.pointer import Pointer
from domaintune.core.stage.files import write_json, write_text


def pointer(kind: Any, **changes: Any) -> Pointer:
    values = {
        "name": "n",
        "path": None,
        "repo_id": None,
        "revision": None,
        "trust_remote_code": False,
        "files": {},
    }
    return Pointer(**values | {"kind": kind} | changes)


def arm(base: Pointer, *, trained: bool) -> LoadedArm:
    described = {"trained": trained, "precision": "fp32", "quantization": "none"}
    return LoadedArm(
        model=None,
        tokenizer=None,
        template="alpaca",
        line="",
        context=None,
        stops=[],
        described=described,
        pointer=base,
    )


@pytest.fixture(name="adapter")
def adapter_of_some_arm(tmp_path: Path) -> Path:
    write_text(tmp_path / "adapter" / "adapter_config.json", "{}")
    return tmp_path / "adapter"


def test_an_adapter_is_put_on_its_foundation_and_a_whole_model_stands_for_itself(
    adapter: Path, tmp_path: Path
) -> None:
    hub = pointer("hub", repo_id="a/b", revision="c0ffee")
    loaded = model_arguments(arm(hub, trained=True), tmp_path / "m", adapter)
    assert loaded == f"pretrained=a/b,revision=c0ffee,dtype=float32,peft={adapter}"
    whole = model_arguments(arm(hub, trained=True), tmp_path / "m", tmp_path / "whole")
    assert whole == f"pretrained={tmp_path / 'whole'},dtype=float32"
    assert model_arguments(arm(hub, trained=False), tmp_path / "m", adapter) == (
        "pretrained=a/b,revision=c0ffee,dtype=float32"
    )


def test_added_tokens_come_with_the_adapter_s_tokenizer_on_the_base_or_the_page_says_why_not(
    adapter: Path, tmp_path: Path
) -> None:
    extension = Extension(model="original", base=pointer("starter"), first=9, pieces=[[1, 2]])
    write_json(tmp_path / "korean" / EXTENSION, extension.model_dump())
    extended = pointer("extended")
    loaded = model_arguments(arm(extended, trained=True), tmp_path / "korean", adapter)
    assert loaded == f"pretrained={tmp_path / 'original'},dtype=float32,tokenizer={adapter},peft={adapter}"
    untrained = model_arguments(arm(extended, trained=False), tmp_path / "korean", adapter)
    assert untrained is None
    page = readme("base", tmp_path, ["kmmlu"], untrained, 4)
    assert "are in no file that lm-eval could load" in page
    assert "lm_eval run" not in page
