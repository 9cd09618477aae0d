"""Whatever bytes a file holds: rows, or one of the project's own errors, and accounts that reconcile.

The bytes are pieces of every format in any order, or a right file with such pieces in it.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from committed import ROOT
from generate_run import entry
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from ingested import DOCUMENTS, INSTRUCTIONS, QUESTIONS, TEXTS, Kept
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
from domaintune.core.paying.paying import read_responses, write_responses
from domaintune.core.paying.protocol import Reply
from domaintune.core.records.document import Document
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.sections.data import Reference
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

WORDS = [
    b"id,title,text\n", b'{"id": 1, "title": "a", "text": "b"}', b'{"instruction": "a", "output": "b"}', b"[", b"]",
    b"{", b"}", b",", b"\n", b"\r\n", b'"', b'""', b"a", b"\\n", b"\\ud800", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xc0",
    b"```\n", b"| a |\n|---|\n", b"# H\n", b"<p>", b"&amp;lt;", b"PK\x03\x04", b"PAR1", b"%PDF-", b"NaN", b"1e999", b" ",
    b'{"a": [{"title": 1}]}', b"\x1f", b"9" * 5000, b"[" * 900, b"\xb0\xa1" * 9, "한글".encode(), b"---\n", b"- ", b": ",
    b"2024-13-45", b"!!python/object:a ", b"&a ", b"*a ", b"{{ a.b }}", b"{% if %}", b"null", b"[" * 20_000, b"question_id",
    b"\n  ", b"1_0", b"0x", b"? ", b"| \n", b"'", b"%YAML 9.9\n", b"\xe2\x80\xa8",
]  # fmt: skip
PIECE = st.sampled_from(WORDS) | st.binary(max_size=6)
Check = Callable[[Path], object]
LIMITS = Ingest(min_chars=1, max_chars=2000, max_reject_fraction=1.0)
FILTERED = {
    "empty_output": True,
    "output_equals_input": True,
    "refusals": True,
    "duplicate_instruction": True,
}
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
DOCUMENT = Document(
    id="d1", source="s", native_id="1", language="en", title="Pump", text="Moves water.", keywords=["a"], sections=[],
    attributes=[], licence="CC0", cluster="", split="",
)  # fmt: skip
SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


def sources() -> dict[str, Source | QuestionSource | InstructionSource]:
    """Every format that ingest reads."""
    columns = {"id": "id", "question": "title", "options": "none", "answer": "text"}
    questions = QUESTIONS | {"columns": columns}
    exam = QUESTIONS | {"columns": columns | {"options": ["title", "text"], "answer": "id"}}
    instructions = INSTRUCTIONS | {"filters": INSTRUCTIONS["filters"] | FILTERED}
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
    own = {"path": "x", "source": "s", "key": {"native_id": "id"}, "fields": {"title": "title"}}
    settings = Reference.model_validate(own | {"fuzzy": ["title"], "fuzzy_threshold": 0.9})
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


def all_readers(folder: Path) -> list[tuple[Check, Path, bytes]]:
    """Return each reader with the file it reads and that file's right content."""
    rows, lines = json.dumps(RECORDS).encode(), "\n".join(map(json.dumps, RECORDS)).encode()
    wrapped = json.dumps({"projects": RECORDS}).encode()
    pl.DataFrame(RECORDS).write_parquet(folder / "t.parquet")
    flat = pl.DataFrame([{name: one for name, one in row.items() if isinstance(one, str)} for row in RECORDS])
    write_records(folder / "d.parquet", Document, [DOCUMENT])
    write_responses(folder / "r.parquet", [(request(), Reply("b", "stop", 1, 1))])
    with Ledger(folder / "l.sqlite3") as ledger:
        ledger.claim(["k"])
    right = dict.fromkeys((".txt", ".md", ".pdf"), b"# Pump\nMoves water.\n") | {
        ".json": rows,
        ".jsonl": lines,
        ".parquet": (folder / "t.parquet").read_bytes(),
        ".csv": flat.write_csv().encode(),
    }
    own = {
        ("techport", ".json"): wrapped,
        ("natural_instructions", ".json"): json.dumps(TASK).encode(),
        ("dialogues", ".txt"): b"User: What is it?\nAssistant: A pump.\n",
    }
    tables: list[tuple[Check, str, bytes]] = [(propose, "a.json", wrapped)]
    for suffix, content in right.items():
        tables += [(propose, f"a{suffix}", content), (reconciled, f"a{suffix}", content)]
        tables += [
            (partial(ingested, source), f"a{suffix}", own.get((name, suffix), content))
            for name, source in sources().items()
        ]
    catalog = ROOT / "catalog"
    body = b'{"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": 1}}'
    rubric = Rubric(orders=["baseline_first"])
    others: list[tuple[Check, str, bytes]] = [
        (checked, "params.yaml", (ROOT / "params.yaml").read_bytes()),
        (lambda p: read_task(p, "keywords", entry("keywords")), "keywords.yaml", (catalog / "tasks/keywords.yaml").read_bytes()),
        (read_translation_card, "t.yaml", (catalog / "translate/instructions.yaml").read_bytes()),
        (lambda p: read_specs([p], {"match": rubric}), "match.yaml", (catalog / "rubrics/match.yaml").read_bytes()),
        (lambda p: read_grade_spec(p, "en"), "quality.yaml", (catalog / "grades/quality.yaml").read_bytes()),
        (lambda p: read_benchmark_spec(p.parent, "mmlu"), "mmlu.yaml", (catalog / "benchmarks/mmlu.yaml").read_bytes()),
        (lambda p: read_benchmark_suite(p.parent, "koni"), "koni.yaml", (catalog / "benchmark_suites/koni.yaml").read_bytes()),
        (lambda p: read_suite(p, "documents"), "documents.yaml", (catalog / "suites/documents.yaml").read_bytes()),
        (read_calibration, "judge.yaml", (catalog / "calibration/judge.yaml").read_bytes()),
        (read_responses, "responses.parquet", (folder / "r.parquet").read_bytes()),
        (lambda p: read_records(p, Document), "records.parquet", (folder / "d.parquet").read_bytes()),
        (read_json, "gate.json", b'{"passed": true}'),
        (lambda p: read_pointer(p.parent), "model.json", b'{"kind": "random", "name": "a"}'),
        (lambda p: read_extension(p.parent), "extension.json", b'{"base": {}, "pieces": ["a"]}'),
        (lambda p: read_answers(p, "output"), "answers.jsonl", lines),
        (lambda p: read_columns(p, "id", "text"), "scores.csv", b"id,text\n1,2\n2,1\n"),
        (read_labels, "labels.csv", b"question_id,arm,baseline,choice\na,b,c,arm\n"),
        (lambda p: show(str(p)), "s.parquet", right[".parquet"]),
        (lambda p: show(str(p)), "s.json", rows),
        (remembered, "ledger.sqlite3", (folder / "l.sqlite3").read_bytes()),
        (lambda p: read_reply(p.read_bytes()), "reply", body),
        (lambda p: read_translations(p.read_bytes(), 1), "deepl", b'{"translations": [{"text": "a"}]}'),
        (lambda p: read_answer(p.read_text("utf-8", "replace"), SCHEMA), "answer", b'{"n": 1}'),
    ]  # fmt: skip
    made = []
    for number, (check, file, content) in enumerate([*tables, *others]):
        (folder / str(number)).mkdir()
        made.append((partial(ours, check), folder / str(number) / file, content))
    return made


def ours(check: Check, path: Path) -> None:
    """Let a reader refuse with the project's own error."""
    with suppress(DomaintuneError):
        check(path)


def spoilt(right: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for at, size, piece in cuts:
        right = right[:at] + piece + right[at + size :]
    return right


def feed(check: Check, path: Path, right: bytes, examples: int, number: int = 0) -> None:
    """Write so many contents to the path, as the seed's number draws them, and have each read."""
    cut = st.tuples(st.integers(0, len(right)), st.integers(0, 40), PIECE)
    spoilt_ones = st.lists(cut, min_size=1, max_size=3).map(partial(spoilt, right))

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(PIECE, max_size=14).map(b"".join) | spoilt_ones)
    def read(data: bytes) -> None:
        path.write_bytes(data)
        check(path)

    read()


@pytest.mark.promise(27)
def test_any_bytes_are_rows_or_one_of_our_own_errors(tmp_path: Path) -> None:
    for check, path, right in all_readers(tmp_path):
        path.write_bytes(right)
        check(path)
        feed(check, path, right, examples=3)


@pytest.mark.promise(27)
@pytest.mark.slow
def test_a_minute_of_bytes_finds_no_error_but_our_own(tmp_path: Path, record_property: Any) -> None:
    readers, end, number = all_readers(tmp_path), time.monotonic() + 60, 0
    while time.monotonic() < end:
        number += 1
        for check, path, right in readers:
            feed(check, path, right, 10, number)
    record_property("readers", len(readers))
    record_property("contents each", number * 10)
