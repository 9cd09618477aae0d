"""What comes in is kept or lost with a reason, or the stage stops; nothing is written that does not add up."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.stage.accounting import KINDS, LONGEST, Accounts, Reject
from domaintune.core.stage.errors import AccountingError, GateError

KIND = st.sampled_from(sorted(KINDS))
pytestmark = pytest.mark.promise(5)


def lost(kind: str, reason: str) -> Reject:
    return Reject(id="1", stage="s", kind=kind, reason=reason, detail="", row="{}")  # type: ignore[arg-type]


@given(st.integers(0, 50), st.lists(st.tuples(KIND, st.sampled_from(["a", "b"]))), st.integers(-3, 3))
def test_in_equals_kept_plus_every_loss_or_it_raises(
    kept: int, losses: list[tuple[str, str]], slip: int
) -> None:
    accounts = Accounts("s", "x", "rows")
    accounts.rows_in, accounts.kept = kept + len(losses) + slip, kept
    accounts.lose(lost(*loss) for loss in losses)
    if slip:
        with pytest.raises(AccountingError, match="Nothing was written"):
            accounts.write(Path("no-such-folder/x.json"))
        assert not Path("no-such-folder").exists()
    else:
        accounts.check()
        book = accounts.as_dict()
        assert book["in"] == book["kept"] + sum(sum(book[column].values()) for column in KINDS.values())


def test_the_gate_counts_rejected_and_failed_and_neither_duplicates_nor_what_was_set_aside(
    tmp_path: Path,
) -> None:
    accounts = Accounts("generate", "t", "pairs")
    accounts.rows_in, accounts.kept = 10, 4
    accounts.lose(
        [lost("duplicate", "same")] * 3 + [lost("rejected", "short")] * 2 + [lost("failed", "refused")]
    )
    accounts.check_reject_fraction(0.3)
    with pytest.raises(GateError, match=r"3 of 10 .*short 2, refused 1"):
        accounts.check_reject_fraction(0.29)
    accounts.check_reject_fraction(0.13, aside=("short",))  # on neither side of the fraction
    with pytest.raises(GateError, match=r"1 of 8 pairs were rejected \(refused 1\)"):
        accounts.check_reject_fraction(0.12, aside=("short",))
    accounts.write(tmp_path / "t.json")
    assert json.loads((tmp_path / "t.json").read_text())["rejected"] == {"short": 2}


def test_a_reject_keeps_the_beginning_of_a_row_or_record_in_sorted_json_and_a_text_as_it_stands() -> None:
    reject = Reject.of("corpus", "x", "too_long", "line 3: long", {"text": "z" * LONGEST, "id": 1})
    assert (reject.id, reject.stage, reject.kind) == ("x", "corpus", "rejected")
    assert reject.row.startswith('{"id": 1, "text": "zzz')
    assert len(reject.row) == LONGEST
    inner = Reject.of("mix", "a", "over_cutoff", "9 tokens", "as it stands, \ud800")
    assert inner.row == "as it stands, ?"
    outer = Reject.of("judge", "b", "failed", "", inner, kind="failed")
    assert outer.row.startswith('{"detail": "9 tokens", "id": "a"')
