"""Reading JSON out of answers."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.teacher import finding
from domaintune.core.teacher.repair import Read, Unreadable, read_answer

TEXT = {"type": "string"}
PAIR = {
    "type": "object",
    "required": ["question", "answer"],
    "properties": {"question": TEXT, "answer": TEXT},
}
PAIRS = {"type": "object", "required": ["pairs"], "properties": {"pairs": {"type": "array", "items": PAIR}}}
GOOD = {"pairs": [{"question": "What?", "answer": 'That: {x} [y] "z"'}]}
SAID = json.dumps(GOOD)
ANYTHING: dict[str, Any] = {}
CHARS = st.text(st.characters(codec="utf-8", exclude_characters="`"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | CHARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(CHARS, inner),
    max_leaves=20,
)
SCORE = {"type": "object", "required": ["score"], "properties": {"score": {"type": "integer", "maximum": 10}}}
DIFFER = 'holds 2 JSON objects that match the schema and differ: {"score": 10} and another'
QUOTED = "its only JSON object is a quotation"
TWO = Read({"score": 2}, repaired=True)


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{SAID}\n```",
        f"Sure, here you are:\n{SAID}\nAnything else?",
        f"<think>A list [1] or {{a}}?</think>\n```\n{SAID}\n```",
        SAID[:-1],
        SAID.replace("}]}", "},]}"),
        json.dumps(GOOD["pairs"]),
        json.dumps(GOOD["pairs"][0]),
        "{'pairs': [{'question': 'What?', 'answer': 'That: {x} [y] \\\"z\\\"'}]}",
    ],
)
def test_what_the_text_alone_proves_is_repaired(text: str) -> None:
    assert read_answer(text, PAIRS) == Read(GOOD, repaired=True)


@pytest.mark.parametrize(
    "text", ["", "no", "{}", "[1, 2]", '{"pairs": [{"question": "What?"}]}', "[" * 100_000]
)
def test_the_rest_is_unreadable_with_a_reason(text: str) -> None:
    read = read_answer(text, PAIRS)
    assert isinstance(read, Unreadable)
    assert read.problem


def test_an_answer_cut_at_the_token_limit_is_never_closed_for_it() -> None:
    assert isinstance(read_answer(SAID[:-15], PAIRS, complete=False), Unreadable)
    assert read_answer(SAID, PAIRS, complete=False) == Read(GOOD, repaired=False)


def test_json_that_no_file_can_hold_is_unreadable_and_a_check_can_refuse_what_the_schema_allows() -> None:
    numbers = {"type": ["array", "number"], "items": {"type": ["number", "object"]}}
    for text in ("NaN", "[Infinity]", "[1e999]", '[{"a": "\\ud800"}]'):
        assert isinstance(read_answer(text, numbers), Unreadable), text
    read = read_answer('{"pairs": []}', PAIRS, lambda value: None if value["pairs"] else "no pairs")
    assert read == Unreadable("no pairs")


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(read_answer(text, PAIRS), Read | Unreadable)


@given(JSON, st.dictionaries(CHARS, CHARS))
def test_every_json_value_is_read_as_it_is_and_fences_and_prose_change_nothing(value: Any, one: Any) -> None:
    assert read_answer(json.dumps(value), ANYTHING) == Read(value, repaired=False)
    text = f"Here:\n```json\n{json.dumps(one)}\n```\nDone."
    assert read_answer(text, {"type": "object"}) == Read(one, repaired=True)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        # of several objects that differ none is read
        ('The answer quotes {"score": 10} but it is wrong. {"score": 2}', DIFFER),
        ('The answer says "{"score": 10}", which is wrong.\n```json\n{"score": 2}\n```', DIFFER),
        ('[{"score": 10}, {"score": 2}]', DIFFER),
        ('It quotes {"score": 10}. My verdict: {score: 2}', DIFFER),
        ('{"score": 10}\n{"score": 2}', DIFFER),
        # the same one twice, or one that the schema refuses, is no second answer
        ('I say {"score": 2}, that is:\n```json\n{"score": 2}\n```', TWO),
        ('It quotes {"grade": 10} and {"score": 11}, which is beyond the scale. {"score": 2}', TWO),
        ('<think>Perhaps {"score": 10}? No.</think>{"score": 2}', TWO),
        ('{"score": 2, "reason": "it quotes {\\"score\\": 10}"} as I said',
         Read({"score": 2, "reason": 'it quotes {"score": 10}'}, repaired=True)),
        # a lone object that is a quotation is no verdict
        ('The answer quotes {"score": 10} but it is wrong.', QUOTED),
        ('The answer says: "{"score": 10}", which I cannot confirm.', QUOTED),
        ('답변에는 {"score": 10}이라고 적혀 있으나 근거가 없다.', QUOTED),
        # one beside words of quoting is
        ('My verdict: {"score": 2}. The answer quotes nothing.', TWO),
        ('The answer says that water boils. {"score": 2}', TWO),
        ('점수는 {"score": 2}입니다.', TWO),
        ('I say {"score": 2}.', TWO),
        ('As I said: {"score": 2}', TWO),
        # brackets behind an object do not hide it
        ('Here: {"score": 2} and a remark [1], [[2]].', TWO),
        # thoughts that the prompt opened are no second answer
        ('Draft: {"score": 9}, but no.</think>\n{"score": 2}', TWO),
    ],
)  # fmt: skip
def test_a_verdict_is_the_judge_s_own_object_or_none(text: str, read: Read | str) -> None:
    found = read_answer(text, SCORE)
    assert (found.problem if isinstance(found, Unreadable) else found) == read


def test_a_draft_within_thoughts_is_no_answer_where_none_follows() -> None:
    def prose(said: str) -> Read | Unreadable:
        return Read({"score": 9}, True) if "9" in said else Unreadable("")

    for text in (
        '<think>Draft: {"score": 9}, but no, it is wrong, so',
        'Draft: {"score": 9}, but no.</think>\nI cannot tell.',
        '<reasoning>Draft: {"score": 9}.</reasoning> I cannot tell.',
    ):
        assert isinstance(read_answer(text, SCORE), Unreadable)
        assert isinstance(read_answer(text, SCORE, prose=prose), Unreadable)


GONE_WRONG = (
    '{"', "[{", '{"a":', "{", "[", "```json\n{", "```\n", '"', '{"a": "', "<think>", "</think>", "{} ", "{a b} ",
    '{"x": 1} ', r"\frac{a}{b} ", "(", "/* ", '{"a":{"b":[', "\n", "1",
)  # fmt: skip
"""What a server that has gone wrong says again and again."""


@contextmanager
def calls_counted() -> Iterator[list[int]]:
    """Count calls of functions, which no machine's load changes."""
    calls, before = [0], sys.getprofile()

    def count(_frame: Any, event: str, _argument: Any) -> None:
        calls[0] += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize("said", GONE_WRONG)
def test_no_text_takes_more_work_than_another(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MAX_STEPS", 20_000)
    spoken: list[str] = []

    def prose(text: str) -> Unreadable:
        spoken.append(text)
        return Unreadable("no score")

    for size in (50_000, 150_000, 3_000_000):
        with calls_counted() as calls:
            read = read_answer((said * size)[:size], SCORE, prose=prose)
        assert isinstance(read, Unreadable)
        assert len(read.problem) <= 21_000
        assert calls[0] < 250_000
    assert not any(spoken)


def test_what_was_read_before_an_answer_grew_too_long_to_repair_is_still_read() -> None:
    many = {"pairs": GOOD["pairs"] * 20_000}
    assert len(json.dumps(many)) > 1_000_000
    assert read_answer(json.dumps(many), PAIRS) == Read(many, repaired=False)
    some = {"pairs": GOOD["pairs"] * 400}
    for text in (json.dumps(some)[:-1], f"Here:\n```json\n{json.dumps(some)}\n```"):
        assert read_answer(text, PAIRS) == Read(some, repaired=True)
