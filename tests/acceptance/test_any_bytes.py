"""Whatever bytes a file holds: rows, or one of the project's own errors, and accounts that reconcile."""

import csv
import io
import json
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from any_bytes import Check, feed, feed_for
from ingested import DOCUMENTS, TEXTS, Kept
from records import request

from domaintune.check.references import cross_section_problems
from domaintune.check.sections import section_problems
from domaintune.cli.answers import read_answers
from domaintune.cli.proposing import propose
from domaintune.cli.show import show
from domaintune.cli.stats import read_columns
from domaintune.compare.benchmarks.inputs import read_suite as read_benchmark_suite
from domaintune.compare.judge_checks import read_labels
from domaintune.core.benchmark_spec import read_spec as read_benchmark_spec
from domaintune.core.frames import read_records, write_records
from domaintune.core.models.foundation import read_extension
from domaintune.core.models.pointer import read_pointer
from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.openai_server import read_reply
from domaintune.core.paying.paying import Paid, read_responses, write_responses
from domaintune.core.paying.protocol import Reply
from domaintune.core.records.document import Document
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.sections.data import Reference, Task
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.sources import InstructionFormat, InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import DomaintuneError
from domaintune.core.stage.files import read_json
from domaintune.core.teacher.repair import read_answer
from domaintune.generate.reading import read_spec as read_task
from domaintune.grade.spec import read_grade_spec
from domaintune.ingest.params import Ingest
from domaintune.ingest.stage import ingest
from domaintune.judge.trial import read_calibration
from domaintune.reconcile.reconciling import reconcile
from domaintune.reconcile.sides import read_documents, read_reference
from domaintune.translate.by_teacher import read_spec as read_translation_card
from domaintune.translate.deepl import read_translations
from domaintune.validate.params import read_suite

ROOT = Path(__file__).parents[2]
LIMITS = Ingest(min_chars=1, max_chars=2000, max_reject_fraction=1.0)
FILTERS = {
    "empty_output": True, "min_chars": 0, "min_chars_of": "row", "output_equals_input": True, "refusals": True,
    "wrong_language": "none", "duplicate_instruction": True,
}  # fmt: skip
COMMON = {"path": "x", "licence": "CC0"}
KEYS = [
    "Company", "Award Title", "Agency", "Phase", "Program", "Agency Tracking Number", "Contract", "Award Year",
    "Award Amount", "Abstract", "agency_tracking_num", "award_amount", "award_year", "comp_name", "contract_num", "url",
    "abstract", "agency", "firm", "phase", "program", "year", "link", "context", "category",
]  # fmt: skip
NAMES = ["input", "inputs", "inputs_pretokenized", "instruction", "description"]
SAID = ["output", "targets", "targets_pretokenized", "response"]
RECORDS: list[dict[str, Any]] = [
    {
        **dict.fromkeys(KEYS, f"{n}"), **dict.fromkeys(NAMES, f"Say how pump {n} works."),
        **dict.fromkeys(SAID, f"Pump {n} moves water."), "id": f"{n}", "title": f"Pump {n}", "Award Title": f"Pump {n}",
        "text": "It moves water, slowly.", "question_id": n, "turns": ["What is it?", f"Why {n}?"],
        "instances": [{"input": f"{n}", "output": "Water."}],
        "conversations": [{"from": "human", "value": f"What is pump {n}?"}, {"from": "gpt", "value": "A pump."}],
        "messages": [{"role": "user", "content": f"What is pump {n}?"}, {"role": "assistant", "content": "A pump."}],
    }
    for n in (1, 2)
]  # fmt: skip
"""Records that every format finds its own fields in."""
TASK = {"Definition": ["Say it."], "Instances": [{"input": "What is it?", "output": ["A pump."]}]}
SUFFIXES = (".csv", ".json", ".jsonl", ".parquet", ".txt", ".md", ".pdf")
DOCUMENT = Document(
    id="d1", source="s", native_id="1", language="en", title="Pump", text="Moves water.", keywords=["a"], sections=[],
    attributes=[], licence="CC0", cluster="", split="",
)  # fmt: skip
SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


def sources() -> dict[str, Source | QuestionSource | InstructionSource]:
    """Every format that ingest reads."""
    columns = {"id": "id", "question": "title", "options": "none", "answer": "text"}
    questions = COMMON | {"kind": "questions", "use": "benchmark", "language": "en", "columns": columns}
    exam = questions | {"columns": columns | {"options": ["title", "text"], "answer": "id"}}
    instructions = COMMON | {
        "kind": "instructions",
        "languages": ["en"],
        "origin": "public",
        "filters": FILTERS,
    }
    chunks = {"chunks": {"max_tokens": 20, "overlap_tokens": 5}}
    formats = ("sbir_api", "sbir_portal", "sbir_awards", "techport")
    return {
        "columns": Source.model_validate(DOCUMENTS),
        "texts": Source.model_validate(TEXTS | chunks),
        **{name: Source.model_validate(TEXTS | {"format": name}) for name in formats},
        "questions": QuestionSource.model_validate(questions),
        "exam": QuestionSource.model_validate(exam),
        **{
            name: InstructionSource.model_validate(instructions | {"format": name})
            for name in InstructionFormat.__args__
        },
    }


def ingested(source: Source | QuestionSource | InstructionSource, path: Path) -> None:
    """Read a source, alone or in its folder, and hold rows in against rows kept and set aside."""
    for raw in (path, path.parent):
        rows, rejects = Kept(), Kept()
        try:
            accounts = ingest(raw, "here", source, LIMITS, records=rows, rejects=rejects)
        except DomaintuneError:
            continue
        accounts.check()
        assert accounts.rows_in == accounts.kept + len(rejects)


def reconciled(path: Path) -> None:
    given = {
        "path": "x",
        "source": "s",
        "key": {"native_id": "id"},
        "fields": {"title": "title"},
        "fuzzy": ["title"],
    }
    settings = Reference.model_validate(given | {"fuzzy_threshold": 0.9})
    theirs = read_reference(path, settings, "r")
    reconcile("r", settings, read_documents([DOCUMENT], settings, "r"), theirs).accounts.check()


def checked(path: Path) -> None:
    assert all(isinstance(problem, str) for problem in section_problems(path))
    cross_section_problems(path, ROOT / "catalog/grades")


def remembered(path: Path) -> None:
    for left in path.parent.glob("*-*"):
        left.unlink()
    with Ledger(path) as ledger:
        ledger.get("k")


def right_csv() -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [name for name, value in RECORDS[0].items() if isinstance(value, str)])
    writer.writeheader()
    writer.writerows({name: row[name] for name in writer.fieldnames} for row in RECORDS)
    return stream.getvalue().encode()


def all_readers(folder: Path) -> dict[str, tuple[Check, Path, bytes]]:
    """Return each reader with the file it reads and that file's right content."""
    rows, wrapped = json.dumps(RECORDS).encode(), json.dumps({"projects": RECORDS}).encode()
    own = {
        "ingest techport .json": wrapped,
        "ingest natural_instructions .json": json.dumps(TASK).encode(),
        "ingest dialogues .txt": b"User: What is it?\nAssistant: A pump.\n",
        "source add .json": wrapped,
    }
    lines = b"\n".join(json.dumps(row).encode() for row in RECORDS)
    pl.DataFrame(RECORDS).write_parquet(folder / "t.parquet")
    write_records(folder / "d.parquet", Document, [DOCUMENT])
    write_responses(folder / "r.parquet", [Paid(request(), Reply("b", "stop", 1, 1))])
    with Ledger(folder / "l.sqlite3") as ledger:
        ledger.claim(["k"])
    right = {
        ".json": rows,
        ".jsonl": lines,
        ".parquet": (folder / "t.parquet").read_bytes(),
        ".csv": right_csv(),
    }
    tables: dict[str, tuple[Check, str, bytes]] = {
        f"ingest {name} {suffix}": (
            partial(ingested, source),
            f"a{suffix}",
            right.get(suffix, b"# Pump\nMoves water.\n"),
        )
        for name, source in sources().items()
        for suffix in SUFFIXES
    }
    for suffix in SUFFIXES:
        tables[f"source add {suffix}"] = (
            propose,
            f"b{suffix}",
            right.get(suffix, b"Pump."),
        )
        tables[f"reconcile {suffix}"] = (reconciled, f"c{suffix}", right.get(suffix, b"Pump."))
    task = Task.model_validate(
        {"group": "g", "sources": ["s"], "reads": "documents", "request_per": "document", "fields": ["text"],
         "max_documents": None, "pairs": None}
    )  # fmt: skip
    catalog = ROOT / "catalog"
    body = b'{"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": 1}}'
    rubric = Rubric.model_validate({"orders": ["baseline_first"]})
    others: dict[str, tuple[Check, str, bytes]] = {
        "params.yaml": (checked, "params.yaml", (ROOT / "params.yaml").read_bytes()),
        "task": (lambda p: read_task(p, "keywords", task), "keywords.yaml", (catalog / "tasks/keywords.yaml").read_bytes()),
        "translation card": (read_translation_card, "t.yaml", (catalog / "translate/instructions.yaml").read_bytes()),
        "rubric": (lambda p: read_specs([p], {"match": rubric}), "match.yaml", (catalog / "rubrics/match.yaml").read_bytes()),
        "grade card": (lambda p: read_grade_spec(p, "en"), "quality.yaml", (catalog / "grades/quality.yaml").read_bytes()),
        "benchmark spec": (lambda p: read_benchmark_spec(p.parent, "mmlu"), "mmlu.yaml", (catalog / "benchmarks/mmlu.yaml").read_bytes()),
        "benchmark suite": (lambda p: read_benchmark_suite(p.parent, "koni"), "koni.yaml", (catalog / "benchmark_suites/koni.yaml").read_bytes()),
        "suite": (lambda p: read_suite(p, "documents"), "documents.yaml", (catalog / "suites/documents.yaml").read_bytes()),
        "calibration": (read_calibration, "judge.yaml", (catalog / "calibration/judge.yaml").read_bytes()),
        "responses": (read_responses, "responses.parquet", (folder / "r.parquet").read_bytes()),
        "records": (lambda p: read_records(p, Document), "records.parquet", (folder / "d.parquet").read_bytes()),
        "json": (read_json, "gate.json", b'{"passed": true}'),
        "pointer": (lambda p: read_pointer(p.parent), "model.json", b'{"kind": "random", "name": "a"}'),
        "extension": (lambda p: read_extension(p.parent), "extension.json", b'{"base": {}, "pieces": ["a"]}'),
        "answers import": (lambda p: read_answers(p, "output"), "answers.jsonl", lines),
        "stats": (lambda p: read_columns(p, "id", "text"), "scores.csv", b"id,text\n1,2\n2,1\n"),
        "labels": (read_labels, "labels.csv", b"question_id,arm,baseline,choice\na,b,c,arm\n"),
        "show table": (lambda p: show(str(p)), "s.parquet", right[".parquet"]),
        "show json": (lambda p: show(str(p)), "s.json", rows),
        "ledger": (remembered, "ledger.sqlite3", (folder / "l.sqlite3").read_bytes()),
        "reply": (lambda p: read_reply(p.read_bytes()), "reply", body),
        "translations": (lambda p: read_translations(p.read_bytes(), 1), "deepl", b'{"translations": [{"text": "a"}]}'),
        "answer": (lambda p: read_answer(p.read_text("utf-8", "replace"), SCHEMA), "answer", b'{"n": 1}'),
    }  # fmt: skip
    made = {}
    for number, (name, (check, file, content)) in enumerate((tables | others).items()):
        (folder / str(number)).mkdir()
        made[name] = (partial(ours, check), folder / str(number) / file, own.get(name, content))
    return made


def ours(check: Check, path: Path) -> None:
    """Let a reader refuse with the project's own error."""
    with suppress(DomaintuneError):
        check(path)


@pytest.mark.promise(27)
def test_any_bytes_are_rows_or_one_of_our_own_errors(tmp_path: Path) -> None:
    for check, path, right in all_readers(tmp_path).values():
        path.write_bytes(right)
        ours(check, path)
        feed(check, path, right, examples=3)


@pytest.mark.promise(27)
@pytest.mark.slow
def test_a_minute_of_bytes_finds_no_error_but_our_own(tmp_path: Path, record_property: Any) -> None:
    readers = all_readers(tmp_path)
    record_property("readers", len(readers))
    record_property("contents each", feed_for(60, readers))
