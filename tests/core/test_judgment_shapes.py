"""Composed judgments in the shapes of published ones: wording of our own, the score where and as those have it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from scored_prose import FOUR_CARD, ONE_CARD, ladder

from domaintune.core.teacher.repair import Read, Unreadable

BENCH = Path(__file__).parents[2] / "bench/score_parser.py"


class Judgment(NamedTuple):
    shape: str
    text: str
    score: int


JUDGMENTS = [
    Judgment(
        "`점수:` as the last paragraph",
        "펌프가 멈춘 까닭을 세 가지로 나누고 무엇부터 살펴볼지 차례를 정해 주었습니다. 다만 압력계를 읽는 법은 말하지 "
        "않았습니다.\n\n점수: [[8]]",
        8,
    ),
    Judgment(
        "`점수:` behind the last sentence",
        "일정이 하루씩 알맞게 나뉘어 있고 비가 올 때 갈 곳도 적혀 있어 그대로 쓸 수 있습니다. 점수: [[10]]",
        10,
    ),
    Judgment(
        "`점수는`, the sentence going on behind the score",
        "둘째 줄의 약분이 틀려 답도 틀렸지만 풀이의 순서는 옳습니다. 따라서, 점수는 [[6]]입니다.",
        6,
    ),
    Judgment(
        "the score first, sentences behind it",
        "점수: [[9]] \n\n계산이 모두 맞고 단위도 빠짐없이 적혀 있습니다.",
        9,
    ),
    Judgment(
        "the score first, named again behind it",
        "점수: [[7]] \n\n부탁한 네 연 가운데 세 연만 썼습니다. 따라서 이 시에는 7점을 부여합니다.",
        7,
    ),
    Judgment("the score alone", "점수: [[9]]", 9),
    Judgment(
        "named in words before it",
        "표의 머리글까지 물은 대로 옮겼습니다. 따라서 이 표는 10점 만점에 9점을 받을 만합니다.\n\n점수: [[9]]",
        9,
    ),
    Judgment(
        "marks of something else before it",
        "두 감상문을 1~5점 척도로 매겼습니다. 첫 번째는 칭찬뿐이므로 5점, 두 번째는 불평뿐이므로 1점을 부여한 것이 "
        "알맞습니다.\n\n점수: [[10]]",
        10,
    ),
    Judgment(
        "other numbers before it",
        "식의 값은 1987이고 답변도 여덟 단계로 1987을 얻었습니다.\n\n점수: [[10]]",
        10,
    ),
]
UNREAD = {
    "two scores": (
        "앞의 답은 훌륭합니다. 점수: [[9]]\n\n뒤의 답은 짧습니다. 점수: [[5]]",
        "2 different scores, 9 and 5",
    ),
    "two scores, text going on": (
        "점수는 [[9]]입니다. 다시 보니 점수는 8점입니다.\n\n점수: [[8]]",
        "2 different scores, 9 and 8",
    ),
    "beyond the range": (
        "빠진 것이 없습니다.\n\n점수: [[12]]",
        "expected a whole number from 1 to 10, got 12",
    ),
    "below the range": (
        "답이 없습니다. 따라서 점수는 [[0]]입니다.",
        "expected a whole number from 1 to 10, got 0",
    ),
    "the prompt's own word": ("알맞은 답변입니다.\n\n점수: [[점수]]", "no score"),
    "sentences and no score": ("물은 것에 모두 답하였고 예도 알맞습니다.", "no score"),
    "marks of something else and no score": ("첫 번째는 5점, 두 번째는 1점을 부여하였습니다.", "no score"),
    "nothing": ("", "no score"),
    "white space": (" \n\n", "no score"),
}
BLOCK = '따져 보았습니다.\n\n```json\n{"reason": "예가 알맞습니다.", "quality": %s}\n```\n\n점수: [[9]]'


@pytest.mark.promise(20)
@pytest.mark.parametrize("judgment", JUDGMENTS, ids=lambda judgment: judgment.shape)
@pytest.mark.parametrize("spelling", ["[[{}]]", "{}", "{}/10", "{}점", "[{}]", "**{}**", "{} out of 10"])
def test_the_score_of_each_shape_is_read_however_it_is_spelt(judgment: Judgment, spelling: str) -> None:
    text = re.sub(r"\[\[(\d+)\]\]", lambda match: spelling.format(match[1]), judgment.text)
    assert ladder(ONE_CARD, text) == Read({"reason": text.strip(), "quality": judgment.score}, repaired=True)


@pytest.mark.promise(20)
@pytest.mark.parametrize(("text", "why"), UNREAD.values(), ids=UNREAD.keys())
def test_a_shape_without_one_score_in_its_range_is_unread_for_a_reason(text: str, why: str) -> None:
    found = ladder(ONE_CARD, text)
    assert isinstance(found, Unreadable)
    assert f"read as prose: quality: {why}" in found.problem


@pytest.mark.promise(20)
def test_a_json_block_between_sentences_is_what_counts_and_one_out_of_range_is_unread() -> None:
    assert ladder(ONE_CARD, BLOCK % 7) == Read({"reason": "예가 알맞습니다.", "quality": 7}, repaired=True)
    assert isinstance(ladder(ONE_CARD, BLOCK % 17), Unreadable)


@pytest.mark.promise(20)
@pytest.mark.parametrize("judgment", JUDGMENTS, ids=lambda judgment: judgment.shape)
def test_one_score_of_the_whole_is_not_spread_over_four_criteria(judgment: Judgment) -> None:
    found = ladder(FOUR_CARD, judgment.text)
    assert isinstance(found, Unreadable)
    assert f"{judgment.score} for the whole is not spread over the criteria" in found.problem


def test_the_bench_counts_what_is_read_of_each_spelling(tmp_path: Path) -> None:
    path = tmp_path / "judgments.jsonl"
    rows = [json.dumps({"judgment": one.text, "score": one.score}) for one in JUDGMENTS]
    path.write_text("\n".join(rows), encoding="utf-8")
    done = subprocess.run([sys.executable, BENCH, path], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "9 of 9 scores read as published (100.0%)",
        "9 rows",
        "9 with one score in double brackets",
        "8 of these behind `점수:`",
        "1 of these behind `점수는`",
    ]
    table = {line.split(" | ")[0]: line.split(" | ")[2:] for line in lines if line.startswith("| ")}
    assert table["| in points"] == ["9", "0", "0 |"]
    assert table["| two that differ"] == table["| out of range"] == ["0", "0", "9 |"]
    assert table["| taken out"] == ["2", "0", "7 |"]  # those whose words name the score too
    wrong = [
        json.dumps({"judgment": "점수: [[8]]", "score": 7}),
        json.dumps({"judgment": "좋습니다.", "score": 9}),
    ]
    path.write_text("\n".join(wrong), encoding="utf-8")
    done = subprocess.run([sys.executable, BENCH, path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "line 1: published 7, read 8\nline 2: published 9, read as prose: quality: no score" in done.stdout
