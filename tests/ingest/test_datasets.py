"""Data sets of the hub and on disk, through the `datasets` library."""

from pathlib import Path

import polars as pl
import pytest
from hub_cache import cache_dataset

from domaintune.core.stage.errors import InputError
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.core.tables.dataset_rows import REFERENCE, read_dataset


def test_a_reference_has_owner_name_revision_subset_and_split() -> None:
    for text, parts in (
        ("hub:o/n@refs/pr/1#college/test", ("o/n", "refs/pr/1", "college", "test")),
        ("local#train", (None, None, None, "train")),
    ):
        found = REFERENCE.match(text)
        assert found is not None
        assert found.groups() == parts


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from datasets import ClassLabel, Dataset, DatasetDict, Features, List, Value, disable_progress_bars

    disable_progress_bars()
    folder = tmp_path_factory.mktemp("saved")
    features = Features({"q": Value("string"), "c": List(Value("string")), "a": ClassLabel(names=["A", "B"])})
    rows = Dataset.from_dict({"q": ["one", None], "c": [["x", "y"], []], "a": [1, 0]}, features=features)
    rows.save_to_disk(folder / "one")
    DatasetDict({"train": rows, "test": rows.select([1])}).save_to_disk(folder / "two")
    (folder / "files").mkdir()
    rows.to_parquet(folder / "files/train.parquet")
    for name in ("empty", "differ"):
        (folder / name).mkdir()
    (folder / "a.csv").write_text("x\n1\n")
    (folder / "differ/a.csv").write_text("id,text\n1,x\n")
    (folder / "differ/b.csv").write_text("id,name\n2,y\n")
    return folder


def read(path: Path, reference: str = "local", max_chars: int = 1000) -> list[Cells | BrokenRow]:
    return list(read_dataset(reference, path, max_chars, "; ").records)


def test_what_save_to_disk_wrote_is_read_with_class_names_and_lists_as_text(saved: Path) -> None:
    rows = [
        Cells("row 1", {"q": "one", "c": "x; y", "a": "B"}),
        Cells("row 2", {"q": "", "c": "", "a": "A"}),
    ]
    assert read(saved / "one") == rows
    assert read(saved / "files") == rows
    assert len(read(saved / "two", "local#test")) == 1
    assert read_dataset("local", saved / "one", 1000, "; ").columns == ("q", "c", "a")
    assert [type(row) for row in read(saved / "one", max_chars=3)] == [BrokenRow, Cells]


@pytest.mark.parametrize(
    ("name", "reference", "message"),
    [
        ("two", "local", r"several splits; it has test, train.*local#test"),
        ("two", "local#dev", r"no split 'dev'; it has test, train"),
        ("no", "local", "found nothing"),
        ("a.csv", "local", "found a file"),
        ("empty", "local", "the data set cannot be read"),
        ("differ", "local", "cannot be read: .*leave `dataset` out"),
    ],
)
def test_what_is_no_data_set_or_several_is_told_with_a_way_out(
    saved: Path, name: str, reference: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(saved / name, reference)


@pytest.mark.promise(16)
def test_a_hub_name_with_no_network_is_one_clear_message() -> None:
    with pytest.raises(InputError) as caught:
        read(Path(), "hub:owner/name@1a2b#test")
    message = str(caught.value)
    for part in ("owner/name", "1a2b", "HF_HUB_OFFLINE=1", "hf download", "dataset: local"):
        assert part in message
    assert "\n" not in message


def test_a_hub_set_in_the_cache_is_read_offline_and_no_other_commit_is_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, other = "ab" * 20, "cd" * 20
    cache_dataset(monkeypatch, tmp_path, "owner/name", cached, pl.DataFrame({"q": ["one"]}))
    assert read(Path(), f"hub:owner/name@{cached}") == [Cells("row 1", {"q": "one"})]
    assert read(Path(), "hub:owner/name@main#train") == [Cells("row 1", {"q": "one"})]
    with pytest.raises(InputError, match=f"@{other}: the cache of `datasets` holds commit {cached}"):
        read(Path(), f"hub:owner/name@{other}")
