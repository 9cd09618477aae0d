"""Options in questions and choices in answers. All texts are composed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.choice_text import LABELS, render_options, split_options

FIVE = ["0.001", "0.01", "0.1", "1", "10"]
FOUR = ["a catalyst", "oxygen", "carbon", "water"]
KOREAN = ["물", "산소", "수소", "질소"]
MOLES = ["1 mol", "3 mol", "4 mol", "5 mol"]
OTHER = ["x", "y", "z", "w"]

READ = [
    # an exam sheet's cell
    ("3", FOUR, 3), ("③", FOUR, 3), ("3번", FOUR, 3), ("C", FOUR, 3), ("c", FOUR, 3), ("(c)", FOUR, 3), ("3.0", FOUR, 3),
    ("３", FOUR, 3), ("Ｃ", FOUR, 3), ("ⓒ", FOUR, 3), ("D.", FOUR, 4), ("3)", FOUR, 3), ("가", FOUR, 1), ("\ufeff③\r\n", FOUR, 3),
    ("3", ["3", "5", "7", "9"], 3), ("7", ["3", "5", "7", "9"], 3), ("A", FOUR, 1),
    # a model's answer
    ("정답: ② 0.01", FIVE, 2), ('{"Answer": "② 0.01"}', FIVE, 2), ("{‘Answer’: ② 0.01, ‘Explanation’: 5 mol}", FIVE, 2),
    ('{"answer": 2}', FOUR, 2), ('{"answer": ["B"]}', FOUR, 2), ('{"Answer": "B", "Explanation": "A is wrong"}', FOUR, 2),
    ("The answer is C.", FOUR, 3), ("**Answer:** C", FOUR, 3), ("I choose option (C).", FOUR, 3), ("\\boxed{C}", FOUR, 3),
    ("$\\boxed{\\text{C}}$", FOUR, 3), ("정답은 ③입니다.", FOUR, 3), ("정답은 3번이다", FOUR, 3), ("답: 다", FOUR, 3), ("정답 ③", FOUR, 3),
    ("3번이 정답", FOUR, 3), ("답은 ④번 질소이다.", KOREAN, 4), ("가. 물", KOREAN, 1), ("② 0.01\n해설: ①은 너무 작다", FIVE, 2),
    ("Answer: C\n\nExplanation: (A) is wrong", FOUR, 3), ("C: carbon", FOUR, 3), ("A is correct.", FOUR, 1),
    ("The answer is A because it lowers the barrier", OTHER, 1), ("정답은 A입니다", FOUR, 1),
    # the option's own text
    ("0.01", FIVE, 2), ("Carbon.", FOUR, 3), ("The answer is oxygen because it burns.", FOUR, 2), ("정답은 산소입니다", KOREAN, 2),
    ("3 mol", MOLES, 2), ("-3", ["3", "-3", "0", "1"], 2), ("A catalyst", FOUR, 1), ("The answer is a catalyst", FOUR, 1),
]  # fmt: skip
UNREAD = [
    ("", FOUR), ("모르겠습니다", FOUR), ("6", FIVE), ("E", FOUR), ("6번", FIVE),
    # an article, an element, a quantity
    ("A catalyst lowers the activation energy.", OTHER), ("Answer: A mixture of both", OTHER), ("C is carbon", OTHER),
    ("C2H5OH", FOUR), ("C atoms bind", FOUR), ("3 mol", FOUR), ("3.5", FOUR), ("가장 큰 것은 없다", KOREAN), ("다 맞다", KOREAN),
    ("Answer: 10 g", FIVE),
    # several, none, or the label of one with the text of another
    ("A and B", FOUR), ("A, B", FOUR), ("2,3", FOUR), ("③,④", FOUR), ("Answer: A) or B)", FOUR), ("정답: 2, 3", FOUR),
    ("Both (B) and (C)", FOUR), ("Answer: B\nAnswer: C", FOUR), ("① a ② b ③ c ④ d", FOUR), ("① a\n② b\n③ c\n④ d", FOUR), ("② 0.1", FIVE),
    ("The answer is not C", FOUR), ("③번은 정답이 아니다", FOUR), ("정답은 ③번이 아니라 ②번이다", FOUR),
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "options", "choice"), READ)
def test_a_choice_is_read(text: str, options: list[str], choice: int, form: str) -> None:
    assert read_answer(unicodedata.normalize(form, text), len(options), options) == choice


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "options"), UNREAD)
def test_what_is_unclear_is_not_read(text: str, options: list[str], form: str) -> None:
    assert read_answer(unicodedata.normalize(form, text), len(options), options) is None


@given(st.text(max_size=60))
def test_any_text_gives_an_option_that_exists_or_none(text: str) -> None:
    assert read_answer(text, 4, FOUR) in (None, 1, 2, 3, 4)


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
    for text in (
        shown,
        f"정답: {shown}",
        f'{{"Answer": "{shown}", "Explanation": "그렇다"}}',
        LABELS[choice - 1],
    ):
        assert read_answer(text, len(options), options) == choice


METALS = [f"{name} oxide" for name in (
    "copper", "zinc", "iron", "lead", "tin", "silver", "gold", "nickel", "cobalt", "sodium", "cesium", "barium"
)]  # fmt: skip
ELEMENTS = ["K", "N", "O", "12", "P", "S", "V", "W", "Y", "U", "10 g", "Xe"]


@pytest.mark.parametrize(
    ("text", "options", "choice"),
    [
        ("J", METALS, 10), ("l", METALS, 12), ("⑫", METALS, 12), ("12", METALS, 12), ("12번", METALS, 12), ("Ⓛ", METALS, 12),
        ("Answer: L", METALS, 12), ("The answer is K.", METALS, 11), ("정답은 11번이다", METALS, 11), ("정답: ⑩", METALS, 10),
        ('{"Answer": "⑫ barium oxide"}', METALS, 12), ("(L) barium oxide", METALS, 12), ("\\boxed{11}", METALS, 11),
        ("The answer is (12).", METALS, 12), ("The correct option is J", METALS, 10), ("cobalt oxide", METALS, 9),
        ("⑳", METALS + [f"alloy {n}" for n in range(14)], 20), ("㉖", METALS + [f"alloy {n}" for n in range(14)], 26),
        ("Z", METALS + [f"alloy {n}" for n in range(14)], 26),
        ("M", METALS, None), ("13", METALS, None), ("⑬", METALS, None), ("J or K", METALS, None), ("10, 11", METALS, None),
        ("⑫ copper oxide", METALS, None), ("The answer is 12 g", METALS, None), ("The sum is 11.5.", METALS, None),
        ("The answer is 12.", ELEMENTS, None), ("12", ELEMENTS, 12), ("The answer is 10 g", ELEMENTS, 11),
        ("④ 12", ELEMENTS, 4), ("정답: ④ 12", ELEMENTS, 4), ("④ 11", ELEMENTS, None), ("① 12", ELEMENTS, None),
        # behind the last label a letter is an element, as before
        ("K", ["H", "K", "N", "O"], 2), ("The answer is K.", ["Na", "K", "Mg", "Al"], 2), ("N", ["N", "O", "P", "S"], 1),
        ("Answer: 10", ["5", "10", "15", "20"], 2), ("⑩", FOUR, None),
    ],
)  # fmt: skip
def test_up_to_26_options_are_read_and_a_letter_behind_the_last_is_no_label(
    text: str, options: list[str], choice: int | None
) -> None:
    assert read_answer(text, len(options), options) == choice


ABCD = list("abcd")
SPLIT = [
    ("점성은 얼마인가? 보기: ①0.001 ②0.01 ③0.1 ④1 ⑤10", "점성은 얼마인가?", FIVE),
    ("물은? 1) a 2) b 3) c 4) d", "물은?", ABCD),
    ("물은? (1) a (2) b (3) c (4) d", "물은?", ABCD),
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
    ("x? A) a B) b C) c D) d E) e F) f G) g H) h I) i J) j", "x?", list("abcdefghij")),
    ("x? ① a ② b ③ c ④ d ⑤ e ⑥ f", "x?", list("abcdef")),
    ("Which holds vitamin K. (1) a (2) b (3) c (4) d", "Which holds vitamin K.", ABCD),
    # a list in the stem
    ("둘은 ① 은 ② 금 ③ 납 이다. ① a ② b ③ c ④ d", "둘은 ① 은 ② 금 ③ 납 이다.", ABCD),
    ("( ① )과 ( ② )는? ① a ② b ③ c ④ d", "( ① )과 ( ② )는?", ABCD),
    # options that name its items
    ("x?\n① ①,②\n② ①,③\n③ ②,③\n④ ①,④", "x?", ["①,②", "①,③", "②,③", "①,④"]),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "stem", "options"), SPLIT)
def test_stem_and_options_come_apart(text: str, stem: str, options: list[str], form: str) -> None:
    assert split_options(unicodedata.normalize(form, text)) == (stem, options)


@pytest.mark.parametrize(
    "text",
    ["", "plain", "셋은? ① a ② b ③ c", "①a②b③c④d", "x? ①a ② ③c ④d", "x? ①①,② ②①,③ ③②,③ ④①,④", "x? ① a ② b ③ c ④ ① d ② e ③ f ④ g"],
)  # fmt: skip
def test_without_four_or_more_clear_options_there_are_none(text: str) -> None:
    assert split_options(text) is None


@given(st.lists(WORDS.filter(lambda text: not text.startswith(".")), min_size=4, max_size=26))
def test_options_survive_being_shown_and_cut_out(options: list[str]) -> None:
    composed = [unicodedata.normalize("NFC", option) for option in options]
    assert split_options("맞는 것은? " + render_options(options)) == ("맞는 것은?", composed)


@given(st.text(max_size=80))
def test_any_text_can_be_tried(text: str) -> None:
    found = split_options(text)
    assert found is None or (found[0] and 4 <= len(found[1]) <= 26 and all(found[1]))


def test_options_are_shown_as_the_study_shows_them() -> None:
    assert render_options(FIVE) == "①0.001 ②0.01 ③0.1 ④1 ⑤10"
    for options in ([], ["a"] * 27):
        with pytest.raises(ValueError, match="options"):
            render_options(options)
