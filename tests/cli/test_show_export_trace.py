"""Looking at tables, and handing rows to other tools."""

import json
from pathlib import Path

import polars as pl
import pytest

from domaintune.cli.app import app
from domaintune.cli.trace import chain
from domaintune.core.frames import write_frame, write_records
from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.stage.errors import InputError, ParamsError


def row(number: int, turns: list[Turn] | None = None, split: str = "train") -> Instruction:
    return Instruction(
        id=f"i{number}", task="t", group="g", language="ko", system="", instruction="Plan.", input=f"무엇 {number}?",
        output="답", turns=turns or [], document_id="d1", field="text", origin="generated", request_id="r1",
        grade=None, licence="Apache-2.0", split=split,
    )  # fmt: skip


def call(*arguments: str) -> None:
    app(list(arguments), standalone_mode=False)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    talk = [Turn(role="user", content="Hi"), Turn(role="assistant", content="Hello")]
    write_records(tmp_path / "rows.parquet", Instruction, [row(2), row(1, talk), row(3, split="test")])
    return tmp_path / "rows.parquet"


def test_the_three_formats_are_those_other_tools_read(table: Path, tmp_path: Path) -> None:
    for form in ("alpaca", "sharegpt", "openai"):
        call("export", str(tmp_path / form), "--format", form, "--rows", str(table))
    assert json.loads((tmp_path / "alpaca").read_text())[1] == {
        "instruction": "Plan.",
        "input": "무엇 2?",
        "output": "답",
    }
    talk = json.loads((tmp_path / "sharegpt").read_text())[0]
    assert talk == {
        "id": "i1",
        "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}],
    }
    lines = [json.loads(line) for line in (tmp_path / "openai").read_text().splitlines()]
    assert lines[1]["messages"] == [
        {"role": "user", "content": "Plan.\n\n무엇 2?"},
        {"role": "assistant", "content": "답"},
    ]
    assert len(lines) == 2  # the test split stays out


def test_an_unknown_format_is_refused(table: Path, tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="expected one of alpaca, sharegpt, openai"):
        call("export", str(tmp_path / "x"), "--format", "csv", "--rows", str(table))


def test_show_prints_chosen_rows_and_markup_in_data_as_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_frame(tmp_path / "r.parquet", pl.DataFrame({"id": ["1", "2"], "text": ["[red]a[/red]", "b"]}))
    call("show", str(tmp_path / "r.parquet"), "--where", "id=1")
    out = capsys.readouterr().out
    assert "1 rows × 2 columns" in out
    assert "[red]a[/red]" in out


def test_show_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Parquet or JSON file here"):
        call("show", str(tmp_path / "none.parquet"))
    write_frame(tmp_path / "r.parquet", pl.DataFrame({"id": ["1"]}))
    with pytest.raises(InputError, match="no column reason; there are id"):
        call("show", str(tmp_path), "--where", "reason=x")


def test_a_trace_follows_an_instruction_to_its_document_and_request_and_to_no_sibling(tmp_path: Path) -> None:
    def put(name: str, **columns: list[str]) -> None:
        frame = pl.DataFrame(columns)
        write_frame(tmp_path / "data" / name, frame, sort_by=frame.columns[:1])

    put("documents/s/documents.parquet", id=["d1", "d2"], native_id=["n1", "n2"])
    put("corpus/documents.parquet", id=["d1", "d2"])
    put("responses/generate/t.parquet", key=["r1", "r2"])
    put(
        "generated/t/instructions.parquet", id=["i1", "i2"], document_id=["d1", "d1"], request_id=["r1", "r2"]
    )
    put("curated/questions.parquet", id=["q1", "q2"], document_id=["d1", "d1"], instruction_id=["i1", "i2"])
    put("answers/a/answers.parquet", question_id=["q1", "q2"], text=["A", "B"])
    lines = list(chain(tmp_path, "i1"))
    assert [line.split()[0] for line in lines] == [
        "record",
        "document",
        "request",
        "instruction",
        "question",
        "answer",
    ]
    assert not any("q2" in line or "i2" in line or "d2" in line for line in lines)
    assert list(chain(tmp_path, "zz")) == []


def test_a_trace_follows_a_translated_row_to_every_request_behind_it_and_back(tmp_path: Path) -> None:
    def put(name: str, **columns: list[str]) -> None:
        write_frame(tmp_path / "data" / name, pl.DataFrame(columns), sort_by=[next(iter(columns))])

    put("responses/translate/s.parquet", key=["r1", "r2", "r3"])
    put(
        "translated/s/instructions.parquet",
        id=["i1", "i2"], document_id=["o1", "o2"], request_id=["r1 r2", "r2 r3"],
    )  # fmt: skip
    from_row = list(chain(tmp_path, "i1"))
    assert [("r1" in line, "r2" in line, "r3" in line) for line in from_row if line.startswith("request")] == [
        (True, False, False), (False, True, False),
    ]  # fmt: skip
    assert [line.count("i1") for line in chain(tmp_path, "r1") if line.startswith("set row")] == [1]
    assert sum(line.startswith("set row") for line in chain(tmp_path, "r2")) == 2
