"""The starter's raw corpora."""

import csv
import io
from itertools import islice
from typing import Any

import numpy as np
import pytest

from domaintune.sample import corpora
from domaintune.sample.corpora import GRAMMAR, compose_projects, compose_projects_corpus


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_seed_gives_the_same_bytes_and_more_projects_leave_the_first_ones_as_they_are() -> None:
    made = compose_projects_corpus(1, "nasa", 20)
    assert made == compose_projects_corpus(1, "nasa", 20) != compose_projects_corpus(2, "nasa", 20)
    few = rows(compose_projects_corpus(1, "nasa", 10)[0]["projects.csv"])
    assert rows(made[0]["projects.csv"])[:10] == few


def test_awards_have_the_columns_and_quirks_of_the_bulk_export_and_some_are_mapped_projects_too() -> None:
    files, _ = compose_projects_corpus(20240610, "nasa", 240)
    titles, awards = {row["title"] for row in rows(files["projects.csv"])}, files["awards.csv"]
    assert awards.startswith("\ufeff")
    parsed = rows(awards)
    assert len(parsed[0]) == 42
    abstracts = [row["Abstract"] for row in parsed]
    for quirk in ("\r\n", "&#37;", "â€™", "\ufffd"):  # quoted line breaks, entities, mojibake, lost bytes
        assert any(quirk in text for text in abstracts), quirk
    assert {"", "N/A"} <= set(abstracts)
    assert len({row["id"] for row in parsed}) < len(parsed), "duplicate awards"
    assert len({row["Agency"] for row in parsed}) > 1
    assert all(row["Duns"].startswith("'") and "," in row["Award Amount"] for row in parsed)
    awarded = {row["Award Title"] for row in parsed}
    assert len(titles) == 240
    assert 40 <= len(titles & awarded) <= 60 < len(awarded - titles)


def test_more_projects_than_there_are_titles_are_composed_and_no_title_is_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for table in ("adjective", "material", "device", "platform"):
        monkeypatch.setitem(GRAMMAR["facts"], table, GRAMMAR["facts"][table][:3])
    left, draw = iter(range(5000)), corpora.draw_facts

    def counted(rng: np.random.Generator) -> dict[str, Any]:
        next(left)  # an endless search stops the test
        return draw(rng)

    monkeypatch.setattr(corpora, "draw_facts", counted)
    titles = [project["title"] for project in islice(compose_projects(1, "nasa"), 150)]
    assert len(set(titles)) == 150 > 3**4
    assert any(title.endswith(", Series 2") for title in titles)
