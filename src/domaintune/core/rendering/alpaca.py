"""The Alpaca prompts, English and Korean: for models without a chat template of their own."""

from collections.abc import Mapping
from typing import Literal

Header = Literal["alpaca", "alpaca_ko"]


# Protocol constants: other people's models were trained on exactly these headers.
HEADERS: Mapping[Header, tuple[str, str]] = {
    # Source: Taori et al. 2023, Stanford Alpaca.
    "alpaca": (
        "Below is an instruction that describes a task, paired with an input that provides further context. "
        "Write a response that appropriately completes the request.\n\n"
        "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n",
        "Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request.\n\n"
        "### Instruction:\n{instruction}\n\n### Response:\n",
    ),
    # Source: KULLM, github.com/nlpai-lab/KULLM, templates/kullm.json, whose text the Korean survey's section 7.2
    # prints. KoAlpaca (github.com/Beomi/KoAlpaca, train.py) has another header, in both languages at once.
    "alpaca_ko": (
        "아래는 작업을 설명하는 명령어와 추가 컨텍스트를 제공하는 입력이 짝을 이루는 예제입니다. "
        "요청을 적절히 완료하는 응답을 작성하세요.\n\n"
        "### 명령어:\n{instruction}\n\n### 입력:\n{input}\n\n### 응답:\n",
        "아래는 작업을 설명하는 명령어입니다. "
        "요청을 적절히 완료하는 응답을 작성하세요.\n\n"
        "### 명령어:\n{instruction}\n\n### 응답:\n",
    ),
}
"""For rows with an input, and for rows without."""


def alpaca_prompt(header: Header, instruction: str, input_: str) -> str:
    """Return the text before the answer; where one of the two is empty, the other is the instruction."""
    with_input, without = HEADERS[header]
    if not (instruction and input_):
        return (instruction or input_).join(without.split("{instruction}"))
    before, after = with_input.split("{input}")  # and not formatted: braces in the values are plain text
    return instruction.join(before.split("{instruction}")) + input_ + after
