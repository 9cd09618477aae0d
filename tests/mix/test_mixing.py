"""Mixing: the arm's groups, never the test split, nothing cut, every lost row counted."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.mix.measuring import graded_summary, summary

from .rows import CUTOFF, ids, many, mix, mixed, mixture, row

BILINGUAL = many("a", 5) + many("k", 5, language="ko")


def test_rows_over_the_cutoff_are_rejected_and_never_cut_and_so_are_those_that_cannot_be_rendered() -> None:
    found = mix([row("b", 11), row("a"), row("c", 10), row("d", input="bad")], cutoff=10)
    assert ids(found) == ["a", "c"]
    assert [(reject.id, reject.reason, reject.detail) for reject in found.rejects] == [
        ("b", "over_cutoff", "11 tokens, cutoff 10"), ("d", "conversation", "no"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "asked", "message"),
    [
        ([row("a"), row("b", split="validation")], {"cutoff": 1}, "no training row is left of 2 rows"),
        (many("a", 3), {"weights": {"a": 0.1}}, "no training row is left of 3 rows"),
        (BILINGUAL, {"languages": {"en": 1.0}}, r"also in \['ko'\]; give each of \['en', 'ko'\] a share"),
        (BILINGUAL, {"languages": {"en": 0.5, "ko": 0.25, "fr": 0.25}}, r"no training row of the groups is in \['fr'\]"),
    ],
)  # fmt: skip
def test_nothing_left_to_train_on_and_languages_without_share_or_rows_stop_the_run(
    rows: Any, asked: Any, message: str
) -> None:
    with pytest.raises((InputError, ParamsError), match=message):
        mix(rows, **asked)


def test_a_cap_takes_the_rows_of_a_smaller_cap_and_others_and_none_that_are_rejected() -> None:
    rows = many("a", 30) + many("b", 5) + many("a_validation", 4, split="validation")
    smaller, found = (mix(rows, caps={"a": cap}) for cap in (5, 12))
    assert set(ids(smaller)) < set(ids(found))
    assert found.aside == {
        "rows_of_groups": 39, "repeated": 0, "left_out_by_cap": 18, "left_out_by_weight": 0,
        "left_out_by_language": 0,
    }  # fmt: skip
    assert [summary(found)[split]["rows"] for split in ("train", "validation")] == [17, 4]
    found = mix([row(f"a{at:03d}", 4 if at % 2 else 99) for at in range(40)], caps={"t": 15})
    assert len(found.rows) == 15
    assert found.aside["left_out_by_cap"] == 40 - 15 - len(found.rejects)
    assert 0 < len(found.rejects) < 20  # rows beyond the cap are not even rendered


def test_a_weight_of_two_shows_each_row_twice_under_ids_of_its_own() -> None:
    found = mix(many("a", 3) + many("b", 4), weights={"a": 2.0, "b": 0.5})
    twice = [f"a{at:03d}{copy}" for at in range(3) for copy in ("", "~2")]
    assert [name for name in ids(found) if name.startswith("a")] == twice
    assert len(set(ids(found)) - set(twice)) == len(ids(found)) - len(twice) == 2
    assert (found.aside["repeated"], found.aside["left_out_by_weight"]) == (3, 2)


def test_languages_are_thinned_to_their_shares_and_tasks_alike() -> None:
    korean = many("k", 100, language="ko")
    found = mix(many("a", 400) + many("b", 100) + korean, languages={"en": 0.5, "ko": 0.5})
    shares = summary(found)["shares"]
    assert shares["languages"]["en"]["row_share"] == shares["languages"]["ko"]["row_share"] == 0.5
    assert found.aside["left_out_by_language"] == 400
    assert shares["tasks"]["a"]["rows"] == pytest.approx(80, abs=12)
    assert len(mix(many("a", 5) + korean, languages={"en": 1.0, "ko": 0.0}).rows) == 5


def test_the_summary_counts_rows_tokens_and_shares_of_the_groups_and_no_test_row() -> None:
    found = mix([
        row("a", 6, category="text"), row("c", 6, task="u", language="ko"), row("b", 7, split="validation"),
        row("d", split="test"), row("e", group="other"),
    ])  # fmt: skip
    half = {"rows": 1, "tokens": 6, "answer_tokens": 5, "row_share": 0.5, "token_share": 0.5}
    assert summary(found) == {
        "train": {"rows": 2, "tokens": 12, "answer_tokens": 10},
        "validation": {"rows": 1, "tokens": 7, "answer_tokens": 6},
        "shares": {"tasks": {"t": half, "u": half}, "languages": {"en": half, "ko": half}},
        "categories": {"text": {"rows": 1, "tokens": 6}},
        "uncategorised": 1,
        "licences": ["Apache-2.0"],
        "longest": 7,
    }


BANDS = {"low": 1, "middle": 5, "high": 8}
GRADES: dict[str, dict[str, Any]] = {
    "no grades": {},
    "filter": {"use": "filter", "top": 0.5},
    "draw": {"use": "filter", "top": 0.5, "random_draw": 2},
    "condition": {"use": "condition", "bands": BANDS, "control_prefix": "{band}"},
    "weight": {"use": "weight", "bands": BANDS, "times": {"low": 0.5, "middle": 1, "high": 2.5}},
    "never the low": {"use": "weight", "bands": {"low": 1, "high": 6}, "times": {"low": 0.0, "high": 1.7}},
}


ITEM = st.tuples(
    st.sampled_from("ab"), st.sampled_from(["en", "ko"]), st.integers(1, 48), st.none() | st.integers(1, 10)
)
A_TASK = st.sampled_from("ab")


@given(
    st.lists(ITEM, min_size=1),
    st.dictionaries(A_TASK, st.integers(1, 9)),
    st.dictionaries(A_TASK, st.floats(0.3, 3)),
    st.sampled_from([None, 0.5, 0.25, 0.7]),
    st.sampled_from(["rows", "tokens"]),
    st.sampled_from(sorted(GRADES)),
    st.randoms(),
)
def test_books_balance_shares_hold_to_a_row_whatever_is_asked_for_and_the_order_of_rows_does_not_matter(
    items: Any, caps: Any, weights: Any, english: float | None, unit: str, use: str, rng: random.Random
) -> None:
    values = {f"{at:03d}": float(grade) for at, (*_, grade) in enumerate(items) if grade is not None}
    rows = [row(f"{at:03d}", size, task=a, language=name) for at, (a, name, size, _) in enumerate(items)]
    if use == "draw":  # refused beside what would change its tokens
        caps, weights, english = {}, {}, None
    languages = None if english is None else {"en": english, "ko": 1 - english}
    asked = mixture(caps=caps, weights=weights, **GRADES[use])
    if languages:
        asked = asked.model_copy(update={"languages": languages, "balance": unit, "tolerance": 0.5})
    try:
        found = mixed(rows, values, asked)
    except (InputError, ParamsError):
        return
    if aside := found.aside:
        left_out = sum(count for name, count in aside.items() if name.startswith("left_out"))
        assert aside["rows_of_groups"] + aside["repeated"] - left_out == len(found.rows) + len(found.rejects)
    if languages:
        sizes = [(one.language, 1 if unit == "rows" else len(done.input_ids)) for one, done in found.rows]
        whole, most = sum(size for _, size in sizes), max(size for _, size in sizes)
        for name, share in languages.items():
            own = sum(size for language, size in sizes if language == name)
            assert abs(own - share * whole) <= most + 1e-6
    elif not caps and all(weight >= 1 for weight in weights.values()):
        # a row without a grade is not taken for a bad one
        assert {one.id for one in rows if one.id not in values and len(one.output) <= CUTOFF} <= set(
            ids(found)
        )
    rng.shuffle(rows)
    again = mixed(rows, dict(reversed(values.items())), asked)
    assert again.rows == found.rows
    assert graded_summary(asked, again) == graded_summary(asked, found)
