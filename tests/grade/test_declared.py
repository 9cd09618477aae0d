"""What an arm does with grades is no concern of grading: its threshold reruns mix and train, never grade."""

from pathlib import Path

from ruamel.yaml import YAML

STAGES = YAML(typ="safe").load((Path(__file__).parents[2] / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def test_grade_declares_its_entry_and_its_settings_and_mix_the_arm_and_the_grades() -> None:
    grade, mix, train = (STAGES[name]["do"] for name in ("grade", "mix", "train"))
    assert set(grade["params"]) == {"gradings.${key}", "grade"}
    assert "arms.${key}.mixture" in mix["params"]
    assert "data/grades" in mix["deps"]
    assert "data/grades" not in train["deps"]
    assert {"data/responses/grade/${key}.parquet": {"persist": True}} in grade["outs"]
