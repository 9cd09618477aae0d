"""The offline teacher quotes, and says so when it cannot."""

import json
import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.paying.protocol import Failure, Reply
from domaintune.generate.offline import QUESTIONS, answer
from domaintune.science.sentences import split_sentences

TEXT = (
    "This project builds a heat shield. Current shields crack in the cold. The team will use fiber weaving. "
    "The shield has a mass of 7.5 kg. In Phase I, the team will test a model. It will improve safety by 10%."
)
MATERIAL = {"language": "en", "title": "Firm Heat Shield", "text": TEXT, "pairs": 1, "quotes": "aspects"}
TEXTS = {
    "Valve seats at 20 K": "Seats of filled polymer were pressed against steel at 20 K. Existing seats of copper leak "
    "after a thousand cycles. Wear was measured by means of a profilometer. Filler reduced the wear to a fifth.",
    "Annealing": "Annealing lets strained grains grow anew. It is limited by impurities. It makes a metal softer.",
    "Solar dryer": "A dryer for sludge will be built. In Phase I the team uses solar heat. Benefits are lower costs.",
}  # a paper, an exam note and a project record


def ask(fields: Mapping[str, str], **changes: object) -> list[tuple[str, str]]:
    reply = answer(MATERIAL | {"fields": fields} | changes)
    assert isinstance(reply, Reply)
    return [(pair["question"], pair["answer"]) for pair in json.loads(reply.text)["pairs"]]


def test_each_aspect_of_an_abstract_has_its_own_question() -> None:
    pairs = ask({"text": TEXT}, pairs=10)
    assert len(pairs) == 6
    assert len({question for question, _ in pairs}) == 6
    assert sorted(quoted for _, quoted in pairs) == sorted(split_sentences(TEXT))
    assert all("Firm Heat Shield" in question for question, _ in pairs)


def test_other_fields_have_questions_of_their_own_and_are_asked_about_in_turn() -> None:
    answers = [quoted for _, quoted in ask({"text": TEXT, "firm": "Acme"}, pairs=3)]
    assert (answers[1], len(answers)) == ("Acme", 3)
    [(question, quoted)] = ask({"nasa_applications": "It protects probes. It cools labs."})
    assert "NASA" in question
    assert quoted == "It protects probes. It cools labs."
    assert ask({"keywords": "heat; shield"})[0][1] == "The keywords are heat, shield."
    assert ask({"firm": "Acme"}) == [("Which firm carries out the project Firm Heat Shield?", "Acme")]
    assert ask({"state_code": "TX"}) == [("What is the state code of the project Firm Heat Shield?", "TX")]


def test_a_long_section_is_quoted_in_whole_sentences() -> None:
    section = " ".join(f"Use number {n} is of some importance to all of us." for n in range(40))
    [(_, quoted)] = ask({"nasa_applications": section})
    assert section.startswith(quoted)
    assert quoted.endswith("us.")
    assert 400 <= len(quoted) < 500


def test_what_needs_a_model_is_declined() -> None:
    korean, alone = {"language": "ko", "fields": {"text": "열을 막는다."}}, {"fields": {"title": "Heat"}}
    for asked in (korean, alone):
        assert isinstance(answer(MATERIAL | {"text": ""} | asked), Failure)


def test_papers_exam_notes_and_project_records_are_asked_about_as_texts() -> None:
    own = {"keywords": "wear", "firm": "Acme"}
    for title, text in TEXTS.items():
        fields = {"title": title, "text": text, **own}
        pairs = ask(fields, title=title, text=text, pairs=9, quotes="statements")
        answers = [quoted for _, quoted in pairs]
        assert len(answers) >= 5
        assert {title, "The keywords are wear.", "Acme"} < set(answers)
        assert all(
            quoted in text for quoted in answers if quoted not in (title, "The keywords are wear.", "Acme")
        )
        asked = " ".join(question for question, _ in pairs)
        assert not re.search(r"project|team|NASA|phase|award", asked, re.IGNORECASE)


@pytest.mark.parametrize("quotes", QUESTIONS)
@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_every_answer_is_quoted(quotes: str, text: str, title: str) -> None:
    own = {"title": title, "text": text, "fields": {"text": text}, "pairs": 9, "quotes": quotes}
    reply = answer(MATERIAL | own)
    if isinstance(reply, Reply):
        assert all(pair["answer"] in text for pair in json.loads(reply.text)["pairs"])
