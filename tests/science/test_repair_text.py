"""Repairs that are provable, and damage that is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.lost_characters import lost_character, lost_letter
from domaintune.science.repair_text import repair_line, repair_text

TAGS = ["<!-- ", "<script>", "<sup>", "<p ", "< ", "</", "</a", "<p>a"]
SIGNS = ["&amp;", "&#38;", "a?", "\\n", "\n", "  ", "```\n~~~~\n", "```a\n", "| - ", "a|", "--|--\n"]


@pytest.mark.parametrize(
    ("damaged", "repaired", "kinds"),
    [
        ("Earth&#x27;s R&amp;D at 5 &lt; T", "Earth's R&D at 5 < T", ("html_entities",)),
        ("Earth&#x19;s core", "Earth’s core", ("html_entities", "low_bytes")),
        ("the &#x1c;hot&#x1d; wall", "the “hot” wall", ("html_entities", "low_bytes")),
        ("Slingshotâ€™s range", "Slingshot’s range", ("mojibake",)),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국", ("nfc",)),
        ("large \u00adscale", "large scale", ("invisible_characters",)),
        ("Abstract         We propose", "We propose", ("prefix",)),
        ("one\r\ntwo\n\nthree", "one two\n\nthree", ("line_breaks",)),
        ("one  two\tthree", "one two three", ("spaces",)),
        (
            "&amp;lt;p&amp;gt;A&amp;nbsp;wall&amp;lt;/p&amp;gt;",
            "A wall",
            ("html_entities", "html_tags", "spaces"),
        ),
        ("H<sub>2</sub>O at 10<sup style='x'>-6</sup> bar", "H2O at 10⁻⁶ bar", ("html_tags",)),
        ("5<SUP>o</SUP>C, the 2<sup>nd</sup>, x<sup>ab</sup>", "5°C, the 2nd, x^ab", ("html_tags",)),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n\n- two", ("html_tags", "line_breaks")),
        ('<span style="a>b">A wall</span> is', "A wall is", ("html_tags",)),
        ('<td width=5" height=3>a</td><td>6" b</td>', 'a 6" b', ("html_tags", "spaces")),
        ("<p>A wall<p>It is <mark>cold</mark>", "A wall\n\nIt is cold", ("html_tags",)),
        ("<P>\nA wall.\n<P>\nIt <small>is</small>.", "A wall.\n\nIt is.", ("html_tags", "line_breaks")),
        ("<li>one<li><font color=red>two", "- one\n\n- two", ("html_tags",)),
        ("a <term>wall</term> <br>of <acronym>ice", "a wall of ice", ("html_tags", "line_breaks")),
        ("<jats:p>10<jats:sup>6</jats:sup> <jats:italic>K</jats:italic></jats:p>", "10⁶ K", ("html_tags",)),
        ("&amp;amp;amp;amp;amp;amp;#38;amp;lt;b&gt; 5 &&#35;60; 6", "<b> 5 < 6", ("html_entities",)),
        ("First.\\n\\nsecond\\nThird", "First.\n\nsecond Third", ("literal_line_breaks", "line_breaks")),
        ("What is it?\\n\\n'A solid'", "What is it?\n\n'A solid'", ("literal_line_breaks",)),
        ("a wall isnbsp;cold", "a wall is cold", ("html_entities",)),
        ("¼ö¼Ò ¹ëºêÀÇ ½ÃÆ®¸¦ ½ÃÇèÇÏ¿´´Ù", "수소 밸브의 시트를 시험하였다", ("mojibake",)),
        ("½ÃÆ® 3", "시트 3", ("mojibake",)),
        ("I?m sure they?re cold, we?ve seen", "I’m sure they’re cold, we’ve seen", ("lost_apostrophes",)),
        ("today?s walls don?t bend", "today’s walls don’t bend", ("lost_apostrophes",)),
    ],
)
def test_each_kind_of_damage_is_repaired_and_named(damaged: str, repaired: str, kinds: tuple) -> None:
    assert repair_text(damaged) == (repaired, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "Abstract thinking is a skill",
        "see http://x.org/?a=1&copy=2&reg=3",
        "AT&T; and R&D",
        "<p> and <q> are means, <p>/m and <t> not, <x:y> too",
        "A wall <p>a<p>b",
        "a < b and c > d",
        "<0.5 mol of <p> and <x|y>, where <i> is a mean",
        "the frequency $\\nu$ and \\nabla T in C:\\\\new",
        "see http://x.org/page?s and cat?alog",
        'the program prints "hot\\n" and "Cold\\n"',
        "a na?ve model, a caf?d wall and clich?s of Andr?s",
        "5 mPa?s, 10 N?s and 3 kg?s",
        "a lone ` < b and `1` or ` too",
        "AÇÃO, RELAÇÃO, SOLUÇÃO, DIMENSÃO, AÇÕES",
        "450 °C, 5 µm, naïve, ½",
        "PÄÄTÖS ÅÄÖ, ÄÄÄÄ, °°°° ±±±±, ÀÁÂÃÄÅ",
        "Use `<div>` here, not `</div>`.",
        'Write `printf("a\\n\\n")` or `b\\n`.',
        "Escape it as `&amp;lt;`, keep `a  b`, `x\x19y` and `don?t`.",
    ],
)
def test_what_is_not_provably_damaged_or_is_code_stays_as_it_is(text: str) -> None:
    assert repair_text(text) == repair_line(text) == (text, ())


@pytest.mark.parametrize(
    "text", ["95\ufffdkg", "a\x00b", "a\x06b", "tail\x81", "x = \x19 + y", "x \x1c y", "end\x1f", "\x1c 5"]
)
def test_a_lost_character_is_found_and_is_not_taken_for_a_space_that_may_go(text: str) -> None:
    for kept in (text, repair_text(text).text, repair_line(text).text):
        assert lost_character(kept) is not None
    assert lost_character("x = \x19 + y") == "U+0019 at character 5"


@given(st.text(alphabet=st.characters(exclude_characters="&")))
def test_repairing_comes_to_rest(text: str) -> None:
    twice = repair_text(repair_text(text).text).text
    assert twice == repair_text(twice).text


@pytest.mark.parametrize("block", ["T | n\n--|:-:\n300 | 1\n400 | 2", "```\nx  y  # &lt;\n\n  z"])
def test_a_table_without_outer_pipes_and_a_fence_open_to_the_end_keep_their_lines(block: str) -> None:
    assert repair_text(f"Broken\nline:\n{block}").text == f"Broken line:\n\n{block}"
    assert repair_text(f"a | b\n---\n{block}").text == f"a | b ---\n\n{block}"


@pytest.mark.parametrize("piece", [*TAGS, *SIGNS])
def test_text_made_to_be_slow_is_repaired_in_one_pass(piece: str) -> None:
    repair_text(piece * 100_000)  # anything quadratic takes hours here


def test_code_in_blocks_is_neither_unescaped_nor_seen_as_damage() -> None:
    fence = "```\n&lt;p&gt;  a?b x\x19y\n```"
    lines = "    if a:\n        return x  # two  spaces"
    text = repair_text(f"Now &lt;\n1:\n\n{lines}\n\n{fence}\n\n    An indented\n    quotation &gt; 2.").text
    assert text == f"Now < 1:\n\n{lines}\n\n{fence}\n\nAn indented quotation > 2."
    assert not lost_letter(f"{text} What? See x.org/a?b=1")
    assert lost_letter(f"{text} It is high?speed.")
    assert lost_letter("at 1800?C")


def test_what_a_browser_does_not_show_is_gone_and_a_title_becomes_one_line() -> None:
    assert repair_line(" Solar\r\n Panel &amp; Wing ").text == "Solar Panel & Wing"
    page = "<!DOCTYPE html><style>p {x}</style><p>Shown<!-- not --> here</p><script>let a = '<p>'</script>"
    assert repair_text(page).text == "Shown here"
