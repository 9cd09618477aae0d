"""Marks as XML tags: what is sent is well-formed, and what comes back is the text with its marks."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.protected import misplaced, protect
from domaintune.translate.by_endpoint import from_tags, needs_tags, to_tags

PIECES = st.sampled_from(
    ["`code`", "$x^2$", "3 < 4", "a & b", "&amp;", "</m>", '<m id="1"/>', "5 mg", "물", "\n"]
)


@given(st.lists(PIECES | st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=8).map(" ".join))
def test_a_text_is_well_formed_as_xml_and_comes_back_as_it_was(text: str) -> None:
    sent = protect(text).text
    if needs_tags(sent):
        ET.fromstring(f"<t>{to_tags(sent)}</t>")
    assert from_tags(to_tags(sent)) == sent


def test_a_mark_is_sent_as_a_tag_and_other_signs_are_escaped() -> None:
    assert to_tags("if ⟦1⟧ < 3 & ⟦2⟧") == 'if <m id="1"/> &lt; 3 &amp; <m id="2"/>'


@pytest.mark.parametrize(
    "tag", ['<m id="1"/>', '<m id="1" />', "<m id='1'/>", '<m id="1"></m>', '<m id="1"> </m>']
)
def test_tags_are_read_in_every_spelling_of_an_empty_element(tag: str) -> None:
    assert from_tags(f"{tag} &lt; 3") == "⟦1⟧ < 3"


@pytest.mark.parametrize("tag", ['<m id="1">물</m>', '<m id="1">', '<m id="1"/></m>', "<m/>"])
def test_a_tag_that_fell_apart_never_passes_for_a_mark(tag: str) -> None:
    marks = protect("`x`").marks
    assert misplaced(from_tags(tag), marks)


def test_a_text_without_marks_or_with_signs_that_xml_forbids_is_sent_as_it_is() -> None:
    assert [needs_tags(text) for text in ("a < b", "⟦1⟧ a", "⟦1⟧ \x0b")] == [False, True, False]
