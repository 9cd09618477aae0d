"""Buckets: no fuller than the limit, every row once, and an edit touches its own bucket alone."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from translate_run import row

from domaintune.core.records.instruction import Instruction
from domaintune.translate.by_teacher import batches
from domaintune.translate.segments import RowSegments, Segment, job_of


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
