"""A recipe's switch leaves in dvc.lock what the new one has, to the byte."""

from pathlib import Path

from ruamel.yaml import YAML

from domaintune.cli.lock_file import forget_stages, stage_names

ROOT = Path(__file__).parents[2]
HEAD = "schema: '2.0'\nstages:\n"
KEPT = "  corpus:\n    cmd: python -m a\n    deps:\n    - path: x\n      md5: 1\n"
OTHER = "  train@gone:\n    cmd: >-\n      two\n    outs:\n    - path: models/gone\n"
ARM = "  train@base:\n    cmd: b\n"
PAID = "  generate@gone:\n    cmd: g\n    outs:\n    - path: data/responses/generate/gone.parquet\n"


def test_entries_of_stages_that_are_gone_leave_the_file_but_what_was_paid_for_is_not_forgotten(
    tmp_path: Path,
) -> None:
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n  corpus: {cmd: a}\n  train: {foreach: '${arms}', do: {cmd: b}}\n  held: {foreach: {x: 1}, do: {cmd: c}}\n"
    )
    (tmp_path / "params.yaml").write_text("arms: {base: {model: m}}\n")
    assert forget_stages(tmp_path) == 0
    lock = tmp_path / "dvc.lock"
    lock.write_text(HEAD + KEPT + OTHER + PAID + ARM)
    assert forget_stages(tmp_path) == 1
    assert lock.read_text() == HEAD + KEPT + PAID + ARM
    assert forget_stages(tmp_path) == 0


def test_the_names_are_those_that_dvc_gives() -> None:
    stages, params = (
        YAML(typ="safe").load((ROOT / name).read_text()) for name in ("dvc.yaml", "params.yaml")
    )
    names = stage_names(stages["stages"], params)
    assert {"check", "train@tuned", "validate@documents", "ingest@starter_awards"} <= names
    assert not {"grade", "train", "translate"} & {name.partition("@")[0] for name in names} - {"train"}
