"""Choosing rows by grade: exactly what was asked for, ungraded rows never as bad ones, a random control with equal tokens."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.stage.errors import InputError
from domaintune.mix.grades import lines_of
from domaintune.mix.measuring import graded_summary

from .rows import CUTOFF, ids, mixed, mixture, row, tokens

# of each row: its grade (None: ungraded) and its tokens; some rows are longer than the cutoff
ROWS = st.lists(
    st.tuples(st.none() | st.integers(1, 10), st.integers(1, CUTOFF + 8)), min_size=3, max_size=50
).filter(lambda items: any(grade is not None and size <= CUTOFF for grade, size in items))
BANDS = {"low": 1, "middle": 5, "high": 8}
Items = list[tuple[int | None, int]]


def made(items: Items) -> tuple[list, dict[str, float]]:
    rows = [row(f"{at:03d}", size) for at, (_, size) in enumerate(items)]
    return rows, {f"{at:03d}": float(grade) for at, (grade, _) in enumerate(items) if grade is not None}


def fitting(items: Items) -> dict[str, int | None]:
    return {f"{at:03d}": grade for at, (grade, size) in enumerate(items) if size <= CUTOFF}


@given(ROWS, st.integers(1, 10))
def test_a_threshold_keeps_the_rows_at_or_above_it_and_all_ungraded_ones(items: Items, least: int) -> None:
    rows, values = made(items)
    wanted = [name for name, grade in fitting(items).items() if grade is None or grade >= least]
    asked = mixture(use="filter", at_least=least)
    if not wanted:
        with pytest.raises(InputError, match="ask less of grades|no training row"):
            mixed(rows, values, asked)
        return
    found = mixed(rows, values, asked)
    assert ids(found) == wanted
    below = [grade for grade, _ in items if grade is not None and grade < least]
    assert found.aside["left_out_by_grade"] == len(below)
    assert found.chosen == len(rows) - len(below)


@given(ROWS, st.floats(0.01, 1))
def test_a_share_is_of_the_graded_rows_that_can_be_trained_on_and_takes_the_best(
    items: Items, top: float
) -> None:
    rows, values = made(items)
    found = mixed(rows, values, mixture("graded", use="filter", top=top))
    graded = [grade for grade in fitting(items).values() if grade is not None]
    kept = [values[name] for name in ids(found)]
    assert len(kept) == max(1, int(top * len(graded) + 0.5))
    assert sorted(kept, reverse=True) == sorted(graded, reverse=True)[: len(kept)]


@given(ROWS, st.integers(1, 4), st.sampled_from([{"at_least": 7}, {"top": 0.4}]))
def test_a_draw_has_the_filters_tokens_to_within_half_of_its_longest_row(
    items: Items, chance: int, asked: dict[str, float]
) -> None:
    rows, values = made([*items, (9, 5)])
    best = mixed(rows, values, mixture("graded", use="filter", **asked))
    drawn = mixed(rows, values, mixture("graded", use="filter", random_draw=chance, **asked))
    assert abs(tokens(drawn) - tokens(best)) <= CUTOFF / 2 or len(drawn.rows) == 1
    summary = graded_summary(mixture("graded", use="filter", random_draw=chance, **asked), drawn)
    assert summary["tokens"] == {"filter": tokens(best), "chance": tokens(drawn)}
    assert graded_summary(mixture("graded", use="filter", **asked), best)["tokens"] == {
        "filter": tokens(best)
    }


def test_draws_differ_from_one_another_and_from_the_best_and_not_from_themselves() -> None:
    rng = random.Random(7)
    rows, values = made([(rng.randint(1, 10), rng.randint(3, 30)) for _ in range(300)])
    draws = [mixed(rows, values, mixture(use="filter", top=0.3, random_draw=n)) for n in (1, 2, 3, 1)]
    best = mixed(rows, values, mixture(use="filter", top=0.3))
    assert ids(draws[0]) == ids(draws[3])
    assert len({tuple(ids(one)) for one in [*draws, best]}) == 4
    overlap = len(set(ids(draws[0])) & set(ids(best))) / len(ids(best))
    assert 0.15 < overlap < 0.45  # of independent draws of 30 %, 30 %
    grades = [values[name] for name in ids(draws[0])]
    assert sum(grades) / len(grades) == pytest.approx(5.5, abs=0.8)
    off = {tokens(one) - tokens(best) for one in draws}
    assert off <= {-1, 0, 1}  # one row of 90 fills up what is missing, and none has fewer than 3 tokens


@given(ROWS, st.randoms(), st.sampled_from(["filter", "draw", "condition", "weight"]))
def test_the_same_rows_in_another_order_give_the_same_mixture(
    items: Items, rng: random.Random, use: str
) -> None:
    asked = {
        "filter": mixture(use="filter", top=0.5),
        "draw": mixture(use="filter", top=0.5, random_draw=2),
        "condition": mixture(use="condition", bands=BANDS, control_prefix="{band}"),
        "weight": mixture(use="weight", bands=BANDS, times={"low": 0.5, "middle": 1, "high": 2.5}),
    }[use]
    rows, values = made(items)
    first = mixed(rows, values, asked)
    rng.shuffle(rows)
    again = mixed(rows, dict(reversed(values.items())), asked)
    assert first.rows == again.rows
    assert graded_summary(asked, first) == graded_summary(asked, again)


@given(ROWS, st.floats(0, 3), st.floats(0, 3), st.sampled_from([{}, {"t": 4}]), st.floats(0.5, 2))
def test_the_books_balance_and_an_ungraded_row_is_seen_once_whatever_the_bands_weigh(
    items: Items, low: float, high: float, caps: dict[str, int], weight: float
) -> None:
    rows, values = made([*items, (None, 3)])
    asked = mixture(
        caps=caps, weights={"t": weight}, use="weight", bands={"low": 1, "high": 6}, times={"low": low, "high": high}
    )  # fmt: skip
    try:
        found = mixed(rows, values, asked)
    except InputError:
        return
    left = sum(count for name, count in found.aside.items() if name.startswith("left_out"))
    assert found.aside["rows_of_groups"] + found.aside["repeated"] - left == found.chosen
    assert found.chosen == len(found.rows) + len(found.rejects)
    if not caps and weight == 1:
        assert {name for name, grade in fitting(items).items() if grade is None} <= set(ids(found))


def test_a_band_is_seen_as_often_as_it_weighs_and_tasks_weigh_on_top() -> None:
    rows, values = made([(2, 1)] * 10 + [(6, 1)] * 10 + [(9, 1)] * 10 + [(None, 1)] * 10)
    asked = mixture(use="weight", bands=BANDS, times={"low": 0.5, "middle": 1, "high": 2})
    found = mixed(rows, values, asked)
    seen = Counter(name[:3] for name in ids(found))
    assert [sum(seen[f"{at:03d}"] for at in range(start, start + 10)) for start in (0, 10, 20, 30)] == [
        5, 10, 20, 10,
    ]  # fmt: skip
    assert found.aside["left_out_by_grade"] == 5
    assert found.aside["repeated"] == 10
    summary = graded_summary(asked, found)
    assert {name: one["rows"] for name, one in summary["band_shares"].items()} == {
        "low": 5,
        "middle": 10,
        "high": 20,
    }
    assert {name: one["rows"] for name, one in summary["shares"].items()} == {"graded": 35, "ungraded": 10}
    twice = mixed(rows, values, asked.model_copy(update={"weights": {"t": 2.0}}))
    assert len(ids(twice)) == 2 * len(ids(found))


def test_grades_are_looked_at_before_caps_so_that_a_cap_is_filled_with_chosen_rows() -> None:
    rows, values = made([(at % 10 + 1, 1) for at in range(100)])
    found = mixed(rows, values, mixture(caps={"t": 15}, use="filter", at_least=9))
    assert len(ids(found)) == 15
    assert min(values[name] for name in ids(found)) == 9
    assert (found.aside["left_out_by_grade"], found.aside["left_out_by_cap"]) == (80, 5)


def test_a_row_that_was_not_chosen_is_left_out_and_not_rejected_though_it_would_not_fit() -> None:
    rows, values = made([(9, 5), (9, CUTOFF + 1), (2, CUTOFF + 1), (2, 5)])
    found = mixed(rows, values, mixture(use="filter", top=0.5))
    assert ids(found) == ["000"]
    assert [(reject.id, reject.reason) for reject in found.rejects] in ([("001", "over_cutoff")], [])
    assert found.aside["left_out_by_grade"] == 3 - len(found.rejects)


@pytest.mark.parametrize(
    ("wanted", "kept"), [("graded", ["000"]), ("ungraded", ["001"]), ("all", ["000", "001"])]
)
def test_rows_with_and_without_a_grade_can_be_had_apart_or_together(wanted: str, kept: list[str]) -> None:
    rows, values = made([(1, 1), (None, 1)])
    found = mixed([*rows, row("v", split="validation")], values, mixture(wanted, use="ignore"))
    assert ids(found) == [*kept, "v"]
    assert found.aside["left_out_by_grade"] == 2 - len(kept)
    summary = graded_summary(mixture(wanted, use="ignore"), found)
    assert summary["candidates"] == {"graded": 1, "ungraded": 1}
    assert sum(one["row_share"] for one in summary["shares"].values()) == 1
    assert summary["mean"] == {"candidates": 1.0, "trained": None if wanted == "ungraded" else 1.0}


def test_a_graded_row_tells_its_band_an_ungraded_one_nothing_and_a_validation_row_the_best() -> None:
    rows, values = made([(1, 1), (7.9, 1), (8, 1), (None, 1)])  # type: ignore[list-item]
    asked = mixture(
        use="condition", bands={"high": 8, "low": 1, "middle": 5}, control_prefix="Quality: {band}"
    )
    lines = lines_of(
        [*rows, row("v", split="validation"), row("w", group="other")], asked, values | {"w": 9.0}
    )
    assert lines == {
        "000": "Quality: low", "001": "Quality: middle", "002": "Quality: high", "v": "Quality: high",
    }  # fmt: skip
