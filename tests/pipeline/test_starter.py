"""README's commands in README's order, in one clone, the starter at size test; `make acceptance` times the shipped one."""

import json
import re
from pathlib import Path

import pytest
from committed import shipped

ROOT = Path(__file__).parents[2]
AFTER_TRAIN = {"train", "answer", "judge", "benchmark", "compare", "report"}


def commands(readme: Path) -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def stages(ran: set[str]) -> set[str]:
    return {name.split("@")[0] for name in ran}


@pytest.fixture(scope="module")
def typed(new_clone):
    """Every command of README, run in order; what each printed."""
    clone = new_clone(alone=True)
    clone.recipe("nasa_rnd", "test")
    clone.path.joinpath("../my_records.csv").write_text(
        "Record ID,Title,Abstract,Firm\n1,A pump,"
        + "This project designs a small pump for cold fluids and measures its flow over a long test campaign. "
        * 2
        + ",Acme\n",
        encoding="utf-8",
    )
    done = {}
    for line in commands(ROOT / "README.md"):
        if line.startswith(("make setup", "source ")):
            continue  # this environment is the one `make setup` made
        done[line] = clone.run("bash", "-c", line)
        if line == "dvc repro" and "again" not in done:
            done["first"], done["again"] = done[line], clone.repro()
            done["state"] = snapshot(clone.path)
    return done


def snapshot(path: Path) -> dict:
    books = {
        str(p.relative_to(path)): json.loads(p.read_text()) for p in path.glob("data/accounting/*/*.json")
    }
    return {"books": books, "compare": json.loads((path / "metrics/compare.json").read_text())}


def test_both_readmes_give_the_same_commands() -> None:
    assert commands(ROOT / "README.md") == commands(ROOT / "README.ko.md")
    assert len(commands(ROOT / "README.md")) > 10


@pytest.mark.promise(1)
def test_the_first_repro_runs_every_stage_and_the_second_none(typed) -> None:
    import yaml

    graph = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    assert stages(typed["first"].ran) == set(graph["stages"]) - {
        "check",
        "translate",
        "grade",
        "vocabulary",
    }  # the starter has no instruction sets, grades nothing and adds no tokens
    assert typed["again"].ran == set()


@pytest.mark.promise(2)
def test_another_rank_reruns_training_and_what_follows_alone(typed) -> None:
    ran = stages(typed["dvc exp run -S lora.r=32"].ran)
    assert ran <= AFTER_TRAIN
    assert "train" in ran
    assert "answer" in ran


@pytest.mark.promise(2)
def test_metrics_diff_shows_what_the_rank_changed(typed) -> None:
    assert "train_loss" in typed["dvc metrics diff"].out


@pytest.mark.promise(5)
def test_every_book_balances(typed) -> None:
    books = typed["state"]["books"]
    assert len(books) > 12
    for name, book in books.items():
        lost = sum(
            sum(book[column].values()) for column in ("duplicates", "contaminated", "rejected", "failed")
        )
        assert book["in"] == book["kept"] + lost, name


def test_the_readme_s_table_is_that_of_the_metrics() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("results", ROOT / "docs/results.py")
    results = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(results)
    metrics = json.loads(shipped("metrics/compare.json"))
    for name in ("README.md", "README.ko.md"):
        text = shipped(name)
        assert results.written(text, metrics) == text


@pytest.mark.promise(4)
def test_the_golden_numbers_come_out_of_the_command_in_readme(typed) -> None:
    out = typed["domaintune stats scores.csv --baseline base --treated tuned"].out
    for digits in ("-0.884651737", "0.19968068", "0.399361359", "1.380952381", "3.178893104", "103"):
        assert digits in out
