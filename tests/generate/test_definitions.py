"""Concepts that a text defines itself, in English and Korean; what is no definition is left to a model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from generate_run import document

from domaintune.core.paying.protocol import Failure, Reply
from domaintune.generate.offline.definitions import defined
from domaintune.generate.offline.extractive import answer


@pytest.mark.parametrize(
    ("sentence", "language", "term"),
    [
        ("A heat pump is a device that moves heat against its gradient.", "en", "heat pump"),
        ("Creep is the slow deformation of a solid that is under a constant load.", "en", "Creep"),
        ("Porosity refers to the share of a volume that is not filled.", "en", "Porosity"),
        (
            "The Seebeck effect is defined as a voltage between two ends of unequal heat.",
            "en",
            "Seebeck effect",
        ),
        ("This is a device that moves heat against its gradient.", "en", None),
        ("The aim is a device that moves heat against its gradient.", "en", None),
        ("The pump is made of copper and works at night.", "en", None),
        ("The team will build a pump that is used at sea.", "en", None),
        ("열펌프란 낮은 온도에서 높은 온도로 열을 옮기는 장치이다.", "ko", "열펌프"),
        ("크리프는 일정한 하중에서 고체가 천천히 변형되는 현상을 말한다.", "ko", "크리프"),
        ("본 연구는 열을 옮기는 장치의 오랜 사용과 그 수명을 의미한다.", "ko", None),
        ("펌프는 구리로 만들었으며 밤에 작동한다.", "ko", None),
    ],
)
def test_a_sentence_defines_a_term_or_not(sentence: str, language: str, term: str | None) -> None:
    assert defined(sentence, language) == term


def material(text: str, quotes: str, language: str = "en") -> dict[str, Any]:
    return {
        "language": language,
        "title": "T",
        "text": text,
        "fields": {"text": text},
        "pairs": 3,
        "quotes": quotes,
    }


def test_a_definition_answers_the_question_for_its_term() -> None:
    text = "We build one. A heat pump is a device that moves heat against its gradient. A heat pump is a box that hums loudly."
    reply = answer(material(text, "definitions"))
    assert isinstance(reply, Reply)
    (pair,) = json.loads(reply.text)["pairs"]
    assert "heat pump" in pair["question"]
    assert pair["answer"] == "A heat pump is a device that moves heat against its gradient."


@pytest.mark.parametrize(
    ("quotes", "language", "detail"),
    [
        ("definitions", "en", "no sentence of the text defines a term"),
        ("definitions", "fr", "definitions in English and Korean"),
        ("nothing", "en", "cannot make up a problem"),
        ("aspects", "ko", "asks in English"),
    ],
)
def test_the_rest_needs_a_model(quotes: str, language: str, detail: str) -> None:
    found = answer(material("The pump hums.", quotes, language))
    assert isinstance(found, Failure)
    assert found.reason == "needs_model"
    assert detail in found.detail


def test_a_summary_is_a_sentence_of_an_english_text_and_a_korean_one_is_declined(
    tmp_path: Path, stage_run: Callable[..., Any]
) -> None:
    run = stage_run(tmp_path, "http://127.0.0.1:9/v1", "science_summary")
    run.params["teacher"] |= {"backend": "extractive", "model": "extractive-1"}
    text = "In this work we build a pump for methane that is made of copper. It hums."
    run.write_documents([document(1, text=text), document(2, text="이 연구는 펌프를 다룬다.", language="ko")])
    found = run.run()
    assert found.returncode == 0, found.stderr
    books = run.books()
    assert books["kept"] == 1
    assert books["requests"]["failed"] == {"needs_model": 1}
