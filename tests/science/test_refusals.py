"""What a refusal is, and what only sounds like one."""

import pytest

from domaintune.science.refusals import refusal_in

REFUSALS = [
    "As an AI language model, I don't have feelings.",
    "I'm sorry, but I cannot help with that request.",
    "Sorry, this task cannot be completed without the table.",
    "I am unable to open the attached file.",
    "<nooutput>",
    "죄송합니다. 저는 인공지능 언어 모델이므로 의견이 없습니다.",
    "죄송하지만 그 질문에는 답할 수 없습니다.",
    "대규모 언어 모델로서, 저는 글을 씁니다.",
    "저는 AI 챗봇이라서 음식을 먹지 않습니다.",
]
NONE = [
    "Iron cannot rust without oxygen and water.",
    "The author is sorry that the data were lost.",
    "Dear customer, we apologise for the delay and will send the parts today.",
    "She works as an AI engineer and cannot travel.",
    "- Agent: I'm sorry, but we cannot repair it today.",
    "Artificial intelligence is the study of machines that learn.",
    "None of the samples changed colour.",
    "인공지능은 학습하는 기계를 연구하는 분야이다.",
    "저는 인공지능이라는 주제를 좋아합니다.",
    "저는 인공지능, 화학, 물리에 대해 알고 있습니다.",
    "AI 언어 모델은 글로 배운다.",
    "언어 모델은 다음 낱말의 확률을 계산한다.",
    "이 반응은 촉매 없이 일어날 수 없습니다.",
]


@pytest.mark.parametrize("answer", [*REFUSALS, *NONE])
def test_refusals_are_found_and_what_only_sounds_like_one_stays(answer: str) -> None:
    assert (refusal_in(answer) is not None) is (answer in REFUSALS)
