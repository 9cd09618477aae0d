"""What an arm was scored on before is not scored again, and comes out as if it were."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domaintune.benchmark import lm_eval_model, local_arm
from domaintune.core.stage.files import file_hash, to_json, write_text
from domaintune.core.stage.params import read_yaml

from .conftest import ROOT, benchmarks

pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
WANTED = benchmarks(korean_exam={"sources": ["exam"]}, mmlu={"sources": ["mmlu"], "methods": ["likelihood"]})


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that lm-eval is asked to score, as it is asked."""
    names: list[str] = []
    score: Callable[..., Any] = local_arm.score

    def counted(lm: Any, folder: Path, tasks: list[str]) -> Any:
        names.extend(tasks)
        return score(lm, folder, tasks)

    monkeypatch.setattr(local_arm, "score", counted)
    return names


def hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): file_hash(path) for path in folder.rglob("*") if path.is_file()}


def test_an_edited_spec_scores_that_benchmark_alone_and_the_rest_comes_out_as_it_was(
    run: Any, scored: list[str], tmp_path: Path
) -> None:
    specs = tmp_path / "specs"
    shutil.copytree(ROOT / "catalog/benchmarks", specs)
    _, _, places = run(WANTED, trained=True, specs=specs, kept=True)
    assert {name.split("-")[0] for name in scored} == {"korean_exam", "mmlu"}
    write_text(specs / "mmlu.yaml", to_json({**read_yaml(specs / "mmlu.yaml"), "instruction": "Think."}))
    scored.clear()
    accounts, items, _ = run(WANTED, trained=True, specs=specs, kept=True)
    assert {name.split("-")[0] for name in scored} == {"mmlu"}
    edited = hashes(places.out)
    shutil.rmtree(tmp_path / ".domaintune")
    assert run(WANTED, trained=True, specs=specs, kept=True)[:2] == (accounts, items)
    assert hashes(places.out) == edited


def test_what_is_not_new_is_neither_scored_nor_loaded_and_what_is_not_used_is_removed(
    run: Any, scored: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(wanted: Any, **own: Any) -> tuple[Any, set[str]]:
        scored.clear()
        accounts = run(wanted, kept=True, **own)[0]
        return accounts, {name.split("-")[0] for name in scored}

    assert asked({"mmlu": WANTED["mmlu"]})[1] == {"mmlu"}
    first, names = asked(WANTED)
    assert names == {"korean_exam"}
    with monkeypatch.context() as patch:
        patch.setattr(lm_eval_model, "load_arm", None)
        assert asked(WANTED) == (first, set())
        other_role = {"sources": ["mmlu"], "methods": ["likelihood"], "role": "general"}
        assert asked(WANTED | benchmarks(mmlu=other_role))[1] == set()
    (tmp_path / "code.txt").write_text("another\n", encoding="utf-8")
    assert asked(WANTED)[1] == asked(WANTED, trained=True)[1] == {"korean_exam", "mmlu"}
    assert asked({"mmlu": WANTED["mmlu"]}, trained=True)[1] == set()
    kept = sorted(path.name.split("-")[0] for path in (tmp_path / ".domaintune/benchmarks/arm").iterdir())
    assert kept == ["mmlu"]
