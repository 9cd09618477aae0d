"""Two exports of the same records."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import blank

from domaintune.core.records.document import Attribute, Document
from domaintune.core.sections.data import Reference
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.reconcile.reconciling import Reconciled, compare, normalise, reconcile
from domaintune.reconcile.sides import read_documents, read_reference


def document(number: int, title: str, **attributes: str) -> Document:
    facts = [Attribute(name=name, value=value) for name, value in sorted(attributes.items())]
    own = {"id": f"{number:016d}", "source": "s", "native_id": str(number), "text": "text"}
    return blank(Document, title=title, attributes=facts, **own)


def run(tmp_path: Path, documents: list[Document], lines: list[str], **changes: Any) -> Reconciled:
    path = tmp_path / "reference.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = reference(path, **changes)
    ours = read_documents(documents, settings, "r")
    theirs = read_reference(path, settings, "r")
    return reconcile("r", settings, ours, theirs)


def reference(path: Path, **changes: Any) -> Reference:
    values: dict[str, Any] = {
        "path": str(path),
        "source": "s",
        "key": {"contract": "id"},
        "fields": {"title": "name", "firm": "firm", "amount": "amount"},
        "fuzzy": ["firm"],
        "fuzzy_threshold": 0.8,
    }
    return Reference.model_validate(values | changes)


DOCUMENTS = [
    document(1, "Solar Panel", contract="A1", firm="Acme Research, Inc.", amount="139882"),
    document(2, "Ice Drill", contract="A2", firm="Bolt Dynamics LLC", amount="70000"),
    document(3, "Heat Pipe", contract="A3", firm="Cora Systems", amount="1000"),
    document(4, "Heat Pipe 2", contract="A3", firm="Cora Systems", amount="1000"),
    document(5, "No Key", firm="Dune", amount="5"),
]
LINES = [
    "id,name,firm,amount",
    'a1,SOLAR PANEL,ACME RESEARCH INC,"139,882.00"',
    "A2,Ice Drills,Bolt Dynamics,75000",
    "A9,Other,Other,1",
    "A2,Ice Drill again,Bolt,1",
    ",x,y,1",
    "ragged",
]


def test_levels_are_counted_per_field_and_every_record_of_both_sides_is_accounted_for(tmp_path: Path) -> None:
    result = run(tmp_path, DOCUMENTS, LINES)
    fields = result.agreement["fields"]
    assert (fields["title"]["normalised"], fields["title"]["different"]) == (1, 1)
    assert (fields["firm"]["normalised"], fields["firm"]["fuzzy"]) == (1, 1)
    assert (fields["amount"]["normalised"], fields["amount"]["different"]) == (1, 1)
    assert fields["firm"]["fraction_fuzzy"] == 1.0
    assert fields["firm"]["fraction_exact"] == 0.0
    assert result.agreement["records"] == {
        "documents": 5,
        "reference": 6,
        "matched": 2,
        "duplicate_key_in_documents": 1,
        "duplicate_key_in_reference": 1,
        "no_key_in_documents": 1,
        "no_key_in_reference": 1,
        "only_in_documents": 1,
        "only_in_reference": 1,
        "broken_row": 1,
    }
    assert result.accounts.rows_in == 11 == result.accounts.kept + result.accounts.total_lost()
    assert len({reject.id for reject in result.unmatched}) == len(result.unmatched) == 7
    assert json.loads(result.unmatched[0].row)["side"] == "documents"
    found = {(m.key, m.field): m for m in result.mismatches}
    assert set(found) == {("a2", "title"), ("a2", "firm"), ("a2", "amount")}
    assert found["a2", "firm"].level == "fuzzy"
    assert 0.8 <= found["a2", "firm"].similarity < 1
    assert (found["a2", "amount"].ours, found["a2", "amount"].theirs) == ("70000", "75000")


def test_a_value_that_one_side_lacks_is_not_a_disagreement(tmp_path: Path) -> None:
    result = run(tmp_path, DOCUMENTS, ["id,name,firm,amount", "A1,Solar Panel,,N/A"])
    assert result.agreement["fields"]["amount"]["missing_in_reference"] == 1
    assert result.agreement["fields"]["amount"]["compared"] == 0
    assert result.agreement["fields"]["amount"]["fraction_exact"] is None


def test_nothing_in_common_an_unknown_field_and_a_missing_column_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no key occurs on both sides"):
        run(tmp_path, DOCUMENTS, ["id,name,firm,amount", "Z,x,y,1"])
    with pytest.raises(InputError, match=r"no document has the fields \['firmm'\]"):
        run(tmp_path, DOCUMENTS, LINES, fields={"firmm": "firm"}, fuzzy=[])
    with pytest.raises(InputError, match=r"columns \['name'\] are missing"):
        run(tmp_path, DOCUMENTS, ["id,firm,amount", "A1,x,1"])
    with pytest.raises(ParamsError, match="fuzzy"):
        run(tmp_path, DOCUMENTS, LINES, fields={"title": "name"})


@pytest.mark.parametrize(
    ("ours", "theirs", "level"),
    [
        ("Phase II", "Phase II ", "exact"),
        ("We propose a pump", "Abstract         We propose a pump", "normalised"),
        ("50000", "50000.0", "normalised"),
        ("2017", "2018", "different"),
        ("", "x", "missing_in_documents"),
        ("N/A", "", "missing_in_both"),
    ],
)
def test_how_two_values_agree(ours: str, theirs: str, level: str) -> None:
    assert compare(ours, theirs, 0.9).level == level


@given(st.text(max_size=40))
def test_a_value_agrees_with_itself(value: str) -> None:
    assert compare(value, value, None).level in {"exact", "missing_in_both"}


@given(st.text(alphabet="aBc, .-é", max_size=20))
def test_normalising_ignores_capitals_and_marks(value: str) -> None:
    assert normalise(value.upper()) == normalise(value + " ,")


def test_a_file_of_the_reference_without_a_column_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"id": "a1", "name": "Pump", "firm": "Acme", "amount": 1}]))
    (tmp_path / "b.json").write_text(json.dumps([{"id": "a2", "name": "Valve", "amount": 1}] * 2))
    settings = reference(tmp_path)
    side = read_reference(tmp_path, settings, "r")
    assert (side.rows, len(side.rejects)) == (3, 1)
    assert "reconcile (r): b.json has no column firm: 2 records" in caplog.text
