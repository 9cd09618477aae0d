"""Pre-training text on chemistry."""

import hashlib
import json
from itertools import islice

import pytest

from domaintune.sample.chemistry_abstracts import TURNS
from domaintune.sample.chemistry_facts import FACTS, TOLD
from domaintune.sample.chemistry_papers import compose_papers, use_of
from domaintune.sample.chemistry_wordings import (
    ASKED_EN,
    BENCHMARK_EN,
    BENCHMARK_KO,
    EXAM_KO,
    statement_of,
    stem_of,
)
from domaintune.sample.corpora import Composed, compose_text_corpus
from domaintune.sample.korean_particles import with_particles
from domaintune.sample.params import TextCorpus


@pytest.fixture(scope="module")
def mixed() -> Composed:
    return compose_text_corpus(20240610, "pretraining", 1200, 300, ["projects", "chemistry"])


def test_text_on_projects_alone_has_the_bytes_it_had_before_there_were_topics() -> None:
    files = compose_text_corpus(1, "pretraining", 12, 5, ["projects"]).files
    assert {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in files.items()} == {
        "text.jsonl": "5b6b53b928275559",
        "dialogues.jsonl": "da2834aa5e391e6c",
    }
    assert TextCorpus(kind="text", documents=1, dialogues=0).topics is None


def test_topics_take_turns(mixed: Composed) -> None:
    texts = [json.loads(line)["text"] for line in mixed.files["text.jsonl"].splitlines()]
    alone = compose_text_corpus(20240610, "pretraining", 600, 150, ["projects"]).files["text.jsonl"]
    assert len(texts) == 1200
    assert texts[::2] == [json.loads(line)["text"] for line in alone.splitlines()]
    dialogues = [json.loads(line)["messages"] for line in mixed.files["dialogues.jsonl"].splitlines()]
    assert len(dialogues) == 300
    assert all([m["role"] for m in messages] == ["user", "assistant"] for messages in dialogues)


def test_chemistry_text_reads_exams_in_both_languages_and_states_half_of_the_facts(mixed: Composed) -> None:
    text = mixed.files["text.jsonl"]
    assert "정답: ③" in text
    assert "Answer: C." in text
    assert "요약: " in text
    for fact in FACTS:
        for korean in (True, False):
            assert (statement_of(fact, korean=korean) in text) == (fact in TOLD), fact


def test_no_question_of_an_exam_or_a_benchmark_is_in_pretraining(mixed: Composed) -> None:
    text = mixed.files["text.jsonl"] + mixed.files["dialogues.jsonl"]
    for fact in FACTS:
        for wordings, korean in (
            (EXAM_KO, True),
            (BENCHMARK_KO, True),
            (BENCHMARK_EN, False),
            (ASKED_EN, False),
        ):
            for wording in wordings[fact.kind]:
                assert stem_of(wording, fact, "", korean=korean) not in text


def test_pretraining_reads_other_papers_than_the_corpus() -> None:
    papers = islice(compose_papers(5, "pretraining", "pretraining", TURNS), 30)
    assert all(use_of(paper.title) == "pretraining" for paper in papers)


@pytest.mark.parametrize(
    ("template", "resolved"),
    [
        ("물은(는)", "물은"),
        ("암모니아은(는)", "암모니아는"),
        ("물으로(로)", "물로"),
        ("산으로(로)", "산으로"),
        ("H2O을(를)", "H2O를"),
        ("CaCO3을(를)", "CaCO3을"),
        ("TMX-70과(와)", "TMX-70과"),
        ("금이(가)", "금이"),
        ("NaCl이(가)", "NaCl이"),
    ],
)
def test_particles_follow_the_sound_of_the_word_before(template: str, resolved: str) -> None:
    assert with_particles(template) == resolved
