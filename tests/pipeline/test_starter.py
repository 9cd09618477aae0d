"""The starter's whole graph at size test: README's commands in README's order, what reruns what, bad input, twins.

`make acceptance` times the shipped params.yaml.
"""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest
from committed import shipped
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
AFTER_TRAIN = {"train", "answer", "judge", "benchmark", "compare", "report"}


def commands(readme: Path) -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def hashes(path: Path) -> dict[str, str]:
    """Return path → hash of every out in dvc.lock."""
    locked = YAML(typ="safe").load((path / "dvc.lock").read_text(encoding="utf-8"))["stages"]
    return {out["path"]: out["md5"] for stage in locked.values() for out in stage.get("outs", [])}


@pytest.fixture(scope="module")
def small(typed):
    """The clone of `typed` as its first run left it."""
    clone = typed["clone"]
    clone.run("git", "reset", "-q", "--hard")
    clone.run("dvc", "checkout", "-q")
    return clone


@pytest.mark.promise(3)
def test_a_comment_reruns_nothing_and_a_statement_of_the_judge_reruns_the_judge_alone(small) -> None:
    path = small.path / "src/domaintune/judge/plan.py"
    before = path.read_text(encoding="utf-8")
    for added, ran in (("# a remark", set()), ("assert __name__", {"judge@base", "judge@tuned"})):
        path.write_text(f"{before}{added}\n", encoding="utf-8")
        assert small.repro().ran == ran
    path.write_text(before, encoding="utf-8")
    assert small.repro().ran <= {"judge@base", "judge@tuned"}, "stages that pay have no run cache"


@pytest.mark.promise(3)
def test_a_new_arm_runs_its_own_stages_compare_and_report(small) -> None:
    small.edit(
        "params.yaml",
        "  tuned: {model: original, mixture: [nasa], baseline: base}\n",
        "  tuned: {model: original, mixture: [nasa], baseline: base}\n"
        "  slow: {model: original, mixture: [nasa], baseline: base, train: {learning_rate: 0.0001}}\n",
    )
    ran = small.repro().ran
    assert ran == {f"{stage}@slow" for stage in ("mix", "train", "answer", "judge", "benchmark")} | {
        "compare",
        "report",
    }


def test_a_removed_arm_leaves_a_folder_that_is_named_and_dvc_checkout_removes_it(small) -> None:
    small.edit(
        "params.yaml",
        "  slow: {model: original, mixture: [nasa], baseline: base, train: {learning_rate: 0.0001}}\n",
        "",
    )
    refused = small.repro(fails=True)
    assert "dvc checkout" in refused.out
    assert "Traceback" not in refused.out
    subprocess.run(["dvc", "checkout"], cwd=small.path, env=small.env, check=False, capture_output=True)
    done = small.repro()
    assert done.ran == set(), "what ran before the arm was added is in DVC's run cache"
    assert {"compare", "report"} == set(re.findall(r"Stage '(\w+)' is cached", done.out))
    found = json.loads((small.path / "data/comparison/comparison.json").read_text(encoding="utf-8"))
    assert set(found["arms"]) == {"tuned"}


def test_metrics_are_a_screenful(small) -> None:
    shown = small.run("dvc", "metrics", "show", "--json").out
    figures = re.findall(r": -?[\d.]+(?:e-?\d+)?", shown)
    assert 8 <= len(figures) <= 24


def test_a_question_is_traced_from_the_raw_record_to_its_judgment(small) -> None:
    question = pl.read_parquet(small.path / "data/answers/tuned/answers.parquet")["question_id"][0]
    lines = small.run("domaintune", "trace", question).out
    for name in ("record", "document", "instruction", "question", "answer", "judgment"):
        assert re.search(rf"^{name}", lines, re.MULTILINE), name


@pytest.mark.promise(5)
def test_rows_in_the_mixture_are_the_rows_trained_on(small, record_property) -> None:
    rows = pl.read_parquet(small.path / "data/mixtures/tuned/rows.parquet")
    account = json.loads((small.path / "data/accounting/train/tuned.json").read_text(encoding="utf-8"))
    assert account["kept"] == rows.height > 0
    record_property("rows", rows.height)


BAD_INPUT = {
    "an unknown parameter": (
        ("params.yaml", "  alpha: 32\n", "  alfa: 32\n"),
        r"lora\.alfa: unknown parameter \(did you mean alpha\?\)",
    ),
    "a value out of range": (
        ("params.yaml", "  dropout: ", "  dropout: 1"),
        r"lora\.dropout: .*less than 1, got 10",
    ),
    "a group no task has": (("params.yaml", "mixture: [nasa]", "mixture: [nada]"), r"nada"),
}


@pytest.mark.promise(10)
@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_parameters_give_one_clear_message(case, small) -> None:
    edited, message = BAD_INPUT[case]
    said = small.refusal(*edited)
    assert re.search(message, said), said[-2000:]


@pytest.mark.promise(10)
def test_an_unreachable_teacher_is_named_and_nothing_is_half_written(small) -> None:
    small.edit("params.yaml", "  backend: extractive", "  backend: openai")
    small.edit("params.yaml", "  max_retries: 5", "  max_retries: 0")
    small.edit(
        "params.yaml",
        'teacher:\n      base_url: "http://127.0.0.1:8000/v1"',
        'teacher:\n      base_url: "http://127.0.0.1:9/v1"',
    )
    done = small.repro("generate@nasa_rnd", fails=True)
    assert "127.0.0.1:9" in done.out
    assert "Traceback" not in done.out
    small.edit("params.yaml", "api_key_env: null", "api_key_env: DOMAINTUNE_TEST_KEY_THAT_IS_ABSENT")
    absent = small.repro("generate@nasa_rnd", fails=True)
    assert "DOMAINTUNE_TEST_KEY_THAT_IS_ABSENT" in absent.out
    assert not list((small.path / "data/generated/nasa_rnd").glob("*.parquet"))


def test_a_raw_file_s_name_is_never_run_as_shell_code(small, tmp_path) -> None:
    raw = tmp_path / "we $(touch planted) $HOME `touch planted`.csv"
    shutil.copy(small.path / "data/raw/starter/nasa/projects.csv", raw)
    small.edit("params.yaml", "path: data/raw/starter/nasa/projects.csv", f"path: {json.dumps(str(raw))}")
    small.repro("ingest@starter_projects")
    assert not (small.path / "planted").exists()
    small.run("git", "reset", "-q", "--hard")
    small.run("dvc", "checkout", "-q")


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
    done = {"clone": clone}
    for line in commands(ROOT / "README.md"):
        if line.startswith(("make setup", "source ")):
            continue  # this environment is the one `make setup` made
        done[line] = clone.run("bash", "-c", line)
        if line == "dvc repro" and "again" not in done:
            done["first"], done["again"] = done[line], clone.repro()
            done["state"] = snapshot(clone.path)
    return done


def snapshot(path: Path) -> dict:
    accounts = {
        str(p.relative_to(path)): json.loads(p.read_text()) for p in path.glob("data/accounting/*/*.json")
    }
    return {"accounts": accounts, "hashes": hashes(path)}


def test_both_readmes_give_the_same_commands() -> None:
    assert commands(ROOT / "README.md") == commands(ROOT / "README.ko.md")
    assert len(commands(ROOT / "README.md")) > 10


@pytest.mark.promise(1)
def test_the_first_repro_runs_every_stage_and_the_second_none(typed) -> None:
    graph = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    assert typed["first"].stages == set(graph["stages"]) - {
        "check",
        "translate",
        "grade",
        "vocabulary",
    }  # the starter has no instruction sets, grades nothing and adds no tokens
    assert typed["again"].ran == set()


@pytest.mark.promise(2)
def test_another_rank_reruns_training_and_what_follows_alone(typed) -> None:
    ran = typed["dvc exp run -S lora.r=32"].stages
    assert ran <= AFTER_TRAIN
    assert "train" in ran
    assert "answer" in ran


@pytest.mark.promise(2)
def test_metrics_diff_shows_what_the_rank_changed(typed) -> None:
    assert "train_loss" in typed["dvc metrics diff"].out


@pytest.mark.promise(5)
def test_every_stage_accounts_for_its_rows(typed) -> None:
    accounts = typed["state"]["accounts"]
    assert len(accounts) > 12
    for name, account in accounts.items():
        lost = sum(
            sum(account[column].values()) for column in ("duplicates", "contaminated", "rejected", "failed")
        )
        assert account["in"] == account["kept"] + lost, name


def test_the_readme_s_table_is_that_of_the_metrics() -> None:
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


@pytest.mark.promise(9)
@pytest.mark.slow
def test_two_clones_produce_the_same_bytes(typed, new_clone, record_property) -> None:
    twin = new_clone(alone=True)
    twin.recipe("nasa_rnd", "test")
    twin.repro()
    found = hashes(twin.path)
    assert typed["state"]["hashes"] == found
    assert len(found) > 30
    record_property("outs with equal hashes", len(found))
