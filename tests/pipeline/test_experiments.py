"""A queued experiment runs in a folder of its own; what it does not change must not run again there."""

PIPELINE = """\
stages:
  part:
    foreach: {a: {}, b: {}}
    do:
      cmd: mkdir -p data/parts/${key} && echo ${key} > data/parts/${key}/rows.txt
      outs:
        - data/parts/${key}
  together:
    cmd: cat data/parts/*/rows.txt > data/all.txt
    deps: [data/parts]
    outs: [data/all.txt]
  scored:
    cmd: cp params.yaml data/scored.txt
    deps: [data/all.txt]
    params: [batch]
    outs: [data/scored.txt]
"""


def test_a_fan_in_stage_does_not_run_again_in_an_experiment_s_folder(new_clone) -> None:
    clone = new_clone()
    (clone.path / "data/parts").mkdir()
    (clone.path / "data/parts/.gitkeep").touch()
    (clone.path / "dvc.yaml").write_text(PIPELINE, encoding="utf-8")
    (clone.path / "params.yaml").write_text("batch: 8\n", encoding="utf-8")
    clone.repro()
    assert (clone.path / "data/parts/.gitignore").is_file(), "DVC writes it here, and not in a new folder"
    clone.commit()
    assert clone.run("dvc", "exp", "run", "--temp", "-S", "batch=16").ran == {"scored"}
