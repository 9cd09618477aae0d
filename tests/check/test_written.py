"""What `check` writes changes where a stage must run again, and nowhere else."""

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from domaintune.check.written import write_checked
from domaintune.core.stage.params import read_yaml

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "recipes/data/answers"


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
        ({"endpoint": {"server": "judge", "provider": "p", "model": "m"}}, {"arms/tuned.endpoint.json"}),
    ],
)
def test_train_and_answer_depend_on_what_they_read_of_an_arm(
    arm: dict[str, object], changed: set[str], shipped: dict[str, bytes], tmp_path: Path
) -> None:
    found = checked(tmp_path, arm)
    assert {name for name in found | shipped if found.get(name) != shipped.get(name)} == changed


def test_the_cards_of_rubrics_and_benchmarks_that_are_used_are_there_and_no_others(
    shipped: dict[str, bytes], tmp_path: Path
) -> None:
    def cards(found: dict[str, bytes]) -> set[str]:
        return {name for name in found if name.startswith(("rubrics/", "benchmarks/"))}

    assert cards(shipped) == {
        "rubrics/named.json", "rubrics/match.yaml", "rubrics/similarity.yaml", "benchmarks/named.json",
    }  # fmt: skip
    assert cards(checked(tmp_path, {}, rubrics={})) == {"rubrics/named.json", "benchmarks/named.json"}


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


def test_every_stage_but_check_has_a_file_of_what_its_code_amounts_to(shipped: dict[str, bytes]) -> None:
    stages = set(read_yaml(ROOT / "dvc.yaml")["stages"]) - {"check"}
    assert {name for name in shipped if name.startswith("code/")} == {f"code/{name}.txt" for name in stages}
