"""Folders of tables and of texts, with names and links that no program should meet."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ingested import DOCUMENTS, QUESTIONS, TEXTS, Ingested, read_set, read_source

from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.core.stage.errors import InputError

BODY = "The membrane was cast from solution and dried for two days."


def documents(raw: Path, **changes: Any) -> Ingested:
    return read_source(raw, Source.model_validate(DOCUMENTS | changes))


def row(number: int, **more: str) -> dict[str, str]:
    return {"id": str(number), "title": f"Film {number}", "text": f"{BODY} Number {number}.", **more}


def csv_of(*rows: dict[str, str]) -> str:
    return "\n".join([",".join(rows[0]), *(",".join(one.values()) for one in rows), ""])


def test_a_folder_of_tables_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.csv").write_text(csv_of(row(1), row(2)))
    (tmp_path / "b.csv").write_text(csv_of(row(3)))
    (tmp_path / "deep/c.json").write_text(json.dumps([row(4, extra="x"), {"id": "5"}], indent=1))
    (tmp_path / "deep/d.jsonl").write_text(json.dumps(row(6)))
    (tmp_path / "SOURCE.txt").write_text("where it is from")
    found, [source, empty], *_ = documents(tmp_path)
    assert [document.native_id for document in found] == ["1", "2", "3", "4", "6"]
    read = ".csv, .json, .jsonl, .ndjson, .parquet, .pq, .tsv are read"
    assert (source.reason, source.detail) == ("unknown_format", f"SOURCE.txt: .txt ending; {read}")
    assert (empty.reason, empty.detail[:21]) == ("placeholder", "deep/c.json: record 2")


def test_files_of_a_folder_that_cannot_be_read_cost_a_row_each_and_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.jsonl").touch()
    (tmp_path / "b.jsonl").write_text(json.dumps(row(1)))
    (tmp_path / "c.parquet").write_bytes(b"PAR1 and no footer")
    found = documents(tmp_path)
    assert [document.native_id for document in found.rows] == ["1"]
    assert found.reasons == ["unreadable_file"] * 2
    assert [one.detail[:9] for one in found.rejects] == ["a.jsonl: ", "c.parquet"]
    assert "2 of 3 records stand for whole files that could not be read" in caplog.text
    (tmp_path / "d.json").write_text(json.dumps([row(2)]) + ' {"x": 1}')
    with pytest.raises(InputError, match="d.json: expected the end of the file"):
        documents(tmp_path)
    (tmp_path / "d.json").unlink()
    (tmp_path / "b.jsonl").unlink()
    with pytest.raises(InputError, match="a.jsonl: the file is empty"):
        documents(tmp_path)


@pytest.mark.parametrize(
    ("kind", "column", "reason", "told"),
    [
        *(("documents", column, "missing_column", f"b.json has no column {column}") for column in ("id", "title", "text")),
        ("questions", "answer", "missing_column", "b.json has no column answer"),
        ("instructions", "output", "missing_field", "b.json: no field 'output'"),
    ],
)  # fmt: skip
def test_a_file_of_a_folder_without_a_column_that_is_needed_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str, column: str, reason: str, told: str
) -> None:
    asked = dict.fromkeys(("question", "instruction"), "Name a metal.")
    whole = row(1, **asked, answer="Tin.", output="Tin.")
    less = {name: value for name, value in whole.items() if name != column}
    (tmp_path / "a.json").write_text(json.dumps([whole]))
    (tmp_path / "b.json").write_text(json.dumps([less] * 2))
    if kind == "instructions":
        found = read_set(tmp_path, "alpaca")
    else:
        questions = QuestionSource.model_validate(QUESTIONS)
        found = read_source(tmp_path, questions) if kind == "questions" else documents(tmp_path)
    assert (len(found.rows), found.reasons) == (1, [reason] * 2)
    assert caplog.text.count(f"{told}: 2 of 2 rows") == 1


def test_two_tables_with_different_columns_are_told_with_both_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv_of(row(1)))
    (tmp_path / "b.csv").write_text("id,name,text\n2,Film,x\n")
    message = r"a\.csv and b\.csv do not have the same columns.*\['name', 'title'\]"
    with pytest.raises(InputError, match=message):
        documents(tmp_path)


def test_the_same_id_with_another_text_in_another_file_is_another_question(tmp_path: Path) -> None:
    files = {"a.json": ["q1 hot", "q1 wet"], "b.json": ["q1 cold", "q2 dry"], "c.json": ["q1 hot"]}
    for name, asked in files.items():
        pairs = [one.split() for one in asked]
        rows = [{"id": number, "question": f"Is it {what}?", "answer": "yes"} for number, what in pairs]
        (tmp_path / name).write_text(json.dumps(rows))
    found = read_source(tmp_path, QuestionSource.model_validate(QUESTIONS))
    assert [(one.native_id, one.question, one.file) for one in found.rows] == [
        ("q1", "Is it hot?", "a.json"), ("q1", "Is it cold?", "b.json"), ("q2", "Is it dry?", "b.json"),
    ]  # fmt: skip
    assert len({question.id for question in found.rows}) == 3
    assert [(reject.kind, reject.reason) for reject in found.rejects] == [
        ("rejected", "id_of_another_text"), ("duplicate", "duplicate_id"),
    ]  # fmt: skip


def test_links_out_of_a_folder_loops_pipes_and_bad_names_cost_a_file_each_but_not_links_into_dvc_s_cache(
    tmp_path: Path,
) -> None:
    folder, outside = tmp_path / "texts", tmp_path / "secret.txt"
    cached = tmp_path / "cache/files/md5/ab" / ("0" * 30)
    folder.mkdir()
    cached.parent.mkdir(parents=True)
    outside.write_text(f"Secret\n{BODY}")
    for path in (folder / "a.txt", cached):
        path.write_text(f"Films\n{BODY}")
    (folder / "cached.txt").symlink_to(cached)
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    (folder / "out.txt").symlink_to(outside)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "up").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    with open(os.fsencode(folder) + b"/\xff\xfe.txt", "w") as handle:
        handle.write(f"Name\n{BODY}")
    found, rejects, *_ = documents(folder, **TEXTS)
    names = ("a.txt", "cached.txt", "inside.txt")
    assert [(one.native_id, one.title) for one in found] == [(name, "Films") for name in names]
    assert {reject.detail.split(":")[0]: reject.reason for reject in rejects} == {
        "out.txt": "link_outside", "loop.txt": "unreadable_file", "up": "unreadable_file",
        "pipe.txt": "unreadable_file", "\\udcff\\udcfe.txt": "unreadable_name",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["raw.csv", "raw.jsonl", "raw.parquet"])
@pytest.mark.parametrize("kind", ["pipe", "loop", "gone"])
def test_a_source_that_is_no_file_is_told_and_not_waited_for(tmp_path: Path, kind: str, name: str) -> None:
    path = tmp_path / name
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if kind == "loop" else tmp_path / "nowhere")
    with pytest.raises(InputError, match="expected a file, found a (pipe|link that leads to no file)"):
        documents(path)


def test_korean_files_in_cp949_are_read_where_the_user_says_so(tmp_path: Path) -> None:
    text = "이온 전도도를 높인 전해질 막의 합성과 물성"
    files = {
        "csv/a.csv": f"id,title,text\n1,막,{text}\n2,막,{text}\n", "texts/a.txt": f"막\n{text}\n",
        "csv/b.jsonl": json.dumps({"id": 3, "title": "막", "text": text}, ensure_ascii=False),
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content.encode("cp949"))
    for folder, changes in (("csv", {}), ("texts", TEXTS)):
        found = documents(tmp_path / folder, **changes | {"language": "ko", "table": {"encoding": "cp949"}})
        assert {(one.title, one.text) for one in found.rows} == {("막", text)}
    with pytest.raises(InputError, match=r"It may be CP949. Set `table: \{encoding: cp949\}`"):
        documents(tmp_path / "csv", language="ko")
