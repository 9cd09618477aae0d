"""A data set of the hub as `datasets` leaves it in its cache, for tests without a network."""

from pathlib import Path

import polars as pl
import pytest


def cache_dataset(
    monkeypatch: pytest.MonkeyPatch, folder: Path, repo: str, revision: str, rows: pl.DataFrame
) -> None:
    """Let the library's own Parquet reader write the cache of one commit's only subset and split, and use it."""
    from datasets.packaged_modules.parquet.parquet import Parquet

    owner, _, name = repo.partition("/")
    folder.mkdir(exist_ok=True)
    raw = folder / f"{revision}.parquet"
    rows.write_parquet(raw)
    builder = Parquet(
        str(folder), name, config_name="default", hash=revision, data_files={"train": [str(raw)]}
    )
    builder.download_and_prepare()
    subset = folder / f"{owner}___{name}" / "default"  # as `datasets` calls it where the files lie on the hub
    subset.mkdir(parents=True, exist_ok=True)
    Path(builder.cache_dir).parents[0].rename(subset / "0.0.0")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", folder)
