"""Composed judgments in the shapes of published ones: wording of our own, the score where and as those have it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from scored_prose import ONE_SPEC, ladder

from domaintune.core.teacher.repair import Read

BENCH = Path(__file__).parents[2] / "bench/score_parser.py"


JUDGMENTS = {
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


def score_of(text: str) -> int:
    return int(re.findall(r"\[\[(\d+)\]\]", text)[0])


@pytest.mark.promise(20)
@pytest.mark.parametrize("judgment", JUDGMENTS.values(), ids=JUDGMENTS)
@pytest.mark.parametrize("spelling", ["[[{}]]", "{}", "{}/10", "{}점", "[{}]", "**{}**", "{} out of 10"])
def test_the_score_of_each_shape_is_read_however_it_is_spelt(judgment: str, spelling: str) -> None:
    text = re.sub(r"\[\[(\d+)\]\]", lambda match: spelling.format(match[1]), judgment)
    assert ladder(ONE_SPEC, text) == Read(
        {"reason": text.strip(), "quality": score_of(judgment)}, repaired=True
    )


def test_the_bench_counts_what_is_read_of_each_spelling(tmp_path: Path) -> None:
    path = tmp_path / "judgments.jsonl"
    rows = [json.dumps({"judgment": one, "score": score_of(one)}) for one in JUDGMENTS.values()]
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
