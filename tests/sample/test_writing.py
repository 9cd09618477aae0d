"""The starter's writing tasks."""

import json
from collections import Counter

import pytest

from domaintune.sample.corpora import Composed
from domaintune.sample.params import WritingCorpus
from domaintune.sample.writing import BARE, compose_writing
from domaintune.sample.writing_pieces import ASKED, SHAPES, TRAINED
from domaintune.sample.writing_text import compose_writing_dialogues, compose_writing_text

WANTED = WritingCorpus(kind="writing", good=60, poor=40, evaluation=30)


@pytest.fixture(scope="module")
def corpus() -> Composed:
    return compose_writing(20240610, "writing", WANTED)


def rows(corpus: Composed, name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in corpus.files[name].splitlines()]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(corpus: Composed) -> None:
    assert compose_writing(20240610, "writing", WANTED) == corpus
    assert compose_writing(7, "writing", WANTED) != corpus


def test_training_has_four_categories_and_the_evaluation_two_more(corpus: Composed) -> None:
    trained, asked = rows(corpus, "writing_ko.jsonl"), rows(corpus, "evaluation_ko.jsonl")
    assert Counter(row["category"] for row in trained) == dict.fromkeys(TRAINED, 25)
    assert Counter(row["category"] for row in asked) == dict.fromkeys(ASKED, 5)
    assert corpus.rows == {"writing_ko.jsonl": len(trained), "evaluation_ko.jsonl": len(asked)}


def test_no_facts_stand_twice_or_in_both_files(corpus: Composed) -> None:
    trained = [row["context"] for row in rows(corpus, "writing_ko.jsonl")]
    asked = [row["context"] for row in rows(corpus, "evaluation_ko.jsonl")]
    assert len(set(trained)) == len(trained) == WANTED.good + WANTED.poor
    assert not set(trained) & set(asked)


def values(facts: str) -> list[str]:
    return [value for line in facts.splitlines() for value in line.split(": ")[1].split(", ")]


def test_a_good_answer_tells_all_its_facts_and_each_poor_one_lacks_some(corpus: Composed) -> None:
    whole = [
        all(value in row["response"] for value in values(row["context"]))
        for row in rows(corpus, "writing_ko.jsonl")
    ]
    assert sum(whole) == WANTED.good
    for row in rows(corpus, "evaluation_ko.jsonl"):
        assert all(value in row["response"] for value in values(row["context"]))


def test_poor_answers_are_of_four_kinds_in_equal_numbers(corpus: Composed) -> None:
    spoilt = [
        row for row in rows(corpus, "writing_ko.jsonl")
        if not all(value in row["response"] for value in values(row["context"]))
    ]  # fmt: skip
    bare = [row for row in spoilt if row["response"] == BARE]
    looping = [
        row for row in spoilt if len(set(row["response"].split(". "))) < len(row["response"].split(". "))
    ]
    assert len(bare) == len(looping) == WANTED.poor // 4


def test_no_particle_is_left_undecided(corpus: Composed) -> None:
    lines = [*compose_writing_text(1, "pretraining", 40), *compose_writing_dialogues(1, "pretraining", 40)]
    told = json.dumps([*lines, *corpus.files.values()], ensure_ascii=False)
    assert "(" not in told
    assert len(lines) == 80
    assert set(SHAPES) == set(ASKED)
