"""The starter's whole graph at size test: README's commands in README's order, what reruns what, bad input, twins.

`make acceptance` times the shipped params.yaml.
"""

import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest
from committed import ROOT, shipped
from ruamel.yaml import YAML

AFTER_TRAIN = {"train", "answer", "judge", "benchmark", "compare", "report"}


def commands(readme: Path) -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def small(typed):
    """The clone of `typed` as its first run left it."""
    clone = typed["clone"]
    clone.restore()
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


NEW_ARM = """\
  slow: {model: original, mixture: [nasa], baseline: base, train: {learning_rate: 0.0001}}
"""


@pytest.mark.promise(3)
@pytest.mark.promise(15)
def test_a_new_arm_runs_its_own_stages_compare_and_report(small) -> None:
    small.edit("params.yaml", "arms:", f"arms:\n{NEW_ARM}")
    own = {f"{stage}@slow" for stage in ("mix", "train", "answer", "judge", "benchmark")}
    assert small.repro().ran == own | {"compare", "report"}


def test_a_removed_arm_leaves_a_folder_that_is_named_and_dvc_checkout_removes_it(small) -> None:
    small.edit("params.yaml", NEW_ARM, "")
    assert "dvc checkout" in small.repro(fails=True)
    subprocess.run(["dvc", "checkout"], cwd=small.path, env=small.env, check=False, capture_output=True)
    done = small.repro()
    assert done.ran == set(), "what ran before the arm was added is in DVC's run cache"
    assert {"compare", "report"} == set(re.findall(r"Stage '(\w+)' is cached", done))
    assert set(small.json("data/comparison/comparison.json")["arms"]) == {"tuned"}


def test_metrics_are_a_screenful(small) -> None:
    shown = small.run("dvc", "metrics", "show", "--json")
    figures = re.findall(r": -?[\d.]+(?:e-?\d+)?", shown)
    assert 8 <= len(figures) <= 24


def test_a_question_is_traced_from_the_raw_record_to_its_judgment(small) -> None:
    question = small.table("answers/tuned/answers.parquet")["question_id"][0]
    lines = small.run("domaintune", "trace", question)
    for name in ("record", "document", "instruction", "question", "answer", "judgment"):
        assert re.search(rf"^{name}", lines, re.MULTILINE), name


BAD_INPUT = {
    "a group no task has": (("params.yaml", "mixture: [nasa]", "mixture: [nada]"), r"group nada"),
    "a task file with an unknown field": (
        ("catalog/tasks/nasa_rnd.yaml", "makes: ", "normalizer: keywords\nmakes: "),
        r"nasa_rnd\.yaml: task\.normalizer: unknown parameter \(did you mean normaliser\?\)",
    ),
}


@pytest.mark.promise(10)
@pytest.mark.promise(16)
@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_gives_one_clear_message(case, small) -> None:
    (name, right, wrong), message = BAD_INPUT[case]
    small.edit(name, right, wrong)
    said = small.repro(fails=True)
    small.edit(name, wrong, right)
    assert re.search(message, said), said[-2000:]


@pytest.fixture(scope="module")
def typed(new_clone):
    """Every command of README, run in order; what each printed."""
    clone = new_clone(alone=True)
    clone.recipe("nasa_rnd")
    text = (
        "This project designs a small pump for cold fluids and measures its flow over a long test campaign. "
    )
    (clone.path.parent / "my_records.csv").write_text(
        f"Record ID,Title,Abstract,Firm\n1,A pump,{text * 2},Acme\n", encoding="utf-8"
    )
    done = {"clone": clone}
    for line in commands(ROOT / "README.md"):
        if line.startswith(("make setup", "source ")):
            continue  # this environment is the one `make setup` made
        done[line] = clone.run("bash", "-c", line)
        if line == "dvc repro" and "again" not in done:
            done["first"], done["again"] = done[line], clone.repro()
            done["locked"] = clone.locked()
            accounts = clone.path.glob("data/accounting/*/*.json")
            done["accounts"] = {f"{p.parent.name}/{p.stem}": json.loads(p.read_text()) for p in accounts}
    return done


def test_both_readmes_give_the_same_commands() -> None:
    assert commands(ROOT / "README.md") == commands(ROOT / "README.ko.md")
    assert len(commands(ROOT / "README.md")) > 10


@pytest.mark.promise(1)
def test_the_first_repro_runs_every_stage_and_the_second_none(typed) -> None:
    graph = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    idle = {"translate", "grade", "vocabulary"}  # no instruction sets, no grades, no added tokens
    assert typed["first"].stages == set(graph) - {"check", *idle}
    assert typed["again"].ran == set()


@pytest.mark.promise(2)
def test_another_rank_reruns_training_and_what_follows_alone_and_metrics_diff_shows_it(typed) -> None:
    ran = typed["dvc exp run -S lora.r=32"].stages
    assert {"train", "answer"} <= ran <= AFTER_TRAIN
    assert "train_loss" in typed["dvc metrics diff"]


@pytest.mark.promise(5)
def test_every_stage_accounts_for_its_rows_and_those_of_the_mixture_are_trained_on(typed) -> None:
    assert len(typed["accounts"]) > 12
    for name, account in typed["accounts"].items():
        lost = [*account["duplicates"].values(), *account["contaminated"].values()]
        lost += [*account["rejected"].values(), *account["failed"].values()]
        assert account["in"] == account["kept"] + sum(lost), name
    assert typed["accounts"]["train/tuned"]["kept"] == typed["accounts"]["mix/tuned"]["kept"] > 0


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
    out = typed["domaintune stats scores.csv --baseline base --treated tuned"]
    for digits in ("-0.884651737", "0.19968068", "0.399361359", "1.380952381", "3.178893104", "103"):
        assert digits in out


@pytest.mark.promise(9)
@pytest.mark.slow
def test_two_clones_produce_the_same_bytes(typed, new_clone, record_property) -> None:
    twin = new_clone(alone=True)
    twin.recipe("nasa_rnd")
    twin.repro()
    assert typed["locked"] == twin.locked()
    outs = sum(len(outs) for outs in twin.locked().values())
    assert outs > 30
    record_property("outs with equal hashes", outs)
