"""The wordings of a fact: its statement, and questions that differ by what they are for.

Training and benchmarks never share a wording, so that a benchmark question cannot repeat a training one.
"""

from domaintune.sample.chemistry_facts import Fact, Kind
from domaintune.sample.korean_particles import with_particles

STATEMENTS_EN: dict[Kind, str] = {
    "symbol": "The chemical symbol of {s} is {a}.",
    "class": "By its kind, {s} counts as: {a}.",
    "formula": "The chemical formula of {s} is {a}.",
    "group": "The functional group of {s} is the {a}.",
    "unit": "The SI unit of {s} is {a}.",
    "hazard": "The main hazard of {s}: {a}.",
}
STATEMENTS_KO: dict[Kind, str] = {
    "symbol": "{s}의 원소 기호는 {a}이다.",
    "class": "{s}의 종류는 {a}이다.",
    "formula": "{s}의 화학식은 {a}이다.",
    "group": "{s}의 작용기는 {a}이다.",
    "unit": "{s}의 단위는 {a}이다.",
    "hazard": "{s}의 위험성은 {a}이다.",
}
EXAM_KO: dict[Kind, tuple[str, ...]] = {
    "symbol": (
        "원소 {s}의 기호로 옳은 것은?",
        "{s}을(를) 나타내는 글자를 고르시오.",
        "노트에 {s}을(를) 기호로 적으면?",
        "{s} 원자를 로마자로 줄여 쓴 것은?",
    ),
    "class": (
        "{s}의 종류로 옳은 것은?",
        "{s}이(가) 들어가는 무리를 고르시오.",
        "목록에서 {s} 옆에 적을 분류는?",
        "{s}은(는) 어느 것에 속하는가?",
    ),
    "formula": (
        "{s}의 화학식으로 옳은 것은?",
        "{s}을(를) 바르게 나타낸 식을 고르시오.",
        "보고서에 {s}을(를) 식으로 적으면?",
        "{s}을(를) 이루는 원자와 그 수는?",
    ),
    "group": (
        "{s}의 작용기로 옳은 것은?",
        "{s}에 들어 있는 원자단을 고르시오.",
        "{s}의 반응성을 정하는 부분은?",
        "{s}의 구조식에서 볼 수 있는 것은?",
    ),
    "unit": (
        "{s}의 국제단위로 옳은 것은?",
        "{s}의 값 뒤에 붙는 것을 고르시오.",
        "표에서 {s} 칸에 적을 단위는?",
        "{s}은(는) SI에서 무엇으로 나타내는가?",
    ),
    "hazard": (
        "{s}의 위험성으로 옳은 것은?",
        "{s} 보관실에 걸 표지를 고르시오.",
        "{s} 용기에 적을 경고는?",
        "안전 교육에서 {s}은(는) 무엇으로 다루는가?",
    ),
}
BENCHMARK_KO: dict[Kind, tuple[str, ...]] = {
    "symbol": ("표에서 {s}을(를) 찾았다. 함께 적힌 기호는 무엇인가?", "{s}을(를) 한두 글자로 줄여서 적는 방법은?"),
    "class": ("화학 시간에 {s}을(를) 설명하려 한다. 맞는 말은 무엇인가?", "{s}을(를) 다른 물질과 묶는다면 그 이름은?"),
    "formula": ("시약병의 이름이 {s}이다. 병에 적힌 식은 무엇인가?", "{s}의 조성을 나타내는 식은?"),
    "group": ("분광 분석으로 {s}을(를) 확인하였다. 찾은 작용기는 무엇인가?", "{s} 분자를 특징짓는 기는?"),
    "unit": ("학생이 {s}을(를) 재었다. 값의 단위는 무엇인가?", "{s}의 크기를 적을 때 쓰는 기호는?"),
    "hazard": ("누출 사고에서 {s}이(가) 나왔다. 가장 먼저 생각할 위험은 무엇인가?", "{s}의 안전 자료에 적힌 분류는?"),
}  # fmt: skip
ASKED_EN: dict[Kind, tuple[str, ...]] = {
    "symbol": (
        "What is the chemical symbol of {s}?",
        "Which letters stand for {s} in the periodic table?",
        "How is the element {s} abbreviated?",
        "Give the symbol for {s}.",
    ),
    "class": (
        "What kind of substance is {s}?",
        "To which class of substances does {s} belong?",
        "How is {s} classified?",
        "Name the class of {s}.",
    ),
    "formula": (
        "What is the chemical formula of {s}?",
        "Which formula describes {s}?",
        "How do you write {s} as a formula?",
        "Give the formula for {s}.",
    ),
    "group": (
        "What is the functional group of {s}?",
        "Which functional group does {s} contain?",
        "Which group of atoms decides how {s} reacts?",
        "Name the functional group in {s}.",
    ),
    "unit": (
        "What is the SI unit of {s}?",
        "In which unit is {s} measured?",
        "Which unit follows a value of {s}?",
        "Give the unit for {s}.",
    ),
    "hazard": (
        "What is the main hazard of {s}?",
        "Which danger comes from {s}?",
        "Why must {s} be handled with care?",
        "Name the hazard class of {s}.",
    ),
}
BENCHMARK_EN: dict[Kind, tuple[str, ...]] = {
    "symbol": (
        "Which of the following denotes an atom of {s}?",
        "A label must show the element {s}. The correct symbol is",
        "In an equation, {s} is written as",
        "A student looks up {s} in a table of elements and finds",
    ),
    "class": (
        "Which of the following terms fits {s}?",
        "A chemist sorts bottles by the kind of substance. The bottle of {s} goes to the shelf for",
        "Among the following, {s} is an example of",
        "A student describes {s} with one word. The correct word is",
    ),
    "formula": (
        "Which of the following represents {s}?",
        "A label must show the composition of {s}. The correct formula is",
        "In an equation, the substance {s} is written as",
        "A student looks up {s} in a table of compounds and finds",
    ),
    "group": (
        "Which of the following is present in a molecule of {s}?",
        "A spectrum is recorded to identify {s}. The signal comes from the",
        "The chemistry of {s} is governed by its",
        "A student draws {s} and marks the functional group, the",
    ),
    "unit": (
        "Which of the following is used to express {s}?",
        "A table lists measured values of {s}. The head of the column shows the unit",
        "In the International System, {s} is given in",
        "A student measures {s} and writes the result in",
    ),
    "hazard": (
        "Which of the following warnings applies to {s}?",
        "A store room keeps {s}. The sign on the door should say",
        "In a safety data sheet, {s} is listed as",
        "A student must know the danger of {s}, which is treated as",
    ),
}
FRAMES_KO = (
    "", "교과서에 나오는 ", "오늘 배운 ", "수업에서 다룬 ", "첫 줄에 적힌 ", "단어장에 쓴 ", "친구가 물어본 ",
    "발표에서 말한 ", "연습 문제의 ",
)  # fmt: skip
"""Stand before the subject. Their number has no factor in common with that of the wordings: see `draw_stems`."""
BENCHMARK_FRAMES_KO = ("", "시험에 나온 ", "책에서 본 ", "강의에서 들은 ", "선생님이 말한 ")
FRAMES_EN = ("", "Choose one answer. ", "This is a short quiz. ")
"""Stand before the question."""


def stem_of(wording: str, fact: Fact, frame: str, *, korean: bool) -> str:
    """Put the subject into a wording; Korean particles follow it."""
    if korean:
        return with_particles(wording.format(s=frame + fact.subject.ko))
    return frame + wording.format(s=fact.subject.en)


def statement_of(fact: Fact, *, korean: bool) -> str:
    """State the fact in one plain sentence."""
    if korean:
        return STATEMENTS_KO[fact.kind].format(s=fact.subject.ko, a=fact.answer.ko)
    text = STATEMENTS_EN[fact.kind].format(s=fact.subject.en, a=fact.answer.en)
    return text[0].upper() + text[1:]
