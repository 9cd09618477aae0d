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


def run(tmp_path: Path, lines: list[str], **changes: Any) -> Reconciled:
    path = tmp_path / "reference.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = reference(path, **changes)
    ours = read_documents(DOCUMENTS, settings, "r")
    return reconcile("r", settings, ours, read_reference(path, settings, "r"))


def reference(path: Path, **changes: Any) -> Reference:
    values: dict[str, Any] = {
        "path": str(path), "source": "s", "key": {"contract": "id"}, "fuzzy": ["firm"], "fuzzy_threshold": 0.8,
        "fields": {"title": "name", "firm": "firm", "amount": "amount"},
    }  # fmt: skip
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
    result = run(tmp_path, LINES)
    fields = result.agreement["fields"]
    for name, other in (("title", "different"), ("firm", "fuzzy"), ("amount", "different")):
        assert (fields[name]["normalised"], fields[name][other]) == (1, 1)
    assert (fields["firm"]["fraction_fuzzy"], fields["firm"]["fraction_exact"]) == (1.0, 0.0)
    why = ("duplicate_key_in", "no_key_in", "only_in")
    lost = {f"{one}_{side}": 1 for one in why for side in ("documents", "reference")}
    sizes = {"documents": 5, "reference": 6, "matched": 2, "broken_row": 1}
    assert result.agreement["records"] == sizes | lost
    assert result.accounts.rows_in == 11 == result.accounts.kept + result.accounts.total_lost()
    assert len({reject.id for reject in result.unmatched}) == len(result.unmatched) == 7
    assert json.loads(result.unmatched[0].row)["side"] == "documents"
    found = {(m.key, m.field): m for m in result.mismatches}
    assert set(found) == {("a2", "title"), ("a2", "firm"), ("a2", "amount")}
    assert found["a2", "firm"].level == "fuzzy"
    assert 0.8 <= found["a2", "firm"].similarity < 1
    assert (found["a2", "amount"].ours, found["a2", "amount"].theirs) == ("70000", "75000")
    # a value that one side lacks is not a disagreement
    result = run(tmp_path, ["id,name,firm,amount", "A1,Solar Panel,,N/A"])
    amount = result.agreement["fields"]["amount"]
    assert (amount["missing_in_reference"], amount["compared"], amount["fraction_exact"]) == (1, 0, None)


@pytest.mark.parametrize(
    ("lines", "changes", "error"),
    [
        (["id,name,firm,amount", "Z,x,y,1"], {}, InputError("no key occurs on both sides")),
        (LINES, {"fields": {"firmm": ""}, "fuzzy": []}, InputError("has the fields .'firmm'.")),
        (["id,firm,amount", "A1,x,1"], {}, InputError("columns .'name'. are missing")),
        (LINES, {"fields": {"title": "name"}}, ParamsError("fuzzy")),
    ],
    ids=["nothing in common", "an unknown field", "a missing column", "a fuzzy field that is not compared"],
)
def test_what_cannot_be_compared_is_an_error(
    tmp_path: Path, lines: list[str], changes: dict[str, Any], error: Exception
) -> None:
    with pytest.raises(type(error), match=str(error)):
        run(tmp_path, lines, **changes)


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
    assert compare(ours, theirs, 0.9)[0] == level


@given(st.text(alphabet="aBc, .-é", max_size=20))
def test_a_value_agrees_with_itself_whatever_its_capitals_and_marks(value: str) -> None:
    assert compare(value, value, None)[0] in {"exact", "missing_in_both"}
    assert normalise(value.upper()) == normalise(value + " ,")


def test_a_file_of_the_reference_without_a_column_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"id": "a1", "name": "Pump", "firm": "Acme", "amount": 1}]))
    (tmp_path / "b.json").write_text(json.dumps([{"id": "a2", "name": "Valve", "amount": 1}] * 2))
    side = read_reference(tmp_path, reference(tmp_path), "r")
    assert (side.rows, len(side.rejects)) == (3, 1)
    assert "reconcile (r): b.json has no column firm: 2 records" in caplog.text
