"""Which documents are asked about, and which of their fields."""

import pytest
from generate_run import document
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.sections.data import Task
from domaintune.core.stage.errors import InputError
from domaintune.generate.prompt_items import choose, field_text


def task(**changes: object) -> Task:
    values = {
        "group": "nasa",
        "sources": ["awards"],
        "reads": "documents",
        "request_per": "field",
        "fields": ["text", "keywords", "nasa_applications", "firm"],
        "max_documents": None,
        "pairs": 1,
    }
    return Task(**(values | changes))


def test_a_field_is_a_column_a_section_or_an_attribute() -> None:
    texts = {
        name: field_text(document(3), name)
        for name in ("title", "keywords", "nasa_applications", "firm", "x")
    }
    assert texts == {
        "title": "Cold Pump 3",
        "keywords": "pump; cold 3",
        "nasa_applications": "NASA can cool 3 telescopes with it.",
        "firm": "Firm 3",
        "x": "",
    }


def test_an_empty_field_is_counted_and_not_asked_about() -> None:
    chosen = choose([document(1), document(2, sections=[], keywords=[])], task(), seed=1)
    assert len(chosen.items) == 6
    assert chosen.counts["empty_fields"] == 2


def test_a_whole_document_is_one_unit() -> None:
    chosen = choose([document(1), document(2, sections=[])], task(request_per="document"), seed=1)
    assert sorted((unit.field, len(unit.values)) for unit in chosen.items) == [("", 3), ("", 4)]


def test_a_misspelt_field_is_told_with_the_known_ones() -> None:
    with pytest.raises(
        InputError, match=r"\['nasa_aplications'\] are in no document; known here: firm, keywords"
    ):
        choose([document(1)], task(fields=["nasa_aplications"]), seed=1)


def test_a_source_without_documents_is_told() -> None:
    with pytest.raises(
        InputError, match=r"no document of the sources \['other'\]; the corpus holds \['awards'\]"
    ):
        choose([document(1)], task(sources=["other"]), seed=1)


@given(st.sets(st.integers(0, 300), min_size=2, max_size=60), st.integers(1, 20), st.integers(0, 5))
def test_a_new_document_displaces_one_other_at_most(numbers: set[int], most: int, seed: int) -> None:
    *old, new = sorted(numbers)
    before = choose([document(n) for n in old], task(max_documents=most), seed)
    after = choose([document(n) for n in [*old, new]], task(max_documents=most), seed)
    ids = [{unit.record.id for unit in chosen.items} for chosen in (before, after)]
    assert len(ids[0] - ids[1]) <= 1
    assert after.counts["documents"] + after.counts["documents_beyond_max"] == len(numbers)
    assert after.counts["documents"] == min(most, len(numbers))


def test_the_order_of_the_corpus_does_not_matter() -> None:
    documents = [document(n) for n in range(20)]
    assert choose(documents, task(max_documents=7), 1) == choose(documents[::-1], task(max_documents=7), 1)
