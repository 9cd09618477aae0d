"""From raw files to documents, rejects and accounts, through the command line's own path."""

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingested import DOCUMENTS, INSTRUCTIONS, MAPPING, QUESTIONS, TEXTS, Ingested, read_source

from domaintune.core.sections.sources import AnySource, Source
from domaintune.core.stage.errors import GateError, InputError, ParamsError
from domaintune.core.stage.params import parse
from domaintune.core.tables.cells import Cells
from domaintune.ingest.document_formats import SHAPES, RawRow
from domaintune.ingest.params import Ingest

SETTINGS = Ingest(min_chars=10, max_chars=5000, max_reject_fraction=1.0)
HALF = Ingest(min_chars=10, max_chars=5000, max_reject_fraction=0.5)
LONG = "A pump for lunar landers that works in the cold."
HEADER = "id,title,text"
OF_AGENCY = f"{HEADER},agency"
WITH_AGENCY = MAPPING | {"agency": "agency"}
KOREAN = "\u1112\u1161\u11ab\u1100\u116e\u11a8"


def ingest(path: Path, limits: Ingest = SETTINGS, **changes: Any) -> Ingested:
    return read_source(path, Source.model_validate(DOCUMENTS | changes), limits)


def table(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "raw.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode("utf-8", "surrogateescape"))
    return path


def test_every_fault_has_its_reason_and_the_first_usable_record_of_an_id_stays(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "1,None,[TBD]",
        f"1,Good,{LONG}",
        f"1,Again,{LONG}",
        f"1,Good,{LONG}",
        "2,Empty,",
        "3,Nothing,N/A.",
        "4,Short,too short",
        f"5,,{LONG}",
        f"6,Lost,{LONG} 5\ufffdC",
        f"7,Nul,{LONG} \x00",
        "8,Ragged",
        f"9,Long,{'x' * 6000}",
        f"10,Bad \udcb0 byte,{LONG}",
        f"11,{LONG},{LONG.upper()}",
        f"12,Canary,{LONG} CANARY GUID 26b5c67b",
        "13,Picture,(250 bytes)",
    )
    documents, rejects, accounts, _ = ingest(path)
    assert [d.native_id for d in documents] == ["1"]
    assert [reject.reason for reject in rejects] == [
        "placeholder", "id_of_another_text", "duplicate_id", "placeholder", "placeholder", "too_short", "missing_field", "bad_encoding",
        "bad_encoding", "broken_row", "too_long", "bad_encoding", "text_is_title", "test_set", "not_text",
    ]  # fmt: skip
    assert accounts.rows_in == 16 == accounts.kept + accounts.total_lost()
    assert len({r.id for r in rejects}) == len(rejects)
    _, again, same, *_ = rejects
    assert (again.kind, same.kind) == ("rejected", "duplicate")
    assert "line 4" in again.detail
    assert json.loads(again.row)["title"] == "Again"


@pytest.mark.parametrize(
    ("agency", "cells", "kept"),
    [
        ("nasa", ["NASA", "Energy", ""], ["0"]),
        ("Space Office", ["Space Office", '"Space Office,Space Office"', "Space Office; space office", "Sea Office", "Space"],
         ["0", "1", "2"]),
        ("Health, Ed", ['"Health, Ed"', '"Health, Ed,Health, Ed"', "Health"], ["0", "1"]),
    ],
)  # fmt: skip
def test_a_repeated_agency_is_one_agency_and_rows_of_others_do_not_close_the_gate(
    tmp_path: Path, agency: str, cells: list[str], kept: list[str]
) -> None:
    path = table(tmp_path, *(f"{n},T{n},{LONG},{cell}" for n, cell in enumerate(cells)), header=OF_AGENCY)
    strict = SETTINGS.model_copy(update={"max_reject_fraction": 0.0})
    found = ingest(path, strict, agency=agency, columns=WITH_AGENCY)
    assert [document.native_id for document in found.rows] == kept
    assert set(found.reasons) == {"other_agency"}


@pytest.mark.parametrize(
    ("cell", "text", "counted"),
    [
        (KOREAN * 10, "한국" * 10, "repaired_nfc"),
        (f"{LONG} Today?s cannot. Not ?tried.", f"{LONG} Today’s cannot. Not ?tried.", "repaired_lost_apostrophes"),
        (f"&amp;lt;p&amp;gt;{LONG}&amp;lt;/p&amp;gt; &lt;0.5 mol", f"{LONG}\n\n<0.5 mol", "repaired_html_tags"),
        (f"{LONG} It is high?speed.", f"{LONG} It is high?speed.", "kept_with_lost_letter"),
        (f"{LONG} It was\nmade of:\n* copper,\n  soft\n* tin\n\n    x = f(1)\n    y = x + 1\n",
         f"{LONG} It was made of:\n\n* copper, soft\n\n* tin\n\n    x = f(1)\n    y = x + 1", "repaired_nfc"),
        (f"{LONG}\n1. Cut it\n2. Dry it", f"{LONG}\n\n1. Cut it\n\n2. Dry it", "repaired_nfc"),
    ],
)  # fmt: skip
def test_a_text_is_repaired_and_what_was_done_is_counted(
    tmp_path: Path, cell: str, text: str, counted: str
) -> None:
    [document], _, accounts, _ = ingest(table(tmp_path, f'1,{KOREAN},"{cell}"'))
    assert (document.title, document.text, accounts.extra[counted]) == ("한국", text, 1)


@pytest.mark.parametrize(
    ("header", "rows", "changes", "error"),
    [
        (OF_AGENCY, [f"1,A,{LONG},Energy"], {"agency": "NASA", "columns": WITH_AGENCY},
         GateError("no record is of agency 'NASA'; found 'Energy' 1")),
        (HEADER, [], {}, InputError("has columns but no records")),
        ("id,title", ["1,A"], {}, InputError("columns ['text'] are missing; the file has ['id', 'title']")),
        (HEADER, [f"same,Title {n},{LONG} It is number {n}." for n in range(10)], {}, GateError(
            "9 of 10 records have the id of a record with another text, so the column named in sources.here.columns.id does "
            "not name single records")),
    ],
)  # fmt: skip
def test_a_table_without_enough_usable_rows_is_told_with_what_it_has(
    tmp_path: Path, header: str, rows: list[str], changes: dict[str, Any], error: Exception
) -> None:
    with pytest.raises(type(error), match=re.escape(str(error))):
        ingest(table(tmp_path, *rows, header=header), HALF, **changes)


@pytest.mark.parametrize(
    ("entry", "changes", "message"),
    [
        (DOCUMENTS, {"columns": None}, "columns: format `columns` needs a mapping"),
        (DOCUMENTS, {"agency": "NASA"}, r"columns\.agency: name the column that holds the agency"),
        (TEXTS, {"chunks": {"max_tokens": 100, "overlap_tokens": 60}}, "overlap_tokens must be at most half"),
        (QUESTIONS, {"kind": "quiz"}, "kind: expected one of documents, questions, instructions, got 'quiz'"),
        (QUESTIONS, {"columns": QUESTIONS["columns"] | {"options": {"no": "0", "yes": "0"}}}, "two fixed options have the same word"),
        (INSTRUCTIONS, {"format": "vicuna"}, "format: input should be"),
        (INSTRUCTIONS, {"languages": []}, "languages: list should have at least 1"),
        (INSTRUCTIONS, {"languages": ["en", "ko"]}, "several languages need filters.wrong_language"),
        (INSTRUCTIONS, {"format": "dialogues", "dataset": "local"}, "is read from files"),
        (INSTRUCTIONS, {"filters": {"min_char": 3}}, "did you mean min_chars"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named_with_what_is_wrong(entry: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=rf"params.yaml: sources\.here(?s:.*){message}"):
        parse(Path("params.yaml"), "sources.here", AnySource, entry | changes)


def test_a_record_without_id_gets_one_from_its_content(tmp_path: Path) -> None:
    rows = [f",A,{LONG}", f",B,{LONG}"]
    first, second = ({one.id for one in ingest(table(tmp_path, *given)).rows} for given in (rows, rows[::-1]))
    assert first == second
    assert len(first) == 2


def test_json_lines_and_parquet_give_the_documents_that_csv_gives(tmp_path: Path) -> None:
    rows = [{"id": str(n), "title": f"T{n}", "text": f"{LONG} {n}"} for n in range(5)]
    lines, parquet = tmp_path / "raw.jsonl", tmp_path / "raw.parquet"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows) + "no json\n[1]\n", encoding="utf-8")
    pl.DataFrame(rows).write_parquet(parquet)
    found = ingest(lines)
    assert found.rows == ingest(table(tmp_path, *map(",".join, (row.values() for row in rows)))).rows
    assert found.rows == ingest(parquet).rows
    assert found.reasons == ["broken_row", "broken_row"]


def test_lists_become_paragraphs_or_keywords_numbers_facts_and_a_licence_of_one_letter_costs_its_record(
    tmp_path: Path,
) -> None:
    rows = [
        {"id": n, "title": "A", "abstract": [LONG * 3, f"{LONG} {n}"], "licence": licence,
         "tags": ["pump", " ice ", "pump", None], "amount": "$139,882.00"}
        for n, licence in enumerate(("MIT", "", "c"))
    ]  # fmt: skip
    (path := tmp_path / "rows.json").write_text(json.dumps(rows))
    own = {"text": "abstract", "licence": "licence", "keywords": "tags", "attributes": {"amount": "amount"}}
    documents, rejects, *_ = ingest(path, columns=MAPPING | own)
    text = f"{LONG * 3}\n\n{LONG}"
    assert [(d.text, d.licence) for d in documents] == [(f"{text} 0", "MIT"), (f"{text} 1", "CC0")]
    assert (documents[0].keywords, documents[0].attribute("amount")) == (["pump", "ice"], "139882")
    assert [(one.reason, one.detail) for one in rejects] == [
        ("bad_licence", "record 3: licence is 'c', which is the name of none")
    ]


def test_techport_is_read_and_a_torn_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "raw.json"
    projects = [{"id": n, "title": f"T{n}", "description": f"{LONG} &quot;{n}&quot;"} for n in range(3)]
    text = json.dumps({"total": 3, "projects": [*projects, 5]})
    path.write_text(text, encoding="utf-8")
    found = ingest(path, format="techport", columns=None)
    assert [d.text[-3:] for d in found.rows] == ['"0"', '"1"', '"2"']
    assert found.reasons == ["broken_row"]
    path.write_text(text[:-60], encoding="utf-8")
    with pytest.raises(InputError, match="record 3"):
        ingest(path, format="techport", columns=None)


def test_rows_set_aside_are_told_with_their_number_and_the_agencies_seen(tmp_path: Path, caplog: Any) -> None:
    rows = [f"{n},T{n},{LONG},{'Sea' if n else 'Space'} Office" for n in range(4)]
    path = table(tmp_path, *rows, f"0,Other,{LONG} More.,Space Office", header=OF_AGENCY)
    ingest(path, agency="Space Office", columns=WITH_AGENCY)
    assert "3 of 5 records are of another agency" in caplog.text
    assert "'Sea Office' 3" in caplog.text
    assert "1 of 5 records were lost because their id was kept before" in caplog.text


def test_an_award_is_known_by_its_page_in_two_exports_and_by_what_names_it_in_the_third() -> None:
    def row(name: str, **values: str) -> RawRow:
        return SHAPES[name].to_row(Cells("line 2", dict.fromkeys(SHAPES[name].columns, "N/A") | values))

    api = row("sbir_api", link="https://x/1", year="1983", firm="Acme")
    portal = row(
        "sbir_portal", url="https://x/1", award_year="1983", comp_name="Acme", award_amount="50000.0"
    )
    assert api.native_id == portal.native_id == "https://x/1"
    assert api.attributes == {"firm": "Acme", "link": "https://x/1", "year": "1983"}
    assert portal.attributes == {**api.attributes, "amount": "50000"}
    first, second = (row("sbir_awards", Phase=phase) for phase in ("Phase I", "Phase II"))
    assert first.native_id == row("sbir_awards", Phase="Phase I").native_id != second.native_id
