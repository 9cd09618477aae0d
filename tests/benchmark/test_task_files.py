"""What a user types to get the same numbers with lm-eval alone."""

from pathlib import Path
from typing import Any

import pytest

from domaintune.benchmark.task_files import model_arguments, readme
from domaintune.core.models.pointer import Pointer
from domaintune.core.stage.files import write_text


def pointer(kind: Any, **changes: Any) -> Pointer:
    places = dict.fromkeys(("path", "repo_id", "revision"))
    return Pointer(**places | {"kind": kind, "name": "n", "trust_remote_code": False, "files": {}} | changes)


def described(*, trained: bool) -> dict[str, Any]:
    return {"trained": trained, "precision": "fp32", "quantization": "none"}


@pytest.fixture(name="adapter")
def adapter_of_some_arm(tmp_path: Path) -> Path:
    write_text(tmp_path / "adapter" / "adapter_config.json", "{}")
    return tmp_path / "adapter"


def test_an_adapter_is_put_on_its_foundation_and_a_whole_model_stands_for_itself(
    adapter: Path, tmp_path: Path
) -> None:
    hub = pointer("hub", repo_id="a/b", revision="c0ffee")
    loaded = model_arguments(described(trained=True), hub, tmp_path / "m", adapter)
    assert loaded == f"pretrained=a/b,dtype=float32,revision=c0ffee,peft={adapter}"
    whole = model_arguments(described(trained=True), hub, tmp_path / "m", tmp_path / "whole")
    assert whole == f"pretrained={tmp_path / 'whole'},dtype=float32"
    assert model_arguments(described(trained=False), hub, tmp_path / "m", adapter) == (
        "pretrained=a/b,dtype=float32,revision=c0ffee"
    )


@pytest.mark.parametrize("trained", [True, False])
def test_for_an_arm_with_added_tokens_the_page_says_why_there_is_no_command(
    adapter: Path, tmp_path: Path, trained: bool
) -> None:
    loaded = model_arguments(described(trained=trained), pointer("extended"), tmp_path / "korean", adapter)
    assert loaded is None
    page = readme("base", tmp_path, ["kmmlu"], loaded, 4)
    assert "lm-eval cannot load an arm with added tokens by itself" in page
    assert "lm_eval run" not in page
