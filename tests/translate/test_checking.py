"""What a translation must keep, one fault at a time."""

from typing import Any

import pytest
from records import turns_of
from translate_run import row

from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.accounting import Loss
from domaintune.science.sentences import width
from domaintune.translate.params import Translate
from domaintune.translate.segments import job_of, translated

CHECKS = Translate(
    engine="teacher", endpoint=None, max_tokens_a_request=400, length_ratio=[0.4, 2.5], min_script_share=0.4, ask_again=True, back_translation=0,
    min_chrf=None, max_reject_fraction=0.5,
)  # fmt: skip
SOURCE = {
    "instruction": "Tell me how long the copper pump can run before it has to be cleaned again.",
    "output": "It runs for 5 hours at 3.5 kW; then clean it with `wipe()` and wait.",
}
GOOD = [
    "구리 펌프를 다시 청소하기 전까지 얼마나 오래 작동할 수 있는지 알려 주십시오.",
    "⟦1⟧에서 5시간 동안 작동합니다. 그다음 ⟦2⟧로 청소하고 기다리십시오.",
]


def read(texts: list[str], **fields: Any) -> Instruction | Loss:
    return translated(job_of(row(1, **fields), "ko", texts_apart=False), texts, CHECKS)


def test_a_good_translation_becomes_a_row() -> None:
    made = read(GOOD, **SOURCE)
    assert isinstance(made, Instruction)
    assert made.output == "3.5 kW에서 5시간 동안 작동합니다. 그다음 `wipe()`로 청소하고 기다리십시오."
    assert (made.language, made.origin, made.input) == ("ko", "translated", "")


@pytest.mark.parametrize(
    ("texts", "reason", "detail"),
    [
        ([*GOOD, "덤"], "other_texts", "3 texts came back for 2"),
        ([GOOD[0], GOOD[1].replace("⟦2⟧", "닦기")], "lost_mark", "the mark ⟦2⟧ (`wipe()`) occurs 0 times"),
        ([GOOD[0] + " ⟦1⟧", GOOD[1].replace("⟦1⟧", "여기")], "lost_mark", "there is no mark ⟦1⟧ in the source"),
        ([GOOD[0], GOOD[1].replace("5시간", "오래")], "lost_number", "the number 5 of the source"),
        ([GOOD[0], GOOD[1].replace("5시간", "5분")], "lost_unit", "does not say 5 hours"),
        ([GOOD[0], "⟦1⟧ 5시간 ⟦2⟧"], "length_ratio", "much shorter than its source"),
        ([GOOD[0] * 5, GOOD[1]], "length_ratio", "much longer than its source"),
        ([SOURCE["instruction"], GOOD[1]], "other_language", "0.00 of the letters are Hangul, at least 0.4"),
        ([GOOD[0], GOOD[1] + "\ufffd"], "bad_encoding", "U+FFFD"),
    ],
)  # fmt: skip
def test_each_fault_has_its_reason(texts: list[str], reason: str, detail: str) -> None:
    found = read(texts, **SOURCE)
    assert isinstance(found, Loss)
    assert found.reason == reason
    assert detail in found.detail


def test_turns_are_translated_one_by_one_and_keep_their_speakers() -> None:
    texts = ["얼마나 오래 작동합니까?", "5시간입니다."]
    made = read(texts, instruction="", output="", turns=turns_of("How long does it run?", "For 5 hours."))
    assert isinstance(made, Instruction)
    assert made.turns == turns_of(*texts)


def test_a_short_name_may_stay_in_its_script() -> None:
    asked = "Which town is meant by the words of the second chapter?"
    texts = ["두 번째 장의 말은 어느 도시를 뜻합니까?", "Springfield"]
    assert isinstance(read(texts, instruction=asked, output="Springfield"), Instruction)


def test_a_hangul_syllable_is_two_columns_wide() -> None:
    assert (width("가a"), width("\u1100\u1161")) == (3, 2)
