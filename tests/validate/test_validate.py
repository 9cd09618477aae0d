import json
import subprocess
from pathlib import Path
from typing import Any

import generate_run
import grade_run
import polars as pl
import pytest
from pages import Tags
from stage_project import run_stage

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.files import to_json
from domaintune.validate.engine import Findings, broken_message, render_page, run_suite
from domaintune.validate.params import Suite, read_suite

ROOT = Path(__file__).parents[2]
UNIQUE = "expect_column_values_to_be_unique"
MATCH = "expect_column_values_to_match_regex"
WHY = "because a test says so"


def suite(*expectations: dict[str, Any]) -> Suite:
    return Suite.model_validate(
        {"suite": "t", "expectations": [{"why": WHY, **item} for item in expectations]}
    )


def document(number: int, **changes: Any) -> Document:
    return generate_run.document(number, **{"id": f"{number:016x}"} | changes)


def instruction(number: int, **changes: Any) -> Instruction:
    asked = {"id": f"{number:016x}", "input": "What does the pump move?", "origin": "generated"}
    return grade_run.instruction(number, **asked | changes)


def check(*rows: Document | Instruction, table: str = "") -> Findings:
    table = table or ("documents" if isinstance(rows[0], Document) else "instructions")
    record: Any = Document if table == "documents" else Instruction
    return run_suite(record.to_frame(list(rows)), read_suite(ROOT / f"catalog/suites/{table}.yaml", table), 5)


def broken(findings: Findings) -> list[tuple[str, str]]:
    return [(result.expectation.kwargs["column"], result.rows[0]["id"][-1]) for result in findings.broken]


def test_good_rows_pass_both_suites() -> None:
    assert not check(document(1), document(2, split="test", language="ko")).broken
    answers = ("It moves methane.", "- 😌😊", "♥", "🌵", r"$\frac{{a}}{x_{{1}^{2}}}$ is the yield")
    rows = [instruction(number, output=answer) for number, answer in enumerate(answers)]
    assert not check(*rows, instruction(9, split="validation")).broken


LOST, CONTROL = "A byte was lost \ufffd here in the middle", "A control \x01 character in the middle of it"
OUTPUTS = [
    " … ", "- … —", "### Response: it moves", "3 litres\ufffd", "x " * 10_001, '{"question": "What?", "answer": "It"}',
    "As an AI language model, I cannot say.",
]  # fmt: skip
FLAWS: list[tuple[Any, str, list[str]]] = [
    (document, "text", ["N/A", LOST, "short", CONTROL]),
    (document, "title", ["A p\ufffdmp"]),
    (document, "language", ["English"]),
    (document, "licence", [""]),
    (document, "split", ["held_out", ""]),
    (document, "native_id", [""]),
    (instruction, "input", ["", "Ask about {{ title }}."]),
    (instruction, "output", OUTPUTS),
    (instruction, "group", ["NASA R&D"]),
    (instruction, "split", ["held_out"]),
]


@pytest.mark.parametrize(
    ("make", "column", "value"), [(make, column, value) for make, column, values in FLAWS for value in values]
)
def test_each_flaw_breaks_an_expectation_that_names_its_row(make: Any, column: str, value: str) -> None:
    findings = check(*(make(number) for number in range(1, 9)), make(9, **{column: value}))
    assert (column, "9") in broken(findings)
    assert {name for name, _ in broken(findings)} == {column}


def test_rows_of_instruction_sets_may_be_conversations_or_have_no_input_but_not_be_empty() -> None:
    turns = [Turn(role="user", content="Hello?"), Turn(role="assistant", content="Hello.")]
    talk = instruction(1, instruction="", input="", output="", turns=turns, origin="public")
    alone = instruction(2, input="", origin="translated")
    assert not check(talk, alone, instruction(3)).broken
    findings = check(talk, instruction(4, instruction="", input="", origin="human"))
    assert broken(findings) == [("instruction", "4")]
    # a question without an answer may be asked but not trained on
    asked = instruction(2, input="", output="", origin="public", split="test")
    assert not check(instruction(1), asked).broken
    for split in ("train", "validation"):
        findings = check(instruction(1), asked.model_copy(update={"split": split}))
        assert broken(findings) == [("output", "2")]


def test_repeated_ids_are_named_and_counted() -> None:
    findings = check(document(1), document(2), document(2, text="Another text of the same id here."))
    [result], message = findings.broken, broken_message(findings, "out/page.html")
    assert (result.expectation.type, result.unexpected) == (UNIQUE, 2)
    assert [row["id"] for row in result.rows] == [f"{2:016x}"] * 2
    for told in (f"{UNIQUE} (column: id): 2 of 3 rows", "0000000000000002", "out/page.html"):
        assert told in message
    assert "found no train" in broken_message(check(document(1, split="test")), "page.html")


def test_only_max_named_rows_are_named_but_all_are_counted_and_a_null_id_is_named_by_its_place() -> None:
    wanted = suite({"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "id"}})
    findings = run_suite(pl.DataFrame({"id": ["a", None]}), wanted, 5)
    assert "no id" in findings.broken[0].rows[0]["id"]
    frame = pl.DataFrame({"id": [f"{i:03}" for i in range(100)], "n": [0] * 100})
    findings = run_suite(frame, suite({"type": UNIQUE, "kwargs": {"column": "n"}}), 3)
    assert findings.results[0].unexpected == 100
    assert "rows 000, 001, 002, …" in broken_message(findings, "p")
    allowed = {"column": "id", "regex": "^0[0-8]", "mostly": 0.8}
    result = run_suite(frame, suite({"type": MATCH, "kwargs": allowed}), 3).results[0]
    assert (result.passed, result.unexpected, result.rows[0]["id"]) == (True, 10, "090")


@pytest.mark.parametrize(
    ("item", "error", "message"),
    [
        ({"type": "expect_column_values_to_be_uniqe", "kwargs": {"column": "id"}}, ParamsError, "knows no"),
        ({"type": UNIQUE, "kwargs": {"column": "id", "foo": 1}}, ParamsError, "foo"),
        ({"type": UNIQUE, "kwargs": {"column": "idd"}}, InputError, "columns idd"),
        ({"type": MATCH, "kwargs": {"column": "id", "regex": "("}}, ParamsError, "could not"),
    ],
)
def test_a_wrong_suite_is_the_users_error(item: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run_suite(pl.DataFrame({"id": ["a"]}), suite(item), 3)
    with pytest.raises(ParamsError, match="expected instructions"):
        read_suite(ROOT / "catalog/suites/documents.yaml", "instructions")


def test_an_empty_table_passes_only_where_the_suite_says_so() -> None:
    """A study of instruction sets alone has no documents; without instructions there is nothing to train on."""
    findings = check(table="documents")
    assert (findings.rows, findings.results) == (0, [])
    assert "over 0 rows" in render_page(findings)
    with pytest.raises(InputError, match="empty"):
        check(table="instructions")


def test_the_page_escapes_what_it_shows_and_loads_nothing() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\ufffd"
    page = render_page(check(document(1), document(2, text=evil * 2, title='"><b>\ufffd')))
    tags = Tags(page)
    assert "&lt;script&gt;alert(1)" in page
    assert not {"script", "img", "link", "iframe", "b"} & set(tags.opened)
    assert not tags.values("src", "href", "onerror")
    assert "http" not in page.replace("http-equiv", "")


def run(folder: Path, rows: list[Document]) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    Document.to_frame(rows).write_parquet(folder / "rows.parquet")
    words = f"""--table documents --rows rows.parquet --suite {ROOT}/catalog/suites/documents.yaml --out out
        --gate gates/documents.json --accounting books.json"""
    return run_stage(folder, "validate", "validate: {max_named_rows: 5}\n", words)


def test_the_stage_writes_the_same_bytes_for_the_same_rows_and_no_gate_when_broken(tmp_path: Path) -> None:
    first = run(tmp_path / "a", [document(1), document(2)])
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("validate (documents): 2 rows in, 2 kept, 0 lost; ")
    assert first.stdout.endswith(" s. See books.json.\n")
    here = check(document(2), document(1))
    assert (tmp_path / "a/out/results.json").read_text(encoding="utf-8") == to_json(here.as_dict()) + "\n"
    gate, page = tmp_path / "a/gates/documents.json", tmp_path / "a/out/page.html"
    assert json.loads(gate.read_text()) == {"passed": True, "suite": "documents"}
    assert page.read_text(encoding="utf-8") == render_page(here)
    second = run(tmp_path / "a", [document(1), document(2, text="A byte was lost \ufffd here.")])
    assert (second.returncode, gate.exists()) == (1, False)
    assert "Traceback" not in second.stderr
    for told in (second.stderr, page.read_text(encoding="utf-8")):
        assert "0000000000000002" in told
