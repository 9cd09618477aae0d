"""Which documents are asked about, and which of their fields."""

from typing import Any

import pytest
from generate_run import document, entry, question
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.stage.errors import InputError
from domaintune.generate.prompts import PromptItems, choose, field_text

FIELDS = ["text", "keywords", "nasa_applications", "firm"]


def chosen(records: list[Any], seed: int = 1, **changes: Any) -> PromptItems:
    return choose(records, entry("nasa_rnd", **{"request_per": "field", "fields": FIELDS} | changes), seed)


def test_a_field_is_a_column_a_section_or_an_attribute() -> None:
    texts = [field_text(document(3), name) for name in ("title", *FIELDS[1:], "x")]
    assert texts == ["Cold Pump 3", "pump; cold 3", "NASA can cool 3 telescopes with it.", "Firm 3", ""]


def test_an_empty_field_is_counted_and_not_asked_about_and_a_whole_document_is_one_item() -> None:
    found = chosen([document(1), document(2, sections=[], keywords=[])])
    assert (len(found.items), found.counts["empty_fields"]) == (6, 2)
    found = chosen([document(1), document(2, sections=[])], request_per="document")
    assert sorted((one.field, len(one.values)) for one in found.items) == [("", 3), ("", 4)]


def test_a_misspelt_field_or_source_is_told_with_the_known_ones_and_a_benchmark_is_never_a_task() -> None:
    with pytest.raises(
        InputError, match=r"\['nasa_aplications'\] are in no document; known here: firm, keywords"
    ):
        chosen([document(1)], fields=["nasa_aplications"])
    with pytest.raises(
        InputError, match=r"no document of the sources \['other'\]; the corpus holds \['awards'\]"
    ):
        chosen([document(1)], sources=["other"])
    with pytest.raises(InputError, match=r"\['exams'\] are benchmarks, which are never trained on"):
        choose([question(1, split="benchmark")], entry("exam"), 1)


@given(st.sets(st.integers(0, 300), min_size=2, max_size=60), st.integers(1, 20), st.integers(0, 5))
def test_a_new_document_displaces_one_other_at_most_in_whatever_order_they_come(
    numbers: set[int], most: int, seed: int
) -> None:
    *old, new = sorted(numbers)
    before = chosen([document(n) for n in old], seed, max_documents=most)
    after = chosen([document(n) for n in [*old, new]], seed, max_documents=most)
    ids = [{one.record.id for one in found.items} for found in (before, after)]
    assert len(ids[0] - ids[1]) <= 1
    assert after.counts["documents"] + after.counts["documents_beyond_max"] == len(numbers)
    assert after.counts["documents"] == min(most, len(numbers))
    assert chosen([document(n) for n in [new, *old[::-1]]], seed, max_documents=most) == after
