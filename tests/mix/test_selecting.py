"""Grades: which are there, and rows chosen by them: as asked for, ungraded ones never as bad, a random control alike."""

import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.frames import write_records
from domaintune.core.records.judgment import Grade
from domaintune.core.sections.data import GradingSet
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.mix.grades import grades_of, lines_of
from domaintune.mix.measuring import graded_summary

from .rows import CUTOFF, ids, mixed, mixture, row, tokens
from .test_mixing import BANDS

# of each row: its grade (None: ungraded) and its tokens; some rows are longer than the cutoff
ROWS = st.lists(
    st.tuples(st.none() | st.integers(1, 10), st.integers(1, CUTOFF + 8)), min_size=3, max_size=50
).filter(lambda items: any(grade is not None and size <= CUTOFF for grade, size in items))
Items = list[tuple[int | None, int]]
GRADINGS = {"g": GradingSet(groups=["g"], spec="quality", language="en", max_rows=None)}
GRADED = [row("a"), row("b"), row("c"), row("v", split="validation"), row("o", group="other")]
JUDGED = [("a", "mean", 7.5, "judge"), ("b", "mean", 2.0, "judge"), ("a", "accuracy", 9.0, "judge")]
MEASURED = [(name, "format", 1.0, "heuristic") for name in "abcvo"] + [("a", "grounding", 0.25, "heuristic")]


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
    assert len(found.rows) + len(found.rejects) == len(rows) - len(below)


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
    told = graded_summary(mixture("graded", use="filter", random_draw=chance, **asked), drawn)["tokens"]
    assert told == {"filter": tokens(best), "random": tokens(drawn)}
    told = graded_summary(mixture("graded", use="filter", **asked), best)["tokens"]
    assert told == {"filter": tokens(best)}


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


def test_a_band_is_seen_as_often_as_it_weighs_and_tasks_weigh_on_top() -> None:
    rows, values = made([(2, 1)] * 10 + [(6, 1)] * 10 + [(9, 1)] * 10 + [(None, 1)] * 10)
    asked = mixture(use="weight", bands=BANDS, times={"low": 0.5, "middle": 1, "high": 2})
    found = mixed(rows, values, asked)
    seen = Counter(name[:3] for name in ids(found))
    shown = [sum(seen[f"{at:03d}"] for at in range(start, start + 10)) for start in (0, 10, 20, 30)]
    assert shown == [5, 10, 20, 10]
    assert found.aside["left_out_by_grade"] == 5
    assert found.aside["repeated"] == 10
    summary = graded_summary(asked, found)
    counted = {name: one["rows"] for name, one in {**summary["band_shares"], **summary["shares"]}.items()}
    assert counted == {"low": 5, "middle": 10, "high": 20, "graded": 35, "ungraded": 10}
    twice = mixed(rows, values, asked.model_copy(update={"weights": {"t": 2.0}}))
    assert len(ids(twice)) == 2 * len(ids(found))


def test_grades_are_looked_at_before_caps_and_a_row_that_was_not_chosen_is_left_out_and_not_rejected() -> (
    None
):
    rows, values = made([(at % 10 + 1, 1) for at in range(100)])
    found = mixed(rows, values, mixture(caps={"t": 15}, use="filter", at_least=9))
    assert len(ids(found)) == 15
    assert min(values[name] for name in ids(found)) == 9
    assert (found.aside["left_out_by_grade"], found.aside["left_out_by_cap"]) == (80, 5)
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
    asked = mixture(use="condition", bands=dict(reversed(BANDS.items())), control_prefix="Quality: {band}")
    others = [row("v", split="validation"), row("w", group="other")]
    lines = lines_of([*rows, *others], asked, values | {"w": 9.0})
    bands = {"000": "low", "001": "middle", "002": "high", "v": "high"}
    assert lines == {name: f"Quality: {band}" for name, band in bands.items()}


def write(root: Path, values: list[tuple[str, str, float, str]], grading: str = "g") -> None:
    names = ("instruction_id", "name", "value", "by")
    grades = [Grade.model_validate(dict(zip(names, value, strict=True))) for value in values]
    write_records(root / grading / "grades.parquet", Grade, grades, sort_by=("instruction_id", "name"))


def read(root: Path, by: str = "mean", **grades: object) -> dict[str, float]:
    return grades_of("tuned", mixture(by=by, **({"use": "ignore"} | grades)), GRADED, root, GRADINGS)


def test_training_rows_of_the_groups_get_their_value_and_others_none(tmp_path: Path) -> None:
    write(tmp_path, JUDGED + MEASURED)
    assert read(tmp_path) == {"a": 7.5, "b": 2.0}
    assert read(tmp_path, "format") == {"a": 1.0, "b": 1.0, "c": 1.0}
    assert read(tmp_path, "grounding") == {"a": 0.25}


def test_an_arm_without_grades_reads_none_but_stops_at_a_folder_nobody_owns(tmp_path: Path) -> None:
    plain = mixture(use="ignore").model_copy(update={"grades": None})
    assert grades_of("tuned", plain, GRADED, tmp_path / "nowhere", {}) == {}
    write(tmp_path, JUDGED, "old")
    with pytest.raises(InputError, match=r"the folders old belong to no entry of `gradings`.*dvc checkout"):
        grades_of("tuned", plain, GRADED, tmp_path, GRADINGS)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (MEASURED, r"mixture\.grades\.by: no value mean; the criteria and their mean need a judge model "
         r"\(grade\.model\.backend\), and none scored a row\. .* that are there: format, grounding\."),
        ([("o", "mean", 7.0, "judge"), ("v", "mean", 7.0, "judge")],
         r"of 2 rows with a value mean none is among the 3 training rows"),
        *(([("a", "mean", 7.0, "judge"), ("a", "mean", value, "judge")][at:], "two values mean, or one that is not a number")
          for at, value in enumerate((7.0, float("nan")))),
    ],
)  # fmt: skip
def test_grades_that_cannot_be_used_are_refused_with_what_is_there(
    tmp_path: Path, values: list[tuple[str, str, float, str]], message: str
) -> None:
    write(tmp_path, values)
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_a_missing_or_foreign_table_and_a_grade_below_all_bands_are_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"g/grades\.parquet: not found"):
        read(tmp_path)
    (tmp_path / "g").mkdir()
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / "g/grades.parquet")
    with pytest.raises(InputError, match=r"grades\.parquet: a Grade table lacks the columns"):
        read(tmp_path)
    write(tmp_path, JUDGED)
    bands = {"use": "condition", "control_prefix": "{band}"}
    assert read(tmp_path, bands={"low": 2, "high": 5}, **bands) == {"a": 7.5, "b": 2.0}
    below = r"the lowest band begins at 5, but 1 of 2 graded rows are below it, down to mean = 2\."
    with pytest.raises(ParamsError, match=f"bands: {below}"):
        read(tmp_path, bands={"high": 5}, **bands)
