"""How a lost row is kept."""

import pytest
from pydantic import ValidationError

from domaintune.core.stage.accounting import LONGEST, Reject


def test_a_reject_keeps_the_beginning_of_its_row_in_sorted_json() -> None:
    reject = Reject.of("corpus", "x", "too_long", "line 3: long", {"text": "z" * LONGEST, "id": 1})
    assert (reject.id, reject.stage, reject.kind) == ("x", "corpus", "rejected")
    assert reject.row.startswith('{"id": 1, "text": "zzz')
    assert len(reject.row) == LONGEST


def test_a_record_is_kept_with_all_its_fields_and_a_text_as_it_stands() -> None:
    inner = Reject.of("mix", "a", "over_cutoff", "9 tokens", "as it stands, \ud800")
    assert inner.row == "as it stands, ?"
    outer = Reject.of("judge", "b", "failed", "", inner, kind="failed")
    assert outer.row.startswith('{"detail": "9 tokens", "id": "a"')


def test_a_kind_that_is_in_no_column_of_the_accounts_is_refused() -> None:
    with pytest.raises(ValidationError, match="kind"):
        Reject.of("mix", "a", "over_cutoff", "", "", kind="lost")
