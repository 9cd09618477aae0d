"""Tables of a terminal: no cell is lost, nothing is wider than it may be, wide characters count two."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.terminal import as_text


def test_a_table_lines_up_in_a_terminal_with_korean_headings():
    table = ResultTable("t", ["", "기반", "one\nb"], [["x", "1.25", "2"], ["df", "9"]], ["a note"])
    assert as_text(table).splitlines() == [
        "t", "          one", "    기반    b", "x   1.25    2", "df     9", "", "a note",
    ]  # fmt: skip


words = st.text(st.sampled_from("ab화학 "), max_size=12)


@given(st.lists(st.tuples(words, st.lists(words, min_size=2, max_size=2)), min_size=1, max_size=30))
def test_panels_never_lose_a_cell_and_keep_to_the_width(columns):
    rows = [[name, *(cells[at] for _, cells in columns)] for at, name in enumerate(("one", "two"))]
    text = as_text(ResultTable("", ["row", *(title for title, _ in columns)], rows), width=40)
    lines = text.split("\n")
    assert all(sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) <= 40 for line in lines)
    for letter in "ab화학":
        expected = sum(title.count(letter) + "".join(cells).count(letter) for title, cells in columns)
        assert text.count(letter) == expected
