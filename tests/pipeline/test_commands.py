"""Neither a value nor a name of params.yaml is read by a shell, also where a stage runs without `check`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ENTRY = {
    "kind": "documents",
    "format": "texts",
    "agency": None,
    "language": "en",
    "licence": "CC0",
    "columns": None,
}
PATHS = ('data/raw/"a" $(touch made) `touch made`; touch made.txt', "data/raw/a'; touch made; '.txt")
NAMES = (
    "a; touch made",
    "a'b; touch made;'",
    "$(touch made)",
    "`touch made`",
    "a\ntouch made",
    "a b",
    "a@b",
    "ok\n",
)


@pytest.fixture(scope="module")
def checked(new_clone: Callable[..., Any]) -> Any:
    """A clone of which `check` has passed."""
    clone = new_clone()
    clone.repro("check")
    return clone


def name_sources(clone: Any, sources: dict[str, Any]) -> None:
    yaml = YAML()
    params = yaml.load((clone.path / "params.yaml").read_text(encoding="utf-8"))
    params["sources"] = sources
    with (clone.path / "params.yaml").open("w", encoding="utf-8") as handle:
        yaml.dump(params, handle)


def made(clone: Any) -> list[Path]:
    return [path for path in clone.path.rglob("*made*") if path.name in ("made", "made.txt")]


def test_a_path_with_quotes_and_commands_is_read_and_runs_nothing(checked: Any) -> None:
    for path in PATHS:
        (checked.path / path).write_text(
            "The pump of the cooling loop is made of copper. " * 9, encoding="utf-8"
        )
    name_sources(checked, {f"s{n}": ENTRY | {"path": path} for n, path in enumerate(PATHS)})
    checked.repro("-s", "ingest@s0")
    assert (checked.path / "data/documents/s0/documents.parquet").is_file()
    assert "sources.s1.path: string should match pattern" in checked.repro("-s", "ingest@s1", fails=True).out
    assert made(checked) == []


def test_a_name_that_holds_a_command_is_refused_and_runs_nothing(checked: Any) -> None:
    (checked.path / "data/raw/plain.txt").write_text("The pump is made of copper.", encoding="utf-8")
    name_sources(checked, {name: ENTRY | {"path": "data/raw/plain.txt"} for name in NAMES})
    for name in NAMES:
        said = checked.repro("-s", f"ingest@{name}", fails=True).out
        assert "Traceback" not in said
        assert ("a name that matches" in said) != (name == "a@b"), said  # DVC itself does not find that one
    assert made(checked) == []
