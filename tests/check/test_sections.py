"""Files beside params.yaml, raw ones and leftover folders; what `check` writes; params.yaml as DVC writes it back."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import PARAMS, ROOT
from ruamel.yaml import YAML

from domaintune.check.sections import (
    OWNERS,
    check_leftovers,
    rewriting_problems,
    write_checked,
)
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.params import read_yaml

BRACES = '    mine: {base_url: "http://127.0.0.1:8000/v1", api_key_env: null}\n'
RECORDINGS = ROOT / "recipes/data/answers"


def name_raw(folder: Path, raw: str) -> None:
    text = PARAMS.read_text(encoding="utf-8")
    for name in ("awards.csv", "reference.csv"):
        assert f"data/raw/starter/nasa/{name}" in text
        text = text.replace(f"data/raw/starter/nasa/{name}", raw)
    (folder / "params.yaml").write_text(text, encoding="utf-8")


def test_files_in_a_source_at_which_dvc_would_wait_or_stop_are_named_by_check_and_so_is_a_source_that_is_one(
    tmp_path: Path, stopped: Callable[[], str]
) -> None:
    deep = tmp_path / "raw/deep"
    deep.mkdir(parents=True)
    (deep / "good.txt").write_text("a text")
    (tmp_path / "raw/linked").symlink_to("/")
    os.mkfifo(deep / "pipe.txt")
    (deep / "\udcff.txt").write_text("a text")
    links = {"loop": deep / "loop.txt", "gone": deep / "nowhere", "out": Path("/dev/zero")}
    for name, leads in links.items():
        (deep / f"{name}.txt").symlink_to(leads)
    name_raw(tmp_path, "raw")
    said = stopped()
    for name in ("pipe", "\\udcff", *links):
        for entry in ("sources.starter_awards", "references.starter_spending"):
            assert f"params.yaml: {entry}.path: raw/deep/{name}.txt is a " in said
    assert "Move it out of raw: DVC hashes every file of a source before it is read" in said
    assert "good.txt" not in said
    for name in ("pipe", "loop", "gone"):
        name_raw(tmp_path, f"raw/deep/{name}.txt")
        assert f"sources.starter_awards.path: raw/deep/{name}.txt is a " in stopped()


def test_a_renamed_arm_is_refused_by_each_folder_of_arms_that_compare_or_report_reads(tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text("arms: {new: {}}\nreferences: {new: {}}\n")
    for folder in OWNERS:
        (tmp_path / folder / "new").mkdir(parents=True)
        check_leftovers(params)
        old = tmp_path / folder / "old"
        old.mkdir()
        with pytest.raises(
            InputError, match=rf"{folder}: the folders old belong to no entry of .*dvc checkout"
        ):
            check_leftovers(params)
        old.rmdir()
    stages = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    read_whole = {dep for name in ("compare", "report") for dep in stages[name]["deps"]}
    owners = {
        str(out).removesuffix("/${key}"): entry["foreach"][2:-1]
        for entry in stages.values()
        for out in entry.get("do", {}).get("outs", [])
        if isinstance(entry["foreach"], str) and str(out).endswith("/${key}")
    }
    assert {folder: section for folder, section in owners.items() if folder in read_whole} == OWNERS


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return checked(tmp_path_factory.mktemp("shipped"), {})


def checked(
    folder: Path, arm: dict[str, object], recordings: Path = RECORDINGS, **sections: object
) -> dict[str, bytes]:
    """Return the files written for the shipped params.yaml with values of the arm `tuned` and sections replaced."""
    params = {**read_yaml(ROOT / "params.yaml"), **sections}
    params["arms"]["tuned"] |= arm
    YAML().dump(params, folder / "params.yaml")
    catalog = ROOT / "catalog"
    out = folder / "checked"
    folders = {"rubrics": catalog / "rubrics", "benchmarks": catalog / "benchmarks", "recordings": recordings}
    write_checked(folder / "params.yaml", ROOT / "src/domaintune", out, **folders)
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("arm", "changed"),
    [
        ({"baseline": "tuned"}, set()),
        ({"mixture": {"groups": ["nasa"], "caps": {"nasa_rnd": 9}}}, set()),
        ({"lora": {"r": None}, "seed": None}, set()),
        ({"lora": {"r": 8}}, {"arms/tuned.training.json"}),
        ({"seed": 3}, {"arms/tuned.training.json"}),
        ({"model": "other"}, {"arms/tuned.training.json", "arms/tuned.endpoint.json"}),
        ({"endpoint": {"server": "judge", "provider": "p", "model": "m"}}, {"arms/tuned.endpoint.json"}),
    ],
)
def test_train_and_answer_depend_on_what_they_read_of_an_arm(
    arm: dict[str, object], changed: set[str], shipped: dict[str, bytes], tmp_path: Path
) -> None:
    found = checked(tmp_path, arm)
    assert {name for name in found | shipped if found.get(name) != shipped.get(name)} == changed


def test_there_are_the_specs_of_rubrics_and_benchmarks_that_are_used_and_every_other_stage_s_code(
    shipped: dict[str, bytes], tmp_path: Path
) -> None:
    stages = set(read_yaml(ROOT / "dvc.yaml")["stages"]) - {"check"}
    assert {name for name in shipped if name.startswith("code/")} == {f"code/{name}.txt" for name in stages}

    def specs(found: dict[str, bytes]) -> set[str]:
        return {name for name in found if name.startswith(("rubrics/", "benchmarks/"))}

    assert specs(shipped) == {
        "rubrics/named.json", "rubrics/match.yaml", "rubrics/similarity.yaml", "benchmarks/named.json",
    }  # fmt: skip
    assert specs(checked(tmp_path, {}, rubrics={})) == {"rubrics/named.json", "benchmarks/named.json"}


def test_a_changed_recording_reruns_its_own_task_alone(shipped: dict[str, bytes], tmp_path: Path) -> None:
    entry = read_yaml(ROOT / "params.yaml")["tasks"]["nasa_rnd"]
    tasks = dict.fromkeys(("exam", "keywords", "science_qa"), entry)
    recordings = tmp_path / "answers"
    shutil.copytree(RECORDINGS, recordings)
    found = []
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        found.append(checked(tmp_path / name, {}, recordings, tasks=tasks))
        with (recordings / "exam.jsonl").open("a", encoding="utf-8") as recording:
            recording.write('{"key": "k", "about": "a", "text": "t"}\n')
    before, after = found
    assert {name for name in before if before[name] != after[name]} == {"answers/exam.jsonl"}
    assert before["answers/keywords.jsonl"] == b""
    generate = read_yaml(ROOT / "dvc.yaml")["stages"]["generate"]["do"]
    assert [one for one in generate["deps"] if "answers" in one] == ["data/checked/answers/${key}.jsonl"]


def test_a_url_within_braces_is_refused_before_an_experiment_breaks_the_file(
    tmp_path: Path, stopped: Callable[[], str]
) -> None:
    assert "clib" in YAML(typ="safe").Parser.__module__, "DVC parses with libyaml here"
    text = PARAMS.read_text(encoding="utf-8").replace("  servers:\n", f"  servers:\n{BRACES}")
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    said = stopped()
    assert "dvc exp run -S` would write" in said
    assert "base_url: http://127.0.0.1:8000/v1" in said


def test_what_dvc_writes_back_it_can_read() -> None:
    for path in (PARAMS, *(ROOT / "recipes").glob("*.yaml")):
        assert list(rewriting_problems(path)) == [], path
