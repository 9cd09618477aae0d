"""Cutting long texts: nothing lost, nothing over the budget, every chunk knows its place."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domaintune.science.chunking import chunk_text
from domaintune.science.text_structure import estimate_tokens, heading, headings_of, isolate_lines

WORD = st.text(alphabet="abcdefgh 막전해질0123456789.,()-α", min_size=1, max_size=30)
PARAGRAPH = st.lists(WORD, min_size=1, max_size=12).map(lambda words: " ".join(" ".join(words).split()))
TEXT = st.lists(st.one_of(PARAGRAPH, st.sampled_from(["# Methods", "## Casting", "References"])), max_size=12)
CODE = "```python\n# a comment, no heading\nfor n in range(3):\n    heat(n)\n\ncool()\n```"
TABLE = "| T / K | n |\n|---|---|\n| 300 | 1. It is cold. |\n| 400 | 2. It is hot. |"


@settings(max_examples=300, deadline=None)
@given(TEXT, st.integers(5, 60), st.integers(0, 25))
def test_no_chunk_is_over_the_budget_and_every_word_is_in_one(paragraphs, budget, overlap):
    text = "\n\n".join(p for p in paragraphs if p.strip())
    found, _ = chunk_text(text, budget, min(overlap, budget // 2), 1)
    for chunk in found:
        assert chunk.text == text[chunk.start : chunk.end]
        assert estimate_tokens(chunk.text) <= budget or len(chunk.text) == 1
    covered = {at for chunk in found for at in range(chunk.start, chunk.end)}
    left = "".join(letter if letter == "\n" or at not in covered else "\0" for at, letter in enumerate(text))
    for paragraph in left.split("\n\n"):
        assert heading(paragraph) or not paragraph.strip("\0 ")
    starts = [(chunk.start, chunk.end) for chunk in found]
    assert starts == sorted(starts)
    assert len({end for _, end in starts}) == len(starts), "each chunk has something new"


def test_chunks_stay_within_sections_long_enough_and_carry_the_path_of_headings() -> None:
    body = "The membrane was cast at room temperature. It was dried for two days. "
    text = f"{body * 3}\n\n# Methods\n\n## Casting\n\n{body * 3}\n\n## Drying\n\n{body * 3}\n\n# Results\n\n{body}"
    found, _ = chunk_text(text, 1000, 0, 10)
    assert [one.section for one in found] == ["", "Methods > Casting", "Methods > Drying", "Results"]
    assert all("#" not in chunk.text for chunk in found)
    # a section too short to stand alone joins the next and keeps its heading
    short = f"# Aim\n\nTo measure it.\n\n# Results\n\n{body * 3}"
    [(joined, section, *_)], _ = chunk_text(short, 1000, 0, 80)
    assert section == "Aim; Results"
    assert joined.startswith("To measure it.\n\n# Results")


def test_whole_sentences_are_repeated_at_the_start_of_the_next_chunk() -> None:
    sentences = [f"Sample {n} was measured at {n} degrees." for n in range(12)]
    found, _ = chunk_text(" ".join(sentences), 40, 12, 1)
    for one, other in itertools.pairwise(found):
        shared = one.text[other.start - one.start :]
        assert shared in sentences
        assert other.text.startswith(shared)
    assert not chunk_text(" ".join(sentences), 40, 0, 1)[0][1].text.startswith(sentences[3])


def test_a_sentence_over_the_budget_is_cut_at_spaces_and_counted() -> None:
    found, cut = chunk_text("word " * 50 + "end.", 20, 0, 1)
    assert cut == chunk_text("가" * 300, 20, 0, 1)[1] == 1  # a word without any space, too
    assert {len(chunk.text.split()) for chunk in found[:-1]} == {20}
    assert " ".join(chunk.text for chunk in found).split() == ("word " * 50 + "end.").split()


def test_a_chunk_ends_with_a_paragraph_where_that_leaves_it_half_full() -> None:
    text = f"{'One two three four. ' * 5}\n\n{'Five six seven eight. ' * 5}"
    assert [chunk.text[:4] for chunk in chunk_text(text, 30, 0, 1)[0]] == ["One ", "Five"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("## Casting of films ##", (2, "Casting of films")),
        ("Introduction", (1, "Introduction")),
        ("RESULTS AND DISCUSSION", (1, "RESULTS AND DISCUSSION")),
        ("참고문헌", (1, "참고문헌")),
        ("2.1 Casting of films", (2, "2.1 Casting of films")),
        ("3. The film was dried.", None),
        ("3. The membrane shows high conductivity in", None),
        ("2,4-Dinitrophenol was added", None),
        ("1.5 mol of NaOH", None),
        ("#hashtag", None),
        ("", None),
    ],
)
def test_headings_are_told_from_sentences(line: str, found: tuple[int, str] | None) -> None:
    assert heading(line) == found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Methods\n1. Weigh it.\n2. Dry it as in\n3. Figures Of Merit",
         ["Methods", "1. Weigh it.", "2. Dry it as in\n3. Figures Of Merit"]),
        ("- one\n- two\nResults\nunderlined\n---\nx", ["- one", "- two", "Results", "## underlined", "x"]),
        ("1. a\n2. b\n3. c", ["1. a", "2. b", "3. c"]),
        ("Steps\n1) Cut it\n2) Dry it\nwell\n3) Weigh it", ["Steps", "1) Cut it", "2) Dry it\nwell", "3) Weigh it"]),
        ("1. Cut it.\n2. Dry it well\nin air\n3. Weigh it", ["1. Cut it.", "2. Dry it well\nin air", "3. Weigh it"]),
        ("It was\n2. then\n3. cold", ["It was\n2. then\n3. cold"]),
        ("We saw 1 in\n1. as in\n2. of it", ["We saw 1 in\n1. as in\n2. of it"]),
    ],
)  # fmt: skip
def test_lines_that_must_stay_apart_get_blank_lines_and_wrapped_sentences_do_not(text, parts):
    assert [part.strip() for part in isolate_lines(text).split("\n\n") if part.strip()] == parts


def test_a_numbered_list_is_not_a_row_of_headings() -> None:
    paragraphs = ["1 Methods", "1.1 Steps", "1. Weigh it", "2. Dry it", "Text.", "2 Results", "Text."]
    names = [found and found[1] for found in headings_of(paragraphs)]
    assert names == ["1 Methods", "1.1 Steps", None, None, None, "2 Results", None]


def test_the_estimate_counts_words_numbers_signs_and_syllables() -> None:
    texts = ["The film was dried.", "polymerisation", "1234", "전해질", ""]
    assert list(map(estimate_tokens, texts)) == [5, 2, 2, 2, 0]


def test_a_fence_of_code_and_a_table_stay_whole_in_one_chunk_or_are_cut_between_rows() -> None:
    prose = "The membrane was cast at room temperature. " * 4
    text = f"{prose.strip()}\n\n{CODE}\n\n{prose.strip()}\n\n{TABLE}\n\n{prose.strip()}"
    found = chunk_text(text, 45, 10, 1)[0]
    for block in (CODE, TABLE):
        assert sum(block in chunk.text for chunk in found) == 1
    assert {chunk.section for chunk in found} == {""}, "a comment in code is no heading"
    table = TABLE + "".join(f"\n| {n} | it is warm again |" for n in range(20))
    found, _ = chunk_text(table, 40, 0, 1)
    assert len(found) > 2
    assert all(chunk.text.startswith("| ") and chunk.text.endswith("|") for chunk in found)
