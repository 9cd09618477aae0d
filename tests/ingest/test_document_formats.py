"""The known exports, in the layouts of their sources."""

from domaintune.core.tables.cells import Cells
from domaintune.ingest.document_formats import SHAPES


def test_the_portal_and_the_api_call_the_same_award_by_its_page() -> None:
    api = dict.fromkeys(SHAPES["sbir_api"].columns, "N/A") | {
        "link": "https://x/1",
        "year": "1983",
        "firm": "Acme",
    }
    portal = dict.fromkeys(SHAPES["sbir_portal"].columns, "N/A") | {
        "url": "https://x/1",
        "award_year": "1983",
        "comp_name": "Acme",
        "award_amount": "50000.0",
    }
    one = SHAPES["sbir_api"].to_row(Cells("line 2", api))
    other = SHAPES["sbir_portal"].to_row(Cells("line 2", portal))
    assert one.native_id == other.native_id == "https://x/1"
    assert one.attributes == {"firm": "Acme", "link": "https://x/1", "year": "1983"}
    assert other.attributes["amount"] == "50000"


def test_bulk_awards_without_an_id_column_are_told_apart_by_what_names_them() -> None:
    first = dict.fromkeys(SHAPES["sbir_awards"].columns, "same")
    second = first | {"Phase": "Phase II"}
    ids = [
        SHAPES["sbir_awards"].to_row(Cells("line 2", values)).native_id for values in (first, second, first)
    ]
    assert ids[0] != ids[1]
    assert ids[0] == ids[2]
