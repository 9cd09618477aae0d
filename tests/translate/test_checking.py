"""What of a row is sent, in which bucket, and what a translation must keep, one fault at a time."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import turns_of
from translate_run import row

from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.accounting import Loss
from domaintune.translate.by_teacher import batches
from domaintune.translate.params import Translate
from domaintune.translate.segments import RowSegments, Segment, job_of, translated

CHECKS = Translate(
    engine="teacher", endpoint=None, max_tokens_a_request=400, length_ratio=[0.4, 2.5], min_script_share=0.4, ask_again=True, back_translation=0,
    min_chrf=None, max_reject_fraction=0.5,
)  # fmt: skip
ENDPOINT = {"protocol": "deepl", "server": "s", "provider": "p", "model": "", "tag_handling": None}
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


def test_a_good_translation_becomes_a_row_turns_keep_their_speakers_and_a_short_name_its_script() -> None:
    made = read(GOOD, **SOURCE)
    assert isinstance(made, Instruction)
    assert made.output == "3.5 kW에서 5시간 동안 작동합니다. 그다음 `wipe()`로 청소하고 기다리십시오."
    assert (made.language, made.origin, made.input) == ("ko", "translated", "")
    texts = ["얼마나 오래 작동합니까?", "5시간입니다."]
    talk = read(texts, instruction="", output="", turns=turns_of("How long does it run?", "For 5 hours."))
    assert isinstance(talk, Instruction)
    assert talk.turns == turns_of(*texts)
    asked = "Which town is meant by the words of the second chapter?"
    texts = ["두 번째 장의 말은 어느 도시를 뜻합니까?", "Springfield"]
    assert isinstance(read(texts, instruction=asked, output="Springfield"), Instruction)


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


@pytest.mark.parametrize("change", [{"engine": "endpoint"}, {"endpoint": ENDPOINT}])
def test_an_engine_and_an_endpoint_that_do_not_fit_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="engine teacher needs endpoint: null"):
        Translate.model_validate(CHECKS.model_dump() | change)


def job(name: int, words: int) -> RowSegments:
    made = Instruction.model_construct(id=f"{name:05d}", language="en")
    return RowSegments(made, "ko", (Segment(0, "word " * words, ()),))


def ids(found: Sequence[Sequence[RowSegments]]) -> set[frozenset[str]]:
    return {frozenset(one.row.id for one in batch) for batch in found}


@given(st.dictionaries(st.integers(0, 9999), st.integers(1, 60), max_size=60), st.integers(1, 120))
def test_every_row_is_in_one_bucket_and_only_a_row_over_the_limit_exceeds_it(
    rows: dict[int, int], limit: int
) -> None:
    found = batches([job(name, words) for name, words in rows.items()], limit)
    assert sorted(one.row.id for batch in found for one in batch) == sorted(f"{name:05d}" for name in rows)
    assert all(len(batch) == 1 or sum(one.tokens for one in batch) <= limit for batch in found)
    assert ids(found) == ids(batches([job(name, rows[name]) for name in sorted(rows, reverse=True)], limit))


@given(st.dictionaries(st.integers(0, 9999), st.integers(1, 20), min_size=1, max_size=80), st.data())
def test_an_edited_row_changes_no_bucket_but_its_own_and_those_that_join_it(
    rows: dict[int, int], data: Any
) -> None:
    edited, words = data.draw(st.sampled_from(sorted(rows))), data.draw(st.integers(1, 20))
    before, after = (
        ids(batches([job(name, size) for name, size in some.items()], 100))
        for some in (rows, rows | {edited: words})
    )
    own = next(batch for batch in after if f"{edited:05d}" in batch)
    assert all(batch <= own for batch in before - after if f"{edited:05d}" not in batch)


def test_a_row_is_sent_with_its_marks_and_without_its_empty_or_wordless_texts() -> None:
    made = job_of(row(7, input="3 + 4 = ?", output="`seven()` is 7."), "ko", texts_apart=False)
    assert [one.at for one in made.sent] == [1, 3]
    assert made.sent[1].text == "⟦1⟧ is 7."
