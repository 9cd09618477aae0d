"""Tables and paragraphs of a terminal: no cell is lost, nothing is wider than it may be, wide characters count two."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.evidence.statistics import Table
from domaintune.science.evidence.terminal import Column, Group, as_text, panels, paragraph


def test_a_table_lines_up_in_a_terminal_with_korean_headings():
    text = as_text(Table("t", ["기반", "b"], [["x", "1.25", "2"], ["df", "9"]]))
    assert text.splitlines() == ["t", "    기반  b", "x   1.25  2", "df  9"]


words = st.text(st.sampled_from("ab화학 "), max_size=12)


@given(st.lists(st.tuples(words, st.lists(words, min_size=2, max_size=2)), min_size=1, max_size=30))
def test_panels_never_lose_a_cell_and_keep_to_the_width(columns):
    groups = [Group(title, [Column("h", cells)]) for title, cells in columns]
    text = panels(Column("row", ["one", "two"]), groups, width=40)
    lines = text.split("\n")
    assert all(sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) <= 40 for line in lines)
    for letter in "ab화학":
        expected = sum(title.count(letter) + "".join(cells).count(letter) for title, cells in columns)
        assert text.count(letter) == expected


@given(st.lists(st.text("ab화학", min_size=1, max_size=9), max_size=30))
def test_a_paragraph_keeps_every_word(found):
    text = paragraph(" ".join(found), "    ", 20)
    assert text.split() == found
    assert all(sum(1 + (c in "화학") for c in line) <= 24 for line in text.split("\n"))
