"""Options in questions and choices in answers. All texts are composed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.choice_text import LABELS, render_options, split_options

FIVE = ["0.001", "0.01", "0.1", "1", "10"]
WORDS = (
    st.text(alphabet="가나물염산구리 abcdxyz0123456789.-", min_size=2, max_size=12)
    .map(str.strip)
    .filter(lambda t: len(t) > 1)
)


@given(
    st.lists(WORDS, min_size=4, max_size=26, unique_by=lambda text: text.replace(" ", "").strip(".")),
    st.data(),
)
def test_a_circled_label_with_its_text_is_always_read(options: list[str], data: st.DataObject) -> None:
    choice = data.draw(st.integers(1, len(options)))
    shown = LABELS[choice - 1] + " " + options[choice - 1]
    for text in ("{}", "정답: {}", '{{"Answer": "{}", "Explanation": "그렇다"}}'):
        assert read_answer(text.format(shown), len(options), options) == choice
    assert read_answer(LABELS[choice - 1], len(options), options) == choice


def test_a_number_within_the_text_of_the_labelled_option_is_no_label() -> None:
    assert read_answer("⑫ 0 10", 12, [*map(str, range(20, 31)), "0 10"]) == 12


ABCD = list("abcd")
SPLIT = [
    ("점성은 얼마인가? 보기: ①0.001 ②0.01 ③0.1 ④1 ⑤10", "점성은 얼마인가?", FIVE),
    ("물은? 1) a 2) b 3) c 4) d", "물은?", ABCD),
    ("Which? A. a B. b C. c D. d", "Which?", ABCD),
    ("무엇인가? 가. a 나. b 다. c 라. d", "무엇인가?", ABCD),
    ("Which?\r\nA. a\r\nB. b\r\nC. c\r\nD. d\r\nAnswer: B", "Which?", ABCD),
    ("x? A) a, B) b, C) c, D) d", "x?", ABCD),
    ("x? １） a ２） b ３） c ４） d", "x?", ABCD),
    ("x? ⑴a ⑵b ⑶c ⑷d", "x?", ABCD),
    ("\ufeffx?①a②b③c④d", "x?", ABCD),
    ("x? (A) a (B) b (C) c (D) d (E) e", "x?", list("abcde")),
    ("x? a) 1.5 b) 2 c) 3 d) 4", "x?", ["1.5", "2", "3", "4"]),
    ("x? 1. 1.5 2. 2 3. 3 4. 4", "x?", ["1.5", "2", "3", "4"]),
    ("x?\nA) f(1);\nB) f(2);\nC) f(3);\nD) f(4);", "x?", ["f(1);", "f(2);", "f(3);", "f(4);"]),
    ("Which holds vitamin K. (1) a (2) b (3) c (4) d", "Which holds vitamin K.", ABCD),
    # a list in the stem
    ("둘은 ① 은 ② 금 ③ 납 이다. ① a ② b ③ c ④ d", "둘은 ① 은 ② 금 ③ 납 이다.", ABCD),
    ("( ① )과 ( ② )는? ① a ② b ③ c ④ d", "( ① )과 ( ② )는?", ABCD),
    # options that name its items
    ("x?\n① ①,②\n② ①,③\n③ ②,③\n④ ①,④", "x?", ["①,②", "①,③", "②,③", "①,④"]),
]


UNCLEAR = [
    "plain",
    "셋은? ① a ② b ③ c",
    "①a②b③c④d",
    "x? ①a ② ③c ④d",
    "x? ①①,② ②①,③ ③②,③ ④①,④",
    "x? ① a ② b ③ c ④ ① d ② e ③ f ④ g",
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "stem", "options"), [*SPLIT, *((text, "", []) for text in UNCLEAR)])
def test_stem_and_four_or_more_clear_options_come_apart(
    text: str, stem: str, options: list[str], form: str
) -> None:
    assert split_options(unicodedata.normalize(form, text)) == ((stem, options) if stem else None)


@given(st.lists(WORDS.filter(lambda text: not text.startswith(".")), min_size=4, max_size=26))
def test_options_survive_being_shown_and_cut_out(options: list[str]) -> None:
    composed = [unicodedata.normalize("NFC", option) for option in options]
    assert split_options("맞는 것은? " + render_options(options)) == ("맞는 것은?", composed)


@given(st.text(max_size=80))
def test_any_text_can_be_tried(text: str) -> None:
    found = split_options(text)
    assert found is None or (found[0] and 4 <= len(found[1]) <= 26 and all(found[1]))
