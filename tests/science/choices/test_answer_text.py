"""How models write the option they chose, in Korean and English: read rightly, or not at all. All texts are composed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.choice_text import LABELS

GASES = ["a catalyst", "oxygen", "carbon", "water"]
KO = ["물", "산소", "수소", "질소"]
NUMBERS = ["0.001", "0.01", "0.1", "1", "10"]
LETTERS = ["x", "y", "z", "w"]
MOLES = ["1 mol", "3 mol", "4 mol", "5 mol"]
OTHER = ["lowers the barrier", "raises the barrier", "shifts the balance", "removes the product"]
CODE = ["x**2", "x*2", "__init__", "`y`"]

READ = [
    # a label alone, then an explanation that names other options
    ("B\n\nExplanation: A is not a gas and C is a solid.", GASES, 2),
    ("B.\n\nA) is a solid.\nC) is an element.", GASES, 2),
    ("**C**\n\nCarbon burns; (B) only supports burning.", GASES, 3),
    ("Many think the answer is A, but the answer is C.", OTHER, 3),
    ("(D)\nBecause (A) and (B) do not boil.", GASES, 4),
    ("②\n\n해설: ①은 액체이고 ③은 가볍다.", KO, 2),
    ("③번\n①번은 액체라서 틀리다.", KO, 3),
    ("B, because A is no gas.", OTHER, 2),
    ("B) oxygen. Option A is wrong.", GASES, 2),
    ("② 산소. ①은 액체이다.", KO, 2),
    # marks of emphasis
    ("The correct option is **B**.", GASES, 2),
    ("The answer is __C__.", GASES, 3),
    ("The answer is `D`.", GASES, 4),
    ("**The answer is B.** Carbon (C) is a solid.", GASES, 2),
    ("### Answer\n**Answer: (B)**", GASES, 2),
    ("The answer is **`B`**, not A.", GASES, 2),
    ("정답은 **②**입니다.", KO, 2),
    ("정답: **③번**\n\n①은 수소가 아니다.", KO, 3),
    ("> 답: *④*", KO, 4),
    ("<b>B</b>", GASES, 2),
    ("```json\n{\"answer\": \"C\", \"why\": \"A is liquid\"}\n```", GASES, 3),
    # boxes
    ("We see that $\\boxed{B}$", GASES, 2),
    ("Hence the answer is \\(\\boxed{\\textbf{(C)}}\\).", GASES, 3),
    ("따라서 \\boxed{②} 이다", KO, 2),
    # thoughts
    ("<think>Perhaps C? No, the answer is A.</think>\nB", GASES, 2),
    ("Perhaps the answer is A.</think>\n\nThe answer is B.", GASES, 2),
    ("<thinking>①인가 ③인가</thinking>\n\n정답은 ②입니다.", KO, 2),
    ("<|channel|>analysis<|message|>Answer: A? no.<|end|><|start|>assistant<|channel|>final<|message|>B", GASES, 2),
    ("analysisMaybe the answer is A.assistantfinalThe answer is B.", GASES, 2),
    ("<think>\n\n</think>\n\n{\"Answer\": \"④ 질소\"}", KO, 4),
    # a cued value ends at its sentence
    ("정답은 ②번 산소이고, ①은 액체입니다.", KO, 2),
    ("정답은 ②번이고, ①은 액체이며 ③은 가볍습니다.", KO, 2),
    ("답은 ②입니다. 왜냐하면 ④는 타지 않기 때문입니다.", KO, 2),
    ("정답은 3번입니다. 1번과 2번은 관련이 없습니다.", KO, 3),
    ("정답은 산소입니다. 물은 액체입니다.", KO, 2),
    ("답: ④ 질소 (①은 액체)", KO, 4),
    ("The answer is B. A is a solid, and (C) is too.", GASES, 2),
    ("The answer is (B) oxygen, while (A) only speeds things up.", GASES, 2),
    ("The answer is B (not A).", GASES, 2),
    ("The answer is oxygen. A catalyst is not consumed.", GASES, 2),
    ("Answer: C. Options A and B are liquids.", GASES, 3),
    ("The answer is A because it lowers the barrier, unlike option B.", OTHER, 1),
    ("My final answer is D; A was tempting.", OTHER, 4),
    ("I would choose option C. Option A is too slow.", OTHER, 3),
    ("I'd go with (B).", OTHER, 2),
    ("The best choice is probably B.", OTHER, 2),
    ("The answer to this question is: A", OTHER, 1),
    # the choice at the end
    ("Gases expand. Oxygen is a gas.\n\nSo the correct answer is (B).", GASES, 2),
    ("물은 액체이다. 따라서 ②번이 정답이다.", KO, 2),
    ("①은 틀리고 ②가 맞다.", KO, 2),
    ("저는 ③번을 선택하겠습니다.", KO, 3),
    ("A is wrong since it is slow. C is the correct answer.", OTHER, 3),
    ("It burns with oxygen only.\n\n**B**", GASES, 2),
    ("오답은 ①이고 정답은 ②이다.", KO, 2),
    ("The wrong answer is A. The right answer is D.", OTHER, 4),
    ("If the answer is A, mass is lost. So the answer is C.", OTHER, 3),
    # several cues that agree
    ("Answer: B\nI repeat, the answer is (B).", GASES, 2),
    ("정답: ②\n따라서 정답은 ② 산소입니다.", KO, 2),
    ("답변: 2번", KO, 2), ("[정답] ②\n[해설] ①은 액체", KO, 2), ("정답 : ②번 / 해설 : ①번은 액체", KO, 2), ("산소입니다.", KO, 2),
    ("So, the answer is $C$.", OTHER, 3), ("The correct answer is:\n\n**B) oxygen**\n\nA) is slow", GASES, 2),
    # the option's text, with marks of its own
    ("oxygen", GASES, 2), ("x**2", CODE, 1), ("x*2", CODE, 2), ("__init__", CODE, 3),
    ("정답 : ❷", KO, 2), ("Answer：Ｂ", GASES, 2),
    # an exam sheet's cell
    ("3", GASES, 3), ("③", GASES, 3), ("3번", GASES, 3), ("C", GASES, 3), ("c", GASES, 3), ("(c)", GASES, 3), ("3.0", GASES, 3),
    ("３", GASES, 3), ("Ｃ", GASES, 3), ("ⓒ", GASES, 3), ("D.", GASES, 4), ("3)", GASES, 3), ("가", GASES, 1), ("\ufeff③\r\n", GASES, 3),
    ("3", ["3", "5", "7", "9"], 3), ("7", ["3", "5", "7", "9"], 3), ("A", GASES, 1),
    # a model's answer
    ("정답: ② 0.01", NUMBERS, 2), ('{"Answer": "② 0.01"}', NUMBERS, 2), ("{‘Answer’: ② 0.01, ‘Explanation’: 5 mol}", NUMBERS, 2),
    ('{"answer": 2}', GASES, 2), ('{"answer": ["B"]}', GASES, 2), ('{"Answer": "B", "Explanation": "A is wrong"}', GASES, 2),
    ("The answer is C.", GASES, 3), ("**Answer:** C", GASES, 3), ("I choose option (C).", GASES, 3), ("\\boxed{C}", GASES, 3),
    ("$\\boxed{\\text{C}}$", GASES, 3), ("정답은 ③입니다.", GASES, 3), ("정답은 3번이다", GASES, 3), ("답: 다", GASES, 3), ("정답 ③", GASES, 3),
    ("3번이 정답", GASES, 3), ("답은 ④번 질소이다.", KO, 4), ("가. 물", KO, 1), ("② 0.01\n해설: ①은 너무 작다", NUMBERS, 2),
    ("Answer: C\n\nExplanation: (A) is wrong", GASES, 3), ("C: carbon", GASES, 3), ("A is correct.", GASES, 1),
    ("The answer is A because it lowers the barrier", LETTERS, 1), ("정답은 A입니다", GASES, 1),
    # the option's own text
    ("0.01", NUMBERS, 2), ("Carbon.", GASES, 3), ("The answer is oxygen because it burns.", GASES, 2), ("정답은 산소입니다", KO, 2),
    ("3 mol", MOLES, 2), ("-3", ["3", "-3", "0", "1"], 2), ("A catalyst", GASES, 1), ("The answer is a catalyst", GASES, 1),
]  # fmt: skip
UNREAD = [
    ("", GASES), ("모르겠습니다", GASES), ("6", NUMBERS), ("E", GASES), ("6번", NUMBERS),
    # an article, an element, a quantity
    ("A catalyst lowers the activation energy.", LETTERS), ("Answer: A mixture of both", LETTERS), ("C is carbon", LETTERS),
    ("C2H5OH", GASES), ("C atoms bind", GASES), ("3 mol", GASES), ("3.5", GASES), ("가장 큰 것은 없다", KO), ("다 맞다", KO),
    ("Answer: 10 g", NUMBERS),
    # several, none, or the label of one with the text of another
    ("A and B", GASES), ("A, B", GASES), ("2,3", GASES), ("③,④", GASES), ("Answer: A) or B)", GASES), ("정답: 2, 3", GASES),
    ("Both (B) and (C)", GASES), ("Answer: B\nAnswer: C", GASES), ("① a ② b ③ c ④ d", GASES), ("① a\n② b\n③ c\n④ d", GASES), ("② 0.1", NUMBERS),
    ("The answer is not C", GASES), ("③번은 정답이 아니다", GASES), ("정답은 ③번이 아니라 ②번이다", GASES),
    # never came to an answer
    ("<think>The answer is B, I guess", GASES), ("<|channel|>analysis<|message|>The answer is B", GASES),
    ("Let me consider option (B) first.", GASES), ("1. Identify the gas that burns.", GASES), ("①은 산화제이므로 틀리다.", KO),
    ("3번 문제를 풀어 보겠습니다.", KO), ("If the answer is A, mass is lost.", OTHER), ("A) catalyst B) oxygen C) carbon D) water", OTHER),
    ("Some say the answer is B, but they are wrong.", OTHER), ("일부는 정답은 ②라고 주장하나 틀렸다.", KO),
    ("Is the answer B?", OTHER), ("정답은 ②인가?", KO), ("①은 산소를 말한다.", KO), ("(A) describes a catalyst.", OTHER),
    # cues that disagree
    ("Answer: B\n\nThe answer is C.", GASES), ("정답은 ②이다. 따라서 정답은 ③이다.", KO), ("B\n\nSo the correct answer is C.", GASES),
    ("The answer is B. Wait, actually (C) fits.", GASES), ("정답은 ②. 아니, ③입니다.", KO), ("\\boxed{A} or \\boxed{B}", GASES),
    ("A is correct. B is correct. C is wrong.", OTHER), ("①이 정답이고 ③도 정답이다.", KO), ("A\nB", OTHER), ("B. oxygen\nC. carbon", GASES),
    # several at once
    ("The answer is both B and C.", GASES), ("The answer is B. Indeed the answer is B and C.", GASES), ("정답은 ②와 ③입니다.", KO),
    ("정답은 ②번 또는 ③번", KO), ("The answer is oxygen or carbon.", GASES), ("The answer is either (A) or (D).", OTHER), ("Answer: A/B", OTHER),
    # what it is not
    ("The wrong answer is A.", OTHER), ("오답은 ①이다.", KO), ("B is not the correct answer.", OTHER), ("②번은 정답이 아닙니다.", KO),
    ("The answer is not (B).", OTHER), ("②번이 정답이 될 수 없다.", KO), ("틀린 답은 ①", KO), ("Another possible answer is B? No.", OTHER),
    ("The answer is A. But the answer is also C.", OTHER), ("1번: 물\n2번: 산소\n3번: 수소\n4번: 질소", KO),
    ("A. lowers the barrier B. raises the barrier C. shifts the balance D. removes the product", OTHER),
    ("The answer is 3.", ["2", "3", "5", "7"]), ("정답은 ⓷", KO),
    # a label that may be a word, or a number that may be an option's text
    ("Answer: A catalyst that is consumed", OTHER), ("The answer is C atoms.", OTHER), ("정답은 가장 큰 값이다", KO),
    ("\\boxed{1}", NUMBERS), ("정답은 3입니다", ["2 mol", "3 mol", "4 mol", "5 mol"]), ("The answer is ② 0.1", NUMBERS),
    ("Answer: B) carbon", GASES), ("정답은 ②번 질소입니다.", KO),
    # refusals
    ("I'm sorry, but I cannot choose between (A) and (B).", OTHER), ("죄송합니다. 이 문제에는 답변을 드릴 수 없습니다.", KO),
    ("I cannot answer. Options A to D need a chart.", OTHER), ("모두 정답이 될 수 있습니다.", KO), ("None of these.", OTHER),
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("text", "options", "choice"), [*READ, *((text, options, None) for text, options in UNREAD)]
)
def test_an_answer_is_read_as_it_is_written_and_what_names_no_single_option_is_not(
    text: str, options: list[str], choice: int | None, form: str
) -> None:
    assert read_answer(unicodedata.normalize(form, text), len(options), options) == choice


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
        ("Answer: 10", ["5", "10", "15", "20"], 2), ("⑩", GASES, None),
    ],
)  # fmt: skip
def test_up_to_26_options_are_read_and_a_letter_behind_the_last_is_no_label(text, options, choice) -> None:
    assert read_answer(text, len(options), options) == choice


@given(st.text(max_size=60))
def test_any_text_gives_an_option_that_exists_or_none(text: str) -> None:
    assert read_answer(text, 4, GASES) in (None, 1, 2, 3, 4)


FORMS = [
    "{letter}", "({letter})", "{letter}. {text}", "The answer is {letter}.", "The correct option is **{letter}**.",
    "{circled} {text}", "정답: {circled}", "정답은 {circled}입니다.", '{{"Answer": "{circled} {text}"}}', "\\boxed{{{letter}}}",
]  # fmt: skip
NEUTRAL = st.text(alphabet=st.sampled_from(" .,\n-가는다물에너지열ABCDIabcdeot0123①②()"), max_size=40)
TOLD = [
    "Heat flows from warm to cold.",
    "이 문제는 열역학에 관한 것이다.",
    "I looked at each of them.",
    "In short:",
    "It gives 3 K and 4 g.",
]
SENTENCES = st.lists(st.sampled_from(TOLD), max_size=3).map(" ".join)


@given(
    st.sampled_from(FORMS), st.integers(0, 3), SENTENCES, SENTENCES, NEUTRAL, st.sampled_from(["\n\n", "\n"]),
    st.booleans(),
)  # fmt: skip
def test_neutral_words_and_thoughts_around_an_answer_never_turn_it_into_another(
    form: str, index: int, before: str, after: str, thought: str, gap: str, emphasised: bool
) -> None:
    said = form.format(letter="ABCD"[index], circled=LABELS[index], text=OTHER[index])
    assert read_answer(f"{before}{gap}{said}{gap}{after}", 4, OTHER) in {index + 1, None}
    assert read_answer(f"{said}{gap}{after}", 4, OTHER) == index + 1
    shown = f"**{said}**" if emphasised and "**" not in said else said
    for between in (gap, " "):
        assert read_answer(f"<think>{thought} {after}</think>{between}{shown}", 4, OTHER) == index + 1
