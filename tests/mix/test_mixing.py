"""Mixing: the arm's groups, never the test split, nothing cut, every lost row counted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.mix.measuring import summary
from domaintune.mix.mixing import Mixed, mix_rows

from .rows import row as base_row

NASA = Mixture(groups=["nasa"])


def row(name: str, **fields: object) -> Instruction:
    values = {"group": "nasa", "output": "So.", "category": "text", "origin": "generated", **fields}
    return base_row(name, **values)


def rendered(instruction: Instruction) -> Rendered | Refused:
    if instruction.input == "bad":
        return Refused("conversation", "no")
    ids = list(range(3 + len(instruction.output)))
    return Rendered(instruction.output, ids, [False] * 3 + [True] * len(instruction.output), 3)


def mix(rows: list[Instruction], cutoff: int = 10, **fields: Any) -> Mixed:
    if fields.get("languages"):
        fields = {"balance": "rows", "tolerance": 0.5} | fields
    return mix_rows(rows, Mixture(groups=["nasa"], **fields), rendered, cutoff, {})


def many(task: str, n: int, **fields: object) -> list[Instruction]:
    return [row(f"{task}{at:03d}", task=task, **fields) for at in range(n)]


def test_rows_over_the_cutoff_are_rejected_and_never_cut_and_so_are_those_that_cannot_be_rendered() -> None:
    mixed = mix([row("b", output="x" * 8), row("a"), row("c", output="x" * 7), row("d", input="bad")])
    assert [instruction.id for instruction, _ in mixed.rows] == ["a", "c"]
    assert [(reject.id, reject.reason, reject.detail) for reject in mixed.rejects] == [
        ("b", "over_cutoff", "11 tokens, cutoff 10"), ("d", "conversation", "no"),
    ]  # fmt: skip
    assert mixed.chosen == len(mixed.rows) + len(mixed.rejects)


def test_nothing_left_to_train_on_stops_the_run() -> None:
    with pytest.raises(InputError, match="no training row is left of 2 rows"):
        mix([row("a"), row("b", split="validation")], cutoff=4)
    with pytest.raises(InputError, match="no training row is left of 3 rows"):
        mix(many("a", 3), weights={"a": 0.1})


def test_a_cap_takes_the_rows_of_a_smaller_cap_and_others() -> None:
    rows = many("a", 30) + many("b", 5) + many("a_validation", 4, split="validation")
    ids = {cap: {one.id for one, _ in mix(rows, caps={"a": cap}).rows} for cap in (5, 12)}
    assert ids[5] < ids[12]
    mixed = mix(rows, caps={"a": 12})
    assert mixed.aside == {
        "rows_of_groups": 39, "repeated": 0, "left_out_by_cap": 18, "left_out_by_weight": 0,
        "left_out_by_language": 0,
    }  # fmt: skip
    assert summary(mixed)["train"]["rows"] == 17
    assert summary(mixed)["validation"]["rows"] == 4


def test_a_row_that_is_rejected_does_not_count_towards_the_cap() -> None:
    rows = [row(f"a{at:03d}", output="x" * (1 if at % 2 else 20)) for at in range(40)]
    mixed = mix(rows, caps={"t": 15})
    assert len(mixed.rows) == 15
    assert mixed.aside["left_out_by_cap"] == 40 - 15 - len(mixed.rejects)
    assert 0 < len(mixed.rejects) < 20  # rows beyond the cap are not even rendered


def test_a_weight_of_two_shows_each_row_twice_under_ids_of_its_own() -> None:
    mixed = mix(many("a", 3) + many("b", 4), weights={"a": 2.0, "b": 0.5})
    ids = [one.id for one, _ in mixed.rows]
    assert [name for name in ids if name.startswith("a")] == [
        "a000", "a000~2", "a001", "a001~2", "a002", "a002~2",
    ]  # fmt: skip
    assert sum(name.startswith("b") for name in ids) == 2
    assert len(set(ids)) == len(ids)
    assert mixed.aside["repeated"] == 3
    assert mixed.aside["left_out_by_weight"] == 2


def test_languages_are_thinned_to_their_shares_and_tasks_alike() -> None:
    rows = many("a", 400) + many("b", 100) + many("k", 100, language="ko")
    mixed = mix(rows, languages={"en": 0.5, "ko": 0.5})
    shares = summary(mixed)["shares"]
    assert shares["languages"]["en"]["row_share"] == shares["languages"]["ko"]["row_share"] == 0.5
    assert mixed.aside["left_out_by_language"] == 400
    assert shares["tasks"]["a"]["rows"] == pytest.approx(80, abs=12)


def test_a_language_without_share_or_without_rows_is_one_clear_message() -> None:
    rows = many("a", 5) + many("k", 5, language="ko")
    with pytest.raises(ParamsError, match=r"also in \['ko'\]; give each of \['en', 'ko'\] a share"):
        mix(rows, languages={"en": 1.0})
    with pytest.raises(ParamsError, match=r"no training row of the groups is in \['fr'\]"):
        mix(rows, languages={"en": 0.5, "ko": 0.25, "fr": 0.25})
    assert len(mix(rows, languages={"en": 1.0, "ko": 0.0}).rows) == 5


def test_the_summary_counts_rows_tokens_and_shares_of_the_groups_and_no_test_row() -> None:
    rows = [
        row("a"),
        row("c", task="u", language="ko", category=""),
        row("b", split="validation", output="1234"),
        row("d", split="test"),
        row("e", group="other"),
    ]
    mixed = mix(rows)
    half = {"rows": 1, "tokens": 6, "answer_tokens": 3, "row_share": 0.5, "token_share": 0.5}
    assert summary(mixed) == {
        "train": {"rows": 2, "tokens": 12, "answer_tokens": 6},
        "validation": {"rows": 1, "tokens": 7, "answer_tokens": 4},
        "shares": {"tasks": {"t": half, "u": half}, "languages": {"en": half, "ko": half}},
        "categories": {"text": {"rows": 1, "tokens": 6}},
        "uncategorised": 1,
        "licences": ["Apache-2.0"],
        "longest": 7,
    }


@given(
    st.lists(st.tuples(st.sampled_from(["en", "ko"]), st.integers(1, 7)), min_size=2, max_size=60),
    st.sampled_from([0.5, 0.25, 0.7]),
)
def test_the_tokens_of_each_language_come_within_a_row_of_their_share(
    items: list[tuple[str, int]], english: float
) -> None:
    rows = [row(f"{at:03d}", language=name, output="x" * size) for at, (name, size) in enumerate(items)]
    shares = {"en": english, "ko": 1 - english}
    try:
        mixed = mix(rows, languages=shares, balance="tokens")
    except (InputError, ParamsError):
        return
    tokens = {
        name: sum(len(done.input_ids) for one, done in mixed.rows if one.language == name) for name in shares
    }
    for name, share in shares.items():
        assert abs(tokens[name] - share * sum(tokens.values())) <= 10  # the longest row has ten tokens


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["en", "ko"]), st.integers(0, 12)), min_size=1),
    st.dictionaries(st.sampled_from("ab"), st.integers(1, 9)),
    st.dictionaries(st.sampled_from("ab"), st.floats(0.3, 3)),
    st.sampled_from([None, 0.5, 0.25, 0.7]),
)
def test_books_balance_whatever_is_asked_for_and_the_order_of_rows_does_not_matter(
    items: list[tuple[str, str, int]], caps: dict[str, int], weights: dict[str, float], english: float | None
) -> None:
    rows = [
        row(f"{at:03d}", task=task, language=language, output="x" * size)
        for at, (task, language, size) in enumerate(items)
    ]
    languages = None if english is None else {"en": english, "ko": 1 - english}
    try:
        mixed = mix(rows, caps=caps, weights=weights, languages=languages)
    except (InputError, ParamsError):
        return
    aside = mixed.aside
    assert mixed.chosen == len(mixed.rows) + len(mixed.rejects)
    if aside:
        left_out = sum(count for name, count in aside.items() if name.startswith("left_out"))
        assert aside["rows_of_groups"] + aside["repeated"] - left_out == mixed.chosen
    if languages:
        here = [one.language for one, _ in mixed.rows]
        for name, share in languages.items():
            assert abs(here.count(name) - share * len(here)) <= 1 + 1e-6
    again = mix(rows[::-1], caps=caps, weights=weights, languages=languages)
    assert [one.id for one, _ in again.rows] == [one.id for one, _ in mixed.rows]
