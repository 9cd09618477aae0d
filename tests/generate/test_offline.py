"""The offline teacher on each task: quoted, or declined; never made up."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.paying.protocol import Failure, Reply
from domaintune.generate.answers import Answer
from domaintune.generate.making import normalised
from domaintune.generate.offline.extractive import answer
from domaintune.generate.prompts import prompt_for

Make = Callable[..., Any]
CATALYSIS = (
    "Better catalysts for methane reforming would save energy. Here silver was used as the catalyst. The silver was "
    "supported on titanium dioxide. To prevent sintering, the titanium dioxide support was modified by plasma treatment."
)


@pytest.fixture
def ask(units: Make, cards: Make) -> Make:
    def told(name: str, text: str = "", **changes: Any) -> Any:
        card = cards(name, **{key: changes.pop(key) for key in ("optional",) if key in changes})
        material = dict(prompt_for(units(name, text, **changes), card, 1).material or {})
        reply = answer(json.loads(json.dumps(material)))
        return json.loads(reply.text) if isinstance(reply, Reply) else reply

    return told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (CATALYSIS, ["silver", "titanium dioxide", "modified by plasma treatment", "to prevent sintering"]),
        ("In this study, the catalyst is nickel, prepared by milling.", ["nickel", "N/A", "N/A", "N/A"]),
        ("As the support material, carbon black was chosen.", ["N/A", "carbon black", "N/A", "N/A"]),
        ("A pump was built.", ["N/A"] * 4),
    ],
)
def test_plain_phrases_about_catalysts_are_read(text: str, found: list[str], ask: Make) -> None:
    assert list(ask("information_extraction", text).values()) == found


def test_a_catalyst_in_other_words_is_declined_not_denied(ask: Make) -> None:
    for text in (
        "The reaction was catalysed efficiently.",
        "Our catalyst beats all others.",
        "Pt catalysts need a support.",
    ):
        assert ask("information_extraction", text).reason == "needs_model"


def test_a_summary_is_a_sentence_of_the_text_with_its_compounds(ask: Make) -> None:
    text = (
        "Acids are strong and well known in all laboratories. Here we show that H2SO4 dissolves CaCO3 quickly. "
        + "Word " * 70
    )
    assert ask("summarise_extract", text) == {
        "summary": "Here we show that H2SO4 dissolves CaCO3 quickly.",
        "compounds": ["H2SO4", "CaCO3"],
    }
    assert ask("summarise_extract", "Too short.").reason == "needs_model"


def test_keywords_are_what_a_text_comes_back_to(ask: Make) -> None:
    text = (
        "Anion exchange membranes age. We made anion exchange membranes from poly(arylene ether) by solution casting. "
        "After solution casting, poly(arylene ether) lost piperidinium rings; piperidinium rings are weak."
    )
    assert ask("keywords", text, title="Ageing", keywords=[])["keywords"] == [
        "Anion exchange membranes",
        "poly(arylene ether)",
        "solution casting",
        "piperidinium rings",
    ]
    assert ask("keywords", "Nothing comes twice here.", keywords=[]).reason == "needs_model"


def test_values_of_a_property_are_read_and_look_alikes_left(ask: Make) -> None:
    text = "QPPO-2 has a water uptake of 32 %. Its swelling ratio was 12 %. The cell ran at a relative humidity of 95 %."
    assert ask("property_extraction", text, variant="water_uptake") == {
        "readings": [{"material": "QPPO-2", "value": "32 %"}]
    }
    assert ask("property_extraction", text, variant="ion_conductivity") == {"readings": []}


def test_an_exam_question_gets_its_key_or_is_declined(ask: Make) -> None:
    assert ask("exam", explanation="") == {"Answer": "2", "Explanation": ""}
    assert ask("exam", explanation="", optional=None).reason == "needs_model"


def test_translation_is_declined(ask: Make) -> None:
    declined = ask("summarise_translate", "A pump was built.")
    assert isinstance(declined, Failure)
    assert declined.reason == "needs_model"


WORDS = st.lists(
    st.sampled_from(
        ["Pt", "silver", "was", "used", "as", "the", "catalyst", "support", "H2SO4", "32 %", "water uptake", "of", "is",
         "QPPO-2", ".", "treated", "by", "heating", "to", "grow", "(arylene", "ether)", "poly(vinyl alcohol)", "on"]
    ),
    max_size=30,
)  # fmt: skip


@given(WORDS, st.sampled_from(["information_extraction", "property_extraction"]))
def test_what_the_offline_teacher_says_is_grounded(words: list[str], name: str) -> None:
    from generate_run import ROOT, document

    from domaintune.core.sections.data import Task
    from domaintune.generate.prompt_items import choose
    from domaintune.generate.reading import read_card

    task = Task(
        group="g", sources=["awards"], reads="documents", unit="document", fields=["text"], max_documents=None
    )
    card = read_card(ROOT / f"catalog/tasks/{name}.yaml", name, task)
    for unit in choose([document(1, text=" ".join([*words, "."]))], task, 1, card.variants).units:
        reply = answer(json.loads(json.dumps(dict(prompt_for(unit, card, 1).material or {}))))
        if isinstance(reply, Reply):
            assert isinstance(normalised(json.loads(reply.text), unit, card), Answer)
