"""The composed KoBEST files: published layouts, every option right as often, no question twice."""

from collections import Counter

import numpy as np
import pytest

from domaintune.sample.composing import compose
from domaintune.sample.kobest import compose_kobest
from domaintune.sample.params import KobestCorpus

LABELS = {"copa.tsv": "12", "boolq.tsv": ["True", "False"], "hellaswag.tsv": "0123"}


def rows(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def made(questions: int = 200) -> dict[str, list[list[str]]]:
    return {name: rows(text) for name, text in compose_kobest(np.random.default_rng(3), questions).items()}


def test_the_files_have_the_published_columns_and_one_row_a_question() -> None:
    found = made()
    assert {name: table[0] for name, table in found.items()} == {
        "copa.tsv": ["ID", "sentence", "question", "1", "2", "Answer"],
        "boolq.tsv": ["ID", "Text", "Question", "Answer"],
        "hellaswag.tsv": ["context", "choice1", "choice2", "choice3", "choice4", "label"],
    }  # fmt: skip
    for table in found.values():
        assert len(table) == 201
        assert all(len(row) == len(table[0]) and all(row) for row in table)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_every_option_is_right_equally_often_and_no_question_comes_twice(name: str) -> None:
    table = made()[name][1:]
    counts = Counter(row[-1] for row in table)
    assert set(counts) == set(LABELS[name])
    assert len(set(counts.values())) == 1
    asked = [tuple(row[1:] if name != "hellaswag.tsv" else row) for row in table]
    assert len(set(asked)) == len(asked)
    assert all(len(set(row[-5:-1])) == 4 for row in table if name == "hellaswag.tsv")


def test_particles_are_resolved_and_the_same_seed_gives_the_same_text() -> None:
    assert compose_kobest(np.random.default_rng(3), 40) == compose_kobest(np.random.default_rng(3), 40)
    assert "(" not in "".join(compose_kobest(np.random.default_rng(3), 40).values())


def test_more_than_can_be_told_apart_is_an_error() -> None:
    with pytest.raises(ValueError, match="can be told apart"):
        compose_kobest(np.random.default_rng(0), 5000)


def test_an_entry_of_sample_writes_them() -> None:
    made = compose(1, "kobest", KobestCorpus(kind="kobest", questions=4))
    assert made.rows == {"copa.tsv": 4, "boolq.tsv": 4, "hellaswag.tsv": 4}
    assert made.files == compose(1, "kobest", KobestCorpus(kind="kobest", questions=4)).files
    assert made.files != compose(2, "kobest", KobestCorpus(kind="kobest", questions=4)).files
