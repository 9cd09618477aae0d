"""A renamed arm's folders are found before anything is trained."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from domaintune.check.references import OWNERS, check_leftovers
from domaintune.core.stage.errors import InputError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", OWNERS)
def test_a_renamed_arm_is_refused_before_it_is_trained(folder: str, tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text("arms: {new: {}}\nreferences: {new: {}}\n")
    (tmp_path / folder / "new").mkdir(parents=True)
    check_leftovers(params)
    (tmp_path / folder / "old").mkdir()
    with pytest.raises(InputError, match=rf"{folder}: the folders old belong to no entry of .*dvc checkout"):
        check_leftovers(params)


def test_every_folder_of_arms_that_compare_or_report_reads_is_looked_at() -> None:
    stages = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    read_whole = {dep for name in ("compare", "report") for dep in stages[name]["deps"]}
    owners = {
        str(out).removesuffix("/${key}"): entry["foreach"][2:-1]
        for entry in stages.values()
        for out in entry.get("do", {}).get("outs", [])
        if isinstance(entry["foreach"], str) and str(out).endswith("/${key}")
    }
    assert {folder: section for folder, section in owners.items() if folder in read_whole} == OWNERS
