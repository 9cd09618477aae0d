"""`domaintune source add`."""

import difflib
import json
import os
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from committed import PARAMS as SHIPPED
from typer.testing import CliRunner

from domaintune.cli.document_columns import match_names
from domaintune.cli.proposing import propose
from domaintune.cli.source import app, key_of
from domaintune.core.sections.sources import AnySource, QuestionSource, Source
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import load_mapping
from domaintune.ingest.document_formats import SHAPES, RawRow
from domaintune.ingest.text_files import read_texts

PARAMS = """\
# top
seed: 1  # of all
{sources}

# --- next ---
ingest:
  min_chars: 80  # kept
"""
ENTRIES = """\
sources:  # raw corpora
  old:  # first
    path: a.csv
    kind: documents
    format: sbir_api
    agency: null
    language: en
    licence: CC0
    columns: null
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "My Papers-2024.csv"
    text = "x" * 150
    path.write_text(
        "Project Title,Summary,Company Name,FiscalYear,Tags\n"
        f"Pump,{text},Acme,2020,a; b\nDrill,{text},Bolt,2021,c; d\n",
        encoding="utf-8",
    )
    return path


def add(params: Path, *arguments: str) -> str:
    return run("add", params, *arguments)


def run(command: str, params: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, [command, *arguments, "--params", str(params)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def removed(before: str, after: str) -> set[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return {line[2:] for line in lines if line.startswith("- ")}


@pytest.mark.parametrize(
    "sources", [ENTRIES.rstrip(), "sources: {}", "sources: {}  # raw corpora", "sources:"]
)
def test_the_entry_is_added_and_every_other_line_stays(tmp_path: Path, raw: Path, sources: str) -> None:
    params = tmp_path / "params.yaml"
    before = PARAMS.format(sources=sources)
    params.write_text(before, encoding="utf-8")
    output = add(params, str(raw))
    after = params.read_text(encoding="utf-8")
    assert removed(before, after) <= {line for line in before.splitlines() if line.startswith("sources: ")}
    assert ("# raw corpora" in before) == ("# raw corpora" in after)
    entry = load_mapping(params, Source)["my_papers_2024"]
    assert entry.columns is not None
    assert (entry.columns.title, entry.columns.text) == ("Project Title", "Summary")
    assert entry.columns.attributes == {"firm": "Company Name", "year": "FiscalYear"}
    assert (entry.columns.keywords, entry.columns.keyword_separator) == ("Tags", ";")
    assert "my_papers_2024" in output


@pytest.mark.parametrize("inside", [True, False])
def test_nothing_is_added_that_dvc_would_wait_for_or_stop_at(tmp_path: Path, raw: Path, inside: bool) -> None:
    params, folder = tmp_path / "params.yaml", tmp_path / "folder"
    params.write_text("sources: {}\n", encoding="utf-8")
    folder.mkdir()
    shutil.copy(raw, folder / "a.csv")
    os.mkfifo(folder / "b.csv")
    with pytest.raises(InputError, match=r"b\.csv is a pipe, socket or device\. .*DVC hashes every file"):
        add(params, str(folder if inside else folder / "b.csv"))
    assert params.read_text(encoding="utf-8") == "sources: {}\n"


def test_a_corpus_is_told_of_a_task_that_suits_any_text(tmp_path: Path, raw: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text("sources: {}\n", encoding="utf-8")
    assert "name mine in the `sources` of a task (`science_qa` suits any" in add(
        params, str(raw), "--name", "mine"
    )
    assert (Path(__file__).parents[2] / "catalog/tasks/science_qa.yaml").is_file()


def test_a_benchmark_is_to_be_named_in_benchmarks_and_in_no_task(tmp_path: Path) -> None:
    params, exam = tmp_path / "params.yaml", tmp_path / "exam.csv"
    params.write_text("sources: {}\n", encoding="utf-8")
    exam.write_text("question,A,B,C,D,answer\nWhich is light?,lead,tin,zinc,lithium,D\n", encoding="utf-8")
    assert "name exam in the `sources` of an entry of `benchmarks`, then" in add(params, str(exam))


@pytest.mark.parametrize("column", ["uuid", "nr", "question_id", "qid", "number"])
@pytest.mark.parametrize(("second", "named"), [("b7", True), ("a7", False), ("", False)])
def test_a_column_that_names_each_question_is_its_id(
    tmp_path: Path, column: str, second: str, named: bool
) -> None:
    exam = tmp_path / "asked.csv"
    exam.write_text(f"{column},question,answer\na7,Why?,rain\n{second},Who?,she\n", encoding="utf-8")
    entry = propose(exam).entry
    assert isinstance(entry, QuestionSource)
    assert entry.columns.id == (column if named else None)


WAS_KOREAN = "수소 밸브의 시트를 시험하였다".encode("cp949").decode("latin-1")
NFD = unicodedata.normalize("NFD", "복합 재료의 강도를 측정하였다. " * 10)
TOPICS = "".join(f"T{n},{'x' * 120},{('alloys', 'polymers')[n % 2]}\n" for n in range(60))
LEVELS = [{"question": "q", "choices": list("abcd"), "answer": n, "난이도": "전문"} for n in (0, 3)]
JUDGED = {
    "id": 1,
    "instruction": "얼음은 왜 뜨나요?",
    "answer": "물보다 가볍습니다.",
    "judge": "Good",
    "score": 8,
}


@pytest.mark.parametrize(
    ("name", "content", "expected", "notes"),
    [
        ("corpus.csv", "id,text\nw1,The wall was cold.\nw2,The wall was hot.\n", {"columns.id": "id", "columns.title": "id"}, ["title: id? A guess"]),
        ("corpus.csv", f"id,title,text\n1,{WAS_KOREAN},{WAS_KOREAN}\n", {"language": "ko"}, []),
        ("papers.csv", f"title,text\nT,{NFD}\n", {"language": "ko"}, []),
        ("papers.tsv", f'# SPDX\ntitle\tabstract\tdoi\n"Half\t{"x" * 120}\tx/1\nB\t{"x" * 120} 5"\tx/2\n',
         {"table": {"comment": "#", "quoting": False}, "columns.attributes": {"link": "doi"}}, []),
        ("topics.csv", f"D245A (Title),D520B (Abstract),keywords\n{TOPICS}",
         {"columns.title": "D245A (Title)", "columns.text": "D520B (Abstract)"},
         ["title: D245A (Title)? A guess", "text: D520B (Abstract)? A guess", "keywords: 60 of 60 rows hold one of the same 5 values"]),
        ("exam.csv", f"question,{','.join('ABCDEFGH')},answer,X\nq,{','.join('12345678')},A,y\n", {"columns.options": list("ABCDEFGH")}, []),
        ("exam.jsonl", "\n".join(map(json.dumps, LEVELS)),
         {"difficulties": {"전문": "professional"}, "columns.options": ["choices"], "columns.first_answer": 0}, []),
        ("answers_of_a_model.jsonl", json.dumps(JUDGED),
         {"kind": "questions", "use": "benchmark", "language": "ko", "columns.question": "instruction", "columns.answer": "answer"},
         ["because its answers were scored", "left out: judge, score"]),
    ],
)  # fmt: skip
def test_what_is_proposed_for_a_file(
    tmp_path: Path, name: str, content: str, expected: dict[str, Any], notes: list[str]
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    proposal = propose(tmp_path / name)
    entry = proposal.entry.model_dump(exclude_defaults=True)
    flat = entry | {f"columns.{field}": value for field, value in entry["columns"].items()}
    assert {field: flat[field] for field in expected} == expected
    assert [note for note in notes if note not in "\n".join(proposal.notes)] == []


def test_an_entry_goes_with_its_comments_and_every_other_line_stays(tmp_path: Path, raw: Path) -> None:
    params = tmp_path / "params.yaml"
    head, entry = ENTRIES.split("\n", 1)
    last = entry.replace("old:", "last:  # kept")
    before = PARAMS.format(
        sources=f"{head}\n{entry}    # about its columns\n\n  # about the last\n{last.rstrip()}"
    )
    params.write_text(before, encoding="utf-8")
    assert "removed from `sources`: old\n" in run("remove", params, "old")
    expected = before.replace(f"{entry}    # about its columns\n", "")
    assert params.read_text(encoding="utf-8") == expected
    run("remove", params, "last")
    left = params.read_text(encoding="utf-8")
    assert left.startswith("# top\nseed: 1  # of all\nsources: {}  # raw corpora\n")
    assert "# about the last\n" in left
    assert left.endswith("\n\n# --- next ---\ningest:\n  min_chars: 80  # kept\n")
    add(params, str(raw), "--name", "mine")
    assert set(load_mapping(params, Source)) == {"mine"}


def test_the_starters_sources_are_removed_and_what_names_them_is_told(tmp_path: Path, raw: Path) -> None:
    params = tmp_path / "params.yaml"
    shutil.copy(SHIPPED, params)
    before = params.read_text(encoding="utf-8")
    add(params, str(raw), "--name", "mine")
    assert removed(before, params.read_text(encoding="utf-8")) == set()
    output = run("remove", params, "--starter")
    assert set(load_mapping(params, Source)) == {"mine"}
    assert (
        "tasks.nasa_rnd.sources names starter_awards, starter_projects: name another source, or remove tasks.nasa_rnd"
    ) in output
    assert "references.starter_spending.source names starter_projects: name another" in output
    assert "sample.nasa composes" not in output, "the reference export is still read"
    run("remove", params, "mine")
    assert "sources: {}  # raw corpora;" in params.read_text(encoding="utf-8")
    gone = removed(before, params.read_text(encoding="utf-8"))
    assert {line for line in gone if not line.startswith("  ")} == {
        line for line in before.splitlines() if line.startswith("sources:")
    }
    with pytest.raises(ParamsError, match="none of its sources comes with this project"):
        run("remove", params, "--starter")


def test_of_several_sources_one_is_taken_out_of_the_list_and_an_unread_corpus_is_told(tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    entries = ENTRIES.replace("a.csv", "data/raw/starter/nasa/awards.csv")
    entries += entries.split("\n", 1)[1].replace("old", "other").replace("/nasa/", "/text/")
    rest = "tasks:\n  ask: {sources: [old, other]}\nsample:\n  nasa: {}\n  text: {}\n"
    params.write_text(entries + rest, encoding="utf-8")
    output = run("remove", params, "old")
    assert "tasks.ask.sources names old: take it out\n" in output
    assert "sample.nasa composes a corpus that no entry reads any more" in output
    assert "sample.text" not in output


def test_an_unknown_entry_and_a_section_in_one_line_are_not_removed(tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text("sources: {old: {path: a.csv}}\n", encoding="utf-8")
    with pytest.raises(ParamsError, match="sources: no entry new; there are old"):
        run("remove", params, "new")
    with pytest.raises(ParamsError, match="remove old by hand"):
        run("remove", params, "old")
    with pytest.raises(ParamsError, match="no entry is named"):
        run("remove", params)
    assert params.read_text(encoding="utf-8") == "sources: {old: {path: a.csv}}\n"


def test_a_known_export_is_recognised_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        ",".join([*SHAPES["sbir_api"].columns, "more"]) + "\n" + ",".join(["v"] * 9) + "\n", encoding="utf-8"
    )
    assert propose(path).entry.format == "sbir_api"
    techport = tmp_path / "search.json"
    techport.write_text('{"projects": [{"id": 1, "title": "T", "description": "D"}]}', encoding="utf-8")
    assert propose(techport).entry.format == "techport"


def test_a_taken_name_a_bad_name_and_an_unknown_shape_are_refused(tmp_path: Path, raw: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text(PARAMS.format(sources=ENTRIES), encoding="utf-8")
    before = params.read_text(encoding="utf-8")
    with pytest.raises(ParamsError, match="there is such an entry already"):
        add(params, str(raw), "--name", "old")
    with pytest.raises(ParamsError, match="a key matches"):
        add(params, str(raw), "--name", "Not-A-Key")
    other = tmp_path / "other.csv"
    other.write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column looks like title or text"):
        add(params, str(other))
    assert params.read_text(encoding="utf-8") == before


def test_columns_are_matched_by_similar_names_and_used_once() -> None:
    found = match_names(
        ["AwardTitle", "abstracts", "NASA_Applications", "Non-NASA applications", "Award Year"]
    )
    assert found == {
        "title": "AwardTitle",
        "text": "abstracts",
        "nasa_applications": "NASA_Applications",
        "non_nasa_applications": "Non-NASA applications",
        "year": "Award Year",
    }


def entry_of(tmp_path: Path, path: Path | str) -> dict[str, object]:
    params = tmp_path / "params.yaml"
    params.write_text(PARAMS.format(sources="sources: {}"), encoding="utf-8")
    add(params, str(path), "--name", "new")
    chosen = load_mapping(params, AnySource)["new"].chosen
    return chosen.model_dump(exclude_defaults=True)


def test_a_folder_of_texts_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/a.md").write_text("# 막\n\n이온 전도도가 높은 막을 만들었다.", encoding="utf-8")
    entry = entry_of(tmp_path, tmp_path / "papers")
    assert (entry["format"], entry["language"], entry["columns"]) == ("texts", "ko", None)


@pytest.mark.parametrize(
    ("content", "options", "use"),
    [
        ("no,Question,Option 1,Option 2,Option 3,Option 4,Answer\n1,q,a,b,c,d,2\n", 4, "benchmark"),
        ("no,question,1,2,Answer\n1,Why?,rain,wind,2\n2,Who?,she,he,1\n", 2, "benchmark"),
        ("context,choice1,choice2,choice3,choice4,label\nIt is cold.,a,b,c,d,2\n", 4, "benchmark"),
        ("no,question,1,2,answer\n1,Why?,rain,wind,It rained.\n", "none", "train"),
        ("문제,보기1,보기2,보기3,보기4,보기5,정답\nq,a,b,c,d,e,2\n", 5, "benchmark"),
        ("문제,정답\n옳은 것은? ① 가 ② 나 ③ 다 ④ 라,2\n", "in_question", "benchmark"),
        ("question,answer\nWhy?,Because.\n", "none", "train"),
        ("What?,a,b,c,d,C\nWhich?,e,f,g,h,A\n", 4, "benchmark"),
    ],
)
def test_a_question_set_is_recognised_by_its_columns(
    tmp_path: Path, content: str, options: int | str, use: str
) -> None:
    headerless = content.startswith("What")
    path = tmp_path / ("mmlu.csv" if headerless else "exam.csv")
    path.write_text(content, encoding="utf-8")
    entry = entry_of(tmp_path, path)
    columns = entry["columns"]
    assert isinstance(columns, dict)
    found = columns["options"]
    assert (len(found) if isinstance(found, list) else found) == options
    assert (entry["kind"], entry["use"]) == ("questions", use)
    assert ("table" in entry) == headerless


def test_a_test_set_is_never_proposed_as_a_corpus(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    row = {
        "name": "mixtures",
        "input": f"What is a mixture? {'x' * 100}",
        "target_scores": {"one": 0, "two": 1},
    }
    path.write_text("".join(json.dumps(row | {"uuid": n}) + "\n" for n in "ab"), encoding="utf-8")
    entry = entry_of(tmp_path, path)
    assert (entry["kind"], entry["use"]) == ("questions", "benchmark")
    columns = entry["columns"]
    assert isinstance(columns, dict)
    assert (columns["question"], columns["options"], columns["answer"]) == (
        "input", ["target_scores"], "target_scores",
    )  # fmt: skip
    marked = tmp_path / "marked.csv"
    marked.write_text(f"title,text\nT,{'x' * 120} canary GUID 1f2e3d\n", encoding="utf-8")
    text = tmp_path / "marked.txt"
    text.write_text(f"Tasks\n\n{'x' * 120} canary GUID 1f2e3d\n", encoding="utf-8")
    for path in (marked, text):
        with pytest.raises(InputError, match="holds a canary string"):
            entry_of(tmp_path, path)


def test_json_arrays_and_folders_of_tables_are_recognised(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    rows = [{"title": f"T{n}", "abstract": "x" * 120} for n in "ab"]
    for n in (1, 2):
        (folder / f"{n}.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "SOURCE.txt").write_text("Where it comes from.", encoding="utf-8")
    for path in (folder, folder / "1.json"):
        entry = entry_of(tmp_path, path)
        assert (entry["kind"], entry["format"]) == ("documents", "columns")
        assert entry["columns"]["text"] == "abstract"  # type: ignore[index]
        assert "dataset" not in entry


def test_a_folder_of_split_files_is_no_corpus(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"title": n, "abstract": "x" * 120}) + "\n" for n in "ab")
    for name in ("alloys_train", "alloys-test"):
        (tmp_path / f"{name}.jsonl").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError, match=r"files of several splits \(test, train\). Add each by itself"):
        entry_of(tmp_path, tmp_path)
    (tmp_path / "dev").mkdir()
    (tmp_path / "alloys-test.jsonl").rename(tmp_path / "dev/more.jsonl")
    with pytest.raises(InputError, match=r"splits \(dev, train\)"):
        entry_of(tmp_path, tmp_path)
    assert entry_of(tmp_path, tmp_path / "dev")["format"] == "columns"


def test_a_folder_is_texts_where_most_of_its_files_are(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (folder / name).write_text(f"# {name}\n\n{'A pump moves a liquid. ' * 5}", encoding="utf-8")
    (folder / "index.csv").write_text("file,title\na.md,A\n", encoding="utf-8")
    assert entry_of(tmp_path, folder)["format"] == "texts"
    for name in ("one", "two", "three", "four"):
        (folder / f"{name}.csv").write_text(f"title,abstract\nT,{'x' * 120}\n", encoding="utf-8")
    (folder / "index.csv").unlink()
    assert entry_of(tmp_path, folder)["format"] == "columns"


def test_a_folder_of_tables_is_opened_as_its_files_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "mmlu"
    folder.mkdir()
    for name in ("physics", "chemistry"):
        (folder / f"{name}.csv").write_text("What?,a,b,c,d,C\nWhich?,e,f,g,h,A\n", encoding="utf-8")
    entry = entry_of(tmp_path, folder)
    assert (entry["kind"], entry["use"]) == ("questions", "benchmark")
    assert entry["table"] == {"header": ["question", "A", "B", "C", "D", "answer"]}


def test_a_folder_with_a_test_file_alone_is_a_benchmark(tmp_path: Path) -> None:
    (tmp_path / "boolq").mkdir()
    (tmp_path / "boolq/test.tsv").write_text(
        "ID\tQuestion\tAnswer\n1\tIs ice cold?\tTrue\n", encoding="utf-8"
    )
    assert entry_of(tmp_path, tmp_path / "boolq")["use"] == "benchmark"


@pytest.mark.parametrize("name", ["paper.txt", "paper.md"])
def test_a_single_text_is_a_folder_of_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("Creep of alloys\n\nAlloys creep, slowly, when they are hot. They break later.\n" * 3)
    entry = entry_of(tmp_path, path)
    assert (entry["kind"], entry["format"], entry["path"]) == ("documents", "texts", str(path))
    [row] = read_texts(path, 10_000)
    assert isinstance(row, RawRow)
    assert row.title == "Creep of alloys"


def test_a_saved_data_set_is_recognised_and_the_hub_without_network_is_told(tmp_path: Path) -> None:
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    rows = Dataset.from_dict({"title": ["T"], "text": ["x" * 120]})
    rows.save_to_disk(tmp_path / "set")
    (tmp_path / "set/README.md").write_text("# Card\n")
    assert entry_of(tmp_path, tmp_path / "set")["dataset"] == "local"
    with pytest.raises(InputError, match=r"hf download --repo-type dataset o/n --revision 1a"):
        entry_of(tmp_path, "hub:o/n@1a")
    assert key_of(Path("hub:o/my-set@1a#test")) == "my_set"
    assert key_of(Path("data/My Papers-2024.tar.csv")) == "my_papers_2024_tar"
