"""Benchmark questions in training rows. All questions are composed."""

import unicodedata

import pytest

from domaintune.core.sections.data import Contamination
from domaintune.science import contamination
from domaintune.science.contamination import Hit, Target, find_contamination
from domaintune.science.question_keys import blanks

LIMITS = Contamination(
    ngram=3, overlap=0.6, letter_ngram=6, jamo_ngram=10, jamo_overlap=0.6, min_chars=100, answer_chars=20
)


def of(name: str, question: str, options: str) -> Target:
    return Target(name, question, tuple(options.split(" / ")))


EN = of(
    "en",
    "Which of the following salts lowers the freezing point of water most?",
    "sodium chloride / calcium chloride / ammonium nitrate / zinc sulfate",
)
KO = of(
    "ko",
    "다음 중 물에 녹였을 때 어는점을 가장 많이 낮추는 염은?",
    "염화 나트륨 / 염화 칼슘 / 질산 암모늄 / 황산 아연",
)
WATER = "Water is added to 25.0 mL of 0.40 M acid until it is 0.10 M. How much?"
NUMBERS = of("numbers", WATER, "25 mL / 50 mL / 75 mL / 100 mL")
WRONG = "납은 무르다. / 금은 녹슨다. / 철은 자석에 붙는다. / 물은 얼면 커진다."
BOILERPLATE = of("boilerplate", "다음 중 옳지 않은 것은?", WRONG)
LONG = of(
    "long",
    "A beaker on a balance holds a clear solution that turns blue when a drop of starch is added, and turns clear again "
    "when it is heated for a minute over a small flame. Why?",
    "evaporation / adsorption / a reversible complex / oxidation",
)
TARGETS = [EN, KO, NUMBERS, BOILERPLATE, LONG]


def found(row: str, *targets: Target) -> set[str]:
    return {hit.target_id for hit in find_contamination([row], targets or TARGETS, LIMITS)}


def shown(target: Target, order: tuple[int, ...] = (0, 1, 2, 3)) -> str:
    options = (f"\n{label} {target.options[at]}" for label, at in zip("①②③④", order, strict=True))
    return target.question + "".join(options)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
@pytest.mark.parametrize(
    "reword",
    [
        shown,
        lambda t: shown(t, order=(2, 0, 3, 1)),
        lambda t: shown(t).upper(),
        lambda t: unicodedata.normalize("NFD", shown(t)),
        lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in shown(t)),
        lambda t: shown(t).replace(" ", "&nbsp;").replace("\n", "<br>"),
        lambda t: shown(t).replace(" ", "  ").replace("\n", "\r\n"),
        lambda t: shown(t).replace("?", " …").replace(",", ""),
        lambda t: t.question + " " + " ".join(f"{n}) {option}" for n, option in enumerate(t.options, 1)),
        lambda t: t.question + "".join(f"\n({letter}) {option}" for letter, option in zip("ABCD", t.options, strict=True)),
        lambda t: "### 지시\n문제를 푸시오.\n\n" + shown(t) + "\n\n{'Answer': '②', 'Explanation': '그렇기 때문이다.'}",
    ],
    ids=["verbatim", "order", "case", "nfd", "wide", "html", "spacing", "marks", "1)", "(A)", "inside"],
)  # fmt: skip
def test_a_copy_is_found_however_it_is_written(target: Target, reword) -> None:  # type: ignore[no-untyped-def]
    assert found(reword(target)) == {target.id}


ANSWERED = EN._replace(answers=("calcium chloride",))


@pytest.mark.parametrize(
    ("row", "target", "method", "score"),
    [
        (shown(KO).replace("다음 중 ", "다음중 ").replace("점을 가장", "점이 가장"), KO, "jamo", 0.78),
        (shown(EN).replace("Which of the following", "Which one of these"), EN, "ngram", 0.6),
        (shown(EN), EN, "exact", 1.0),
        (shown(EN).replace("zinc sulfate", "lead iodide"), EN, "exact", 0.75),
        (f"{EN.question} calcium chloride", ANSWERED, "answer", 1.0),
    ],
    ids=["particle", "word", "copy", "option exchanged", "right answer"],
)
def test_a_hit_says_how_it_was_found_and_how_much_of_the_question(row, target, method, score):
    [hit] = find_contamination([row], [target, NUMBERS, BOILERPLATE, LONG], LIMITS)
    assert hit == Hit(0, target.id, method, pytest.approx(score, abs=0.005))


@pytest.mark.parametrize(
    "row",
    [
        "다음 중 옳지 않은 것은?\n① 구리는 붉다.\n② 은은 희다.\n③ 주석은 액체이다.\n④ 수은은 무겁다.",
        "다음 중 옳지 않은 것은? 이런 문제가 자주 나온다.",
        shown(EN).replace(EN.question, "Which of these salts is blue?"),
        shown(KO).replace(KO.question, "다음 중 색이 파란 염은?"),
        "Sodium chloride, calcium chloride, ammonium nitrate and zinc sulfate are salts.",
        "Salts lower the freezing point of water; calcium chloride gives three ions.",
        "",
        "①②③④",
    ],
)
def test_a_shared_stem_shared_options_or_the_same_topic_are_not_a_hit(row: str) -> None:
    assert found(row) == set()


ADDED = Target("added", "What are 2 and 3 and 4 in all?", ("2", "3", "4", "9"))
OPEN = Target("open", "What is an alloy?", ())
LAW = "Which of these does the law of Henry say about NaCl in water?"
HENRY = of("henry", LAW, "a rise / a fall / no change / both")
REWORDED = shown(HENRY).replace("Which of these does", "What does")
SALT = EN._replace(question="Which salt lowers the freezing point of water most strongly?")
STEM = "온도가 같을 때 순도 {} 드라이아이스 {} 모두 기체로 변하면 {}에 들어가는 이산화탄소의 부피는 몇 L인가?"
ICE = Target("ice", STEM.format("94wt%", "100 g 이", "용기 3개"), ("22.4", "47.8", "50.9", "62.7"))
ICE_ROW = STEM.format("94%", "100그램이", "용기 3통") + " ①22.4 ②47.8 ③50.9 ④62.7"


@pytest.mark.parametrize(
    ("target", "row", "hit"),
    [
        # other numbers make another exercise
        (NUMBERS, shown(NUMBERS).replace("0.40 M acid", "0.40 M of an acid"), True),
        (NUMBERS, shown(NUMBERS).replace("0.40 M acid", "0.50 M acid"), False),
        # words and shares at numbers may change, but not units
        (ICE, ICE_ROW, True),
        (ICE, ICE_ROW.replace("100그램", "100 kg"), False),
        (Target("o", "몇 %인가?", ("5%", "7%")), "몇 %인가?\n① 5wt%\n② 7 vol%", True),
        # options that stand in the stem or are labels do not count
        (ADDED, "What are 2 and 3 and 4 in all?\n1) six\n2) seven\n3) eight\n4) ten", False),
        (ADDED, "What are 2 and 3 and 4 in all?\n1) 9\n2) 2\n3) 3\n4) 4", True),
        # an open question is found as a line or sentence, but not in passing
        (OPEN, "### Question\nwhat is an alloy\n### Answer\nA mixture.", True),
        (OPEN, "Question: What is an alloy? Answer: A mixture.", True),
        (OPEN, "Nobody asked what is an alloy good for in the end.", False),
        # another name or formula makes another question
        (HENRY, REWORDED, True),
        (HENRY, REWORDED.replace("Henry", "Raoult"), False),
        (HENRY, REWORDED.replace("NaCl", "KBr"), False),
        (Target("signs", "?!", ("+", "-")), "? ! 1", False),
        # question and right answer are enough, a wrong answer is not
        (ANSWERED, f"Q: {EN.question}\nA: Calcium chloride, as it gives three ions.", True),
        (ANSWERED, f"Q: {EN.question}\nA: Zinc sulfate.", False),
        (KO._replace(answers=("염화 칼슘",)), f"{KO.question} 정답: 염화칼슘", True),
        # one word of a short English stem may change
        *(
            (SALT, shown(SALT).replace(f" {word} ", " entirely "), True)
            for word in SALT.question.split()[4:9]
        ),
    ],
)
def test_what_may_change_in_a_question_and_what_makes_another(target: Target, row: str, hit: bool) -> None:
    assert found(row, target) == ({target.id} if hit else set())


def test_a_long_stem_is_enough_unless_another_target_shares_it() -> None:
    assert found("Q: " + LONG.question + " A: It depends.") == {"long"}
    twin = LONG._replace(id="twin", options=("a", "new set", "of", "options"))
    assert found("Q: " + LONG.question + " A: It depends.", LONG, twin) == set()


def test_a_boilerplate_stem_of_several_questions_needs_more_than_a_short_answer() -> None:
    stem = "다음 위험물에 대한 설명 중 옳지 않은 것은?"
    options = [("1류", "2류", "3류", "4류"), ("1류", "5류", "6류", "없다")]
    targets = [Target(str(n), stem, one, (one[0],)) for n, one in enumerate(options)]
    assert found(f"{stem} ① 황 ② 1류 ③ 철 ④ 납", *targets) == set()


def test_another_question_of_the_same_template_is_not_a_hit() -> None:
    stem = "What is the main hazard when {} is mixed with {} in a closed vessel?"
    hazards = ("fire", "toxic gas", "pressure", "none of these")
    pairs = [("potassium chlorate", "sulfur"), ("nitric acid", "acetone"), ("sodium azide", "lead")]
    targets = [Target(one, stem.format(one, other), hazards) for one, other in pairs]
    sibling = Target("s", stem.format("potassium chlorate", "acetone"), hazards)
    assert found(shown(sibling), *targets) == set()
    for target in targets:
        assert found(shown(target).replace("the main hazard", "the greatest danger"), *targets) == {target.id}


def test_what_tells_a_question_of_a_template_is_found_once_however_many_rows_have_the_template(monkeypatch):
    """With rows and targets of one template, the work was cubic: 100 of each took 6 s, 200 did not end."""
    stem = "Does the {} compound improve the survival with the {} disease in this small cohort?"
    letters = "abcdefghij"
    targets = [Target(one, stem.format(f"alpha{one}", f"beta{one}"), ("yes", "no")) for one in letters]
    rows = [stem.format(f"gamma{one}", f"delta{one}") + " yes, and not no" for one in letters]
    asked = []
    monkeypatch.setattr(contamination, "blanks", lambda *given: asked.append(given[0].key) or blanks(*given))
    assert find_contamination(rows, targets, LIMITS) == []
    assert len(asked) == len(set(asked)) == len(targets)
    again = targets[7].question.replace("this small", "one small") + " yes or no"
    assert [hit.target_id for hit in find_contamination([*rows, again], targets, LIMITS)] == ["h"]


def test_several_rows_and_targets_come_sorted() -> None:
    rows = [shown(KO) + "\n" + shown(EN), "clean", shown(EN)]
    for targets in ([KO, EN], [EN, KO]):
        hits = find_contamination(rows, targets, LIMITS)
        assert [(hit.row, hit.target_id) for hit in hits] == [(0, "en"), (0, "ko"), (2, "en")]
    assert find_contamination(rows, [], LIMITS) == []
