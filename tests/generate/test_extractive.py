"""The offline teacher quotes, and says so when it cannot."""

import json
from collections.abc import Mapping

from generate_run import document
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.paying.protocol import Failure, Reply
from domaintune.generate.offline.extractive import answer

TEXT = (
    "This project builds a heat shield. Current shields crack in the cold. The team will use fiber weaving. "
    "The shield has a mass of 7.5 kg. In Phase I, the team will test a model. It will improve safety by 10%."
)


def ask(fields: Mapping[str, str], pairs: int = 1, **changes: object) -> list[tuple[str, str]]:
    material = {"language": "en", "title": "Firm Heat Shield", "text": TEXT, "fields": fields, "pairs": pairs}
    reply = answer(material | changes)
    assert isinstance(reply, Reply)
    return [(pair["question"], pair["answer"]) for pair in json.loads(reply.text)["pairs"]]


def test_each_aspect_of_an_abstract_has_its_own_question() -> None:
    pairs = ask({"text": TEXT}, pairs=10)
    assert len(pairs) == 6
    assert len({question for question, _ in pairs}) == 6
    assert {answer for _, answer in pairs} == {
        "This project builds a heat shield.",
        "Current shields crack in the cold.",
        "The team will use fiber weaving.",
        "The shield has a mass of 7.5 kg.",
        "In Phase I, the team will test a model.",
        "It will improve safety by 10%.",
    }
    assert all("Firm Heat Shield" in question for question, _ in pairs)


def test_other_fields_have_questions_of_their_own() -> None:
    [(question, quoted)] = ask({"nasa_applications": "It protects probes. It cools labs."})
    assert "NASA" in question
    assert quoted == "It protects probes. It cools labs."
    assert ask({"keywords": "heat; shield"})[0][1] == "The keywords are heat, shield."
    assert ask({"firm": "Acme"}) == [("Which firm carries out the project Firm Heat Shield?", "Acme")]
    assert ask({"state_code": "TX"}) == [("What is the state code of the project Firm Heat Shield?", "TX")]
    assert ask({"title": "Firm Heat Shield"})[0][1] == "Firm Heat Shield"


def test_a_whole_document_is_asked_about_field_by_field() -> None:
    answers = [quoted for _, quoted in ask({"text": TEXT, "firm": "Acme"}, pairs=3)]
    assert answers[1] == "Acme"
    assert len(answers) == 3


def test_a_long_section_is_quoted_in_whole_sentences() -> None:
    section = " ".join(f"Use number {n} is of some importance to all of us." for n in range(40))
    [(_, quoted)] = ask({"nasa_applications": section})
    assert section.startswith(quoted)
    assert quoted.endswith("us.")
    assert 400 <= len(quoted) < 500


def test_what_needs_a_model_is_declined() -> None:
    korean = {"language": "ko", "title": "열", "text": "", "fields": {"text": "열을 막는다."}, "pairs": 1}
    assert isinstance(answer(korean), Failure)
    alone = {"language": "en", "title": "Heat", "text": "", "fields": {"title": "Heat"}, "pairs": 1}
    assert isinstance(answer(alone), Failure)


def test_questions_differ_from_project_to_project() -> None:
    kinds = {
        ask({"text": document(n).text}, title=f"Project {n}")[0][0].replace(str(n), "") for n in range(40)
    }
    assert len(kinds) >= 5


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_every_answer_is_quoted(text: str, title: str) -> None:
    reply = answer({"language": "en", "title": title, "text": text, "fields": {"text": text}, "pairs": 9})
    if isinstance(reply, Reply):
        assert all(pair["answer"] in text for pair in json.loads(reply.text)["pairs"])
