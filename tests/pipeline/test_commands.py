"""Neither a value nor a name of params.yaml is read by a shell, also where a stage runs without `check`."""

from ruamel.yaml import YAML

PATH = """data/raw/"a" $(touch made) `touch made`; touch made '; touch made; '.txt"""
NAMES = [
    "a; touch made",
    "a'b; touch made;'",
    "$(touch made)",
    "`touch made`",
    "a\ntouch made",
    "a b",
    "a@b",
    "ok\n",
]


def test_a_path_or_a_name_that_holds_a_command_runs_nothing(new_clone) -> None:
    clone = new_clone()
    clone.repro("check")
    entry = YAML(typ="safe").load(clone.path / "params.yaml")["sources"]["starter_awards"] | {
        "format": "texts",
        "agency": None,
        "path": PATH,
    }
    (clone.path / PATH).write_text("The pump of the loop is made of copper. " * 9, encoding="utf-8")
    clone.put(sources={name: dict(entry) for name in ("good", *NAMES)})
    clone.repro("-s", "ingest@good")
    assert (clone.path / "data/documents/good/documents.parquet").is_file()
    for name in NAMES:
        said = clone.repro("-s", f"ingest@{name}", fails=True)
        assert ("a name that matches" in said) != (name == "a@b"), said  # DVC itself does not find that one
    assert list(clone.path.rglob("made*")) == []
