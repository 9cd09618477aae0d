"""A judge's scores of single texts, in JSON and in prose: none is made up, and none is moved into its range."""

import json
import os
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from committed import ROOT
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.scoring.asking import read_scores, tidy_scores
from domaintune.core.scoring.prose import read_prose
from domaintune.core.scoring.spec import ScoringSpec
from domaintune.core.teacher.repair import Read, Unreadable, read_answer
from domaintune.grade.spec import read_grade_spec

REAL = Path(os.environ.get("DOMAINTUNE_REAL_DATA", Path(__file__).parents[4] / "shared/data"))
JUDGMENTS = REAL / "judge/mt_bench_model_judgment_gpt-4_single.jsonl"
LINES = "Helpfulness: 8/10\nRelevance: 9/10\nAccuracy: 7/10\nLevel of detail: 6/10"
BEFORE = "8/10 for helpfulness, 9/10 for relevance, 7/10 for accuracy"
OFF = (
    "2 points for helpfulness, 1 point for relevance, 3 points for accuracy and 4 points for level of detail."
)
SPELLINGS = ["[[{}]]", "{}", "{}/10", "{}점", "[{}]", "**{}**", "{} out of 10"]
FOUR_SPEC = read_grade_spec(ROOT / "catalog/grades/quality.yaml", "en")
FOUR = {one.name: (one.title["en"], one.title["ko"]) for one in FOUR_SPEC.criteria}
QUALITY = {"name": "quality", "title": {"en": "Quality", "ko": "품질"}}
ONE_SPEC = FOUR_SPEC.model_copy(update={"criteria": [FOUR_SPEC.criteria[0].model_copy(update=QUALITY)]})


def one(text: str) -> Any:
    """Return the score, or why there is none."""
    found = read_prose(ONE_SPEC, text)
    return found.value["quality"] if isinstance(found, Read) else found.problem


def four(text: str) -> Any:
    """Return the scores, or why there are none."""
    found = read_prose(FOUR_SPEC, text)
    return [found.value[name] for name in FOUR] if isinstance(found, Read) else found.problem


def ladder(of: ScoringSpec, text: str, *, complete: bool = True) -> Read | Unreadable:
    return read_answer(
        text,
        of.reply_schema,
        complete=complete,
        tidy=partial(tidy_scores, of),
        prose=partial(read_prose, of),
    )


@pytest.mark.parametrize(
    "text",
    [
        "It names 9/10 of the parts.\n\n**Rating**: [[7]]",
        "Rating: [[7]]. As I said: [[7]]",
        "Rating：［［７］］",
        "7/10",
        "A fair answer, 7/10.",
        "I would give it 7 out of 10.",
        "10점 만점에 7점",
        "점수는 7점입니다.",
        "2점을 감점하여 7점으로 평가합니다",
        "점수는 10점 중 7점입니다.",
        "평가: 10점 중에서 7점을 줍니다",
        "품질은 10점 가운데 7점",
        "점수는 10점에서 3점을 뺀 7점입니다.",
        "점수: 10점 - 3점 = 7점",
        "점수: 7점\n- 3점짜리 예가 없음",
        "평점: 7점/10점",
        "It names 9/10 of the parts. Rating: 7/10",
        "Score (1-10): 7",
        "Quality: 7",
        "품질은 7점",
        "I rate this answer a 7.",
        "7",
        "7.0",
        "7점",
    ],
)
def test_one_score_is_read_in_each_of_these_spellings(text: str) -> None:
    assert one(text) == 7


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Rating: [[7]]\n\nRating: [[8]]", "2 different scores, 7 and 8"),
        ("점수: 7점. 다시 보면 점수: 8점", "2 different scores, 7 and 8"),
        ("7 9", "2 different scores, 7 and 9"),
        ("8/10 for style, 6/10 for content", "2 different scores, 8 and 6"),
        ("Rating: 10/10 for style, but overall 6/10", "2 different scores, 10 and 6"),
        ("Rating: 10/10 for style.\nOverall: 6/10", "2 different scores, 10 and 6"),
        ("Score: 10 - 3 = 7", "no score"),
        ("Score: 10 – 3 = 7", "no score"),
        ("점수: 8점~9점", "no score"),
        ("Rating: [[11]]", "expected a whole number from 1 to 10, got 11"),
        ("Rating: [[0]]", "got 0"),
        ("점수: -1", "got -1"),
        ("Rating: 7.5", "got 7.5"),
        ("Rating: 7-8", "got 7-8"),
        ("점수는 [[9]]입니다. 다시 보니 점수는 8점입니다.\n\n점수: [[8]]", "2 different scores, 9 and 8"),
        (" \n\n", "no score"),
        ("Score: 4/5", "got 4/5"),
        ("The answer is good.", "no score"),
        ("It was built in 1987 and has 8 parts.", "no score"),
        ("Rating: [[rating]]", "no score"),
        ("Rating: 8 examples are given", "no score"),
        ("첫 번째는 5점, 두 번째는 1점, 세 번째는 3점을 부여하였습니다.", "no score"),
    ],
)
def test_what_is_no_score_is_said_and_nothing_is_read(text: str, why: str) -> None:
    assert why in str(one(text))


@pytest.mark.parametrize(
    "text",
    [
        f"{LINES}\n\nOverall: 7/10",
        "유용성: 8점\n관련성: 9점\n정확성: 7점\n상세함: 6점\n\n총점: 30점",
        "유용성은 8점, 관련성은 9점, 정확성은 7점, 상세함은 6점입니다.",
        "1. **Helpfulness**: 8 - it helps\n2. **Relevance**: 9 - it stays\n3. **Accuracy** (1-10): 7\n4. **Level of Detail**: 6",
        "| Helpfulness | 8 | helps |\n| Relevance | 9 | stays |\n| Accuracy | 7 | one slip |\n| level_of_detail | 6 | thin |",
        "### Helpfulness\nIt helps.\nScore: 8/10\n\n### Relevance\nIt stays.\nScore: 9/10\n\n### Accuracy\nOne slip.\n"
        "Score: 7/10\n\n### Level of detail\nThin.\nScore: 6/10\n\n### Overall\nScore: 7/10",
        "Helpfulness 8, relevance 9, accuracy 7, and level of detail 6.",
        LINES.replace("8/10", "thanks to its accuracy, 8/10"),
        LINES.replace("8/10", "3 examples are given, 8/10"),
        f"I give it {BEFORE} and 6/10 for level of detail. Overall 7/10.",
        "An 8 for its helpfulness, a 9 for relevance, 7 points for the accuracy, 6 in level of detail.",
        "<helpfulness>8</helpfulness>\n<relevance>9</relevance>\n<accuracy>7</accuracy>\n<level_of_detail>6</level_of_detail>",
        "**유용성 (Helpfulness): 8/10**\n**관련성 (Relevance): 9/10**\n**정확성 (Accuracy): 7/10**\n**상세함 (Level of detail): 6/10**",
        "Helpfulness\n8\nRelevance\n9\nAccuracy\n7\nLevel of detail\n6",
        "유용성: [[8]]\n관련성: [[9]]\n정확성: [[7]]\n상세함: [[6]]\n점수: [[7]]",
        "유용성: 10점 중 8점\n관련성: 10점 중 9점\n정확성: 10점 중 7점\n상세함: 10점 중 6점",
        "유용성 10점에서 2점을 감점하여 8점\n관련성 9점\n정확성 7점\n상세함 6점",
        f"I deducted {OFF}\n\n{LINES}",
        LINES.replace("7/10", "7/10 (I took off 3 points for accuracy)"),
        f"{BEFORE}, 6/10 for level of detail.\n\n{LINES}",
    ],
)
def test_each_criterion_is_found_with_its_own_number(text: str) -> None:
    assert four(text) == [8, 9, 7, 6]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A good answer.\n\nRating: [[7]]", "7 for the whole is not spread over the criteria"),
        ("Helpfulness: 8/10\nRelevance: 9/10\nAccuracy: 7/10\nOverall: 8/10", "level_of_detail: no score"),
        (f"{LINES}\nHelpfulness: 5/10", "helpfulness: 2 different scores, 8 and 5"),
        (LINES.replace("7/10", "17"), "accuracy: expected a whole number from 1 to 10, got 17"),
        ("The helpfulness and relevance are 8. Accuracy 7/10, level of detail 6/10", "helpfulness: no score"),
        (f"{BEFORE}. Level of detail: fine", "level_of_detail: no score"),
        (
            f"It is {OFF.replace('points', 'points short', 1)}\n\n{LINES}",
            "relevance: 2 different scores, 1 and 9; accuracy: 2 different scores, 3 and 7",
        ),
        (f"I deducted {OFF}", "helpfulness: no score; relevance: no score"),
        ("Helpful, relevant, accurate and detailed.", "relevance: no score; accuracy: no score"),
    ],
)
def test_a_criterion_without_a_number_of_its_own_leaves_the_whole_answer_unread(text: str, why: str) -> None:
    assert why in str(four(text))


def test_prose_is_the_rung_after_json_counts_as_repaired_and_is_not_read_beside_an_object_or_cut() -> None:
    found = ladder(ONE_SPEC, "It is fine.\nRating: [[7]]")
    assert found == Read({"reason": "It is fine.\nRating: [[7]]", "quality": 7}, repaired=True)
    block = 'Here it is: {"reason": "fine", "quality": "7/10"} Rating: [[9]]'
    assert ladder(ONE_SPEC, block) == Read({"reason": "fine", "quality": 7}, repaired=True)

    for text in (
        '{"reason": "Rating: [[7]]", "quality": 11}',
        'So: {"reason": "quality: 7/10"}',
        '```json\n{"reason": "x", "quality": null}\n```\nRating: [[7]]',
    ):  # an answer with a JSON object is not searched for a better score
        assert isinstance(ladder(ONE_SPEC, text), Unreadable)
    assert isinstance(ladder(ONE_SPEC, "Rating: [[7]]", complete=False), Unreadable)
    found = ladder(ONE_SPEC, "Good.")
    assert isinstance(found, Unreadable)
    assert "no valid JSON" in found.problem
    assert "read as prose: quality: no score" in found.problem


@given(st.text(alphabet="Rating:점수[]()/0123456789 .-~\nQuality만에out of", max_size=60))
def test_whatever_stands_there_a_score_that_is_read_is_in_its_range_and_in_the_text(text: str) -> None:
    found = one(text)
    if not isinstance(found, str):
        assert 1 <= found <= 10
        assert str(found) in text


@given(
    st.lists(st.integers(-3, 14), min_size=4, max_size=4), st.sampled_from(["{}/10", "[[{}]]", "{}점", "{}"])
)
def test_four_lines_give_back_their_four_numbers_or_name_those_out_of_range(
    numbers: list[int], spelling: str
) -> None:
    text = "\n".join(f"{FOUR[name][0]}: {spelling.format(n)}" for name, n in zip(FOUR, numbers, strict=True))
    if all(1 <= n <= 10 for n in numbers):
        assert four(text) == numbers
    else:
        named = {name for name in FOUR if f"{name}: expected" in four(text)}
        assert named == {name for name, n in zip(FOUR, numbers, strict=True) if not 1 <= n <= 10}


@pytest.mark.promise(20)
@pytest.mark.skipif(not JUDGMENTS.is_file(), reason="the file of published judgments is not here")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_published_judgments_are_read_as_published_however_their_score_is_written(spelling: str) -> None:
    rows = [json.loads(line) for line in JUDGMENTS.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 160
    for row in rows:
        text = re.sub(r"\[\[(\d+)\]\]", lambda match: spelling.format(match[1]), row["judgment"])
        assert one(text) == row["score"], text[-200:]


SHAPES = {
    "`점수:` as the last paragraph": "펌프가 멈춘 까닭을 세 가지로 나누고 무엇부터 살펴볼지 차례를 정해 주었습니다. 다만 압력계를 읽는 법은 말하지 않았습니다.\n\n점수: [[8]]",
    "`점수:` behind the last sentence": "일정이 하루씩 알맞게 나뉘어 있고 비가 올 때 갈 곳도 적혀 있어 그대로 쓸 수 있습니다. 점수: [[10]]",
    "`점수는`, the sentence going on behind the score": "둘째 줄의 약분이 틀려 답도 틀렸지만 풀이의 순서는 옳습니다. 따라서, 점수는 [[6]]입니다.",
    "the score first, sentences behind it": "점수: [[9]] \n\n계산이 모두 맞고 단위도 빠짐없이 적혀 있습니다.",
    "the score first, named again behind it": "점수: [[7]] \n\n부탁한 네 연 가운데 세 연만 썼습니다. 따라서 이 시에는 7점을 부여합니다.",
    "the score alone": "점수: [[9]]",
    "named in words before it": "표의 머리글까지 물은 대로 옮겼습니다. 따라서 이 표는 10점 만점에 9점을 받을 만합니다.\n\n점수: [[9]]",
    "marks of something else before it": "두 감상문을 1~5점 척도로 매겼습니다. 첫 번째는 칭찬뿐이므로 5점, 두 번째는 불평뿐이므로 1점을 부여한 것이 알맞습니다.\n\n점수: [[10]]",
    "other numbers before it": "식의 값은 1987이고 답변도 여덟 단계로 1987을 얻었습니다.\n\n점수: [[10]]",
}
"""Shape → judgment, whose score stands in double brackets."""


@pytest.mark.promise(20)
@pytest.mark.parametrize("judgment", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_score_of_each_shape_is_read_however_it_is_spelt(judgment: str, spelling: str) -> None:
    text = re.sub(r"\[\[(\d+)\]\]", lambda match: spelling.format(match[1]), judgment)
    score = int(re.findall(r"\[\[(\d+)\]\]", judgment)[0])
    assert ladder(ONE_SPEC, text) == Read({"reason": text.strip(), "quality": score}, repaired=True)


def reply(**changes: object) -> str:
    return json.dumps({"reason": "So.", **dict.fromkeys(FOUR, 7)} | changes)


@pytest.mark.parametrize("given", [3, 3.0, "3", "3/10", " 3 "])
def test_spellings_of_three_are_three(given: object) -> None:
    found = ladder(FOUR_SPEC, reply(accuracy=given, mood="sure"))
    assert isinstance(found, Read)
    scores = read_scores(FOUR_SPEC, found.value)
    assert scores == ({**dict.fromkeys(FOUR, 7), "accuracy": 3}, "So.")


@pytest.mark.parametrize("given", [0, 11, -1, 2.5, "11/10", "three", None, True, [2], 10**30, "3/5"])
def test_a_score_out_of_its_range_is_unparsed_with_the_detail_and_never_moved(given: object) -> None:
    found = ladder(FOUR_SPEC, reply(accuracy=given))
    assert isinstance(found, Unreadable)
    assert "accuracy" in found.problem


@given(st.dictionaries(st.sampled_from([*FOUR, "reason", "x"]), st.integers(-2, 12) | st.text() | st.none()))
def test_any_object_is_read_within_its_ranges_or_named_as_a_problem(value: dict[str, object]) -> None:
    match ladder(FOUR_SPEC, json.dumps(value)):
        case Read(found):
            for name, score in read_scores(FOUR_SPEC, found)[0].items():
                assert 1 <= score <= 10
                assert str(int(score)) in str(value[name])
        case Unreadable(problem):
            assert problem
