"""A whole run on disk, small and made by hand: the study's scores on ten questions, one of them in Korean."""

from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import judges
import pytest
from committed import PARAMS, ROOT
from generate_run import document
from grade_run import instruction
from judge_run import write_judgments
from records import blank
from typer.testing import CliRunner

from domaintune.answer.stage import decoding
from domaintune.core.frames import write_records
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Answer, Question
from domaintune.core.sections.models import Decode
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import load_section, read_yaml
from domaintune.report import __main__ as report

HOSTILE = "<script>alert('x')</script> \"quoted\" & <img src=https://example.org/x.png onerror=alert(1)>"
REASON = "The closer answer names the heat the radiator sheds; the other speaks of panels."
CATEGORIES = ["objectives", "importance", "information", "direction", "impact", "missions"]


class Run(NamedTuple):
    root: Path
    page: Path

    @property
    def html(self):
        return self.page.read_text(encoding="utf-8")


def question(i, **changes):
    row = {
        "id": f"q{i:02}", "question": f"What does the panel of project {i} do in orbit?", "split": "train",
        "matched_answer": f"The panel of project {i} sheds {10 + i} W of heat through a deployable radiator.",
        "document_id": f"d{i:02}", "instruction_id": f"i{i:02}", "language": "en", "task": "nasa_rnd",
        "context": "A document.",
    }  # fmt: skip
    return blank(Question, **row | changes)


def params(arms, references, sections):
    everything = read_yaml(PARAMS)
    base = {"model": "original", "mixture": None, "baseline": "base"}
    source = everything["sources"]["starter_projects"] | {"licence": "CC-BY-4.0"}
    spending = everything["references"].popitem()[1] | {"source": "projects"}
    changed = {
        "arms": sections.pop("entries", {"base": base} | dict.fromkeys(arms, base | {"mixture": ["nasa"]})),
        "sources": {"projects": source} | sections.pop("other_sources", {}),
        "references": {"spending": spending} if references else {},
        "tasks": {"nasa_rnd": everything["tasks"]["nasa_rnd"] | {"sources": ["projects"]}},
        "models": {"original": everything["models"]["original"]},
        "answer": {"questions": {"n": 10, "from": "train", "context": "none"}},
        "rubrics": judges.PAIRWISE, "sample": {}, "benchmarks": {},
    }  # fmt: skip
    return everything | changed | sections


def books(root, stage, item, rows, kept, **lost):
    accounts = Accounts(stage, item, rows)
    accounts.kept = kept
    for column, reasons in lost.items():
        accounts.lost[column] = Counter(reasons)
    accounts.rows_in = kept + accounts.total_lost()
    accounts.write(root / f"data/accounting/{stage}/{item}.json")


def write_tables(root, questions):
    documents, instructions = [], []
    for i, split in enumerate(["train"] * 10 + ["validation", "test"]):
        shared = {"split": split, "licence": "CC-BY-4.0"}
        documents.append(document(i, id=f"d{i:02}", source="projects", native_id=f"NNX{i:02}", **shared))
        own = {"id": f"i{i:02}", "document_id": f"d{i:02}", "request_id": f"{i:064x}", "origin": "generated"}
        instructions.append(instruction(i, task="nasa_rnd", group="nasa", **own, **shared))
    write_records(root / "data/corpus/documents.parquet", Document, documents)
    write_records(root / "data/curated/instructions.parquet", Instruction, instructions)
    write_records(root / "data/curated/questions.parquet", Question, questions)


def write_arm(root, arm, texts, judged_by_model):
    rows = [judges.answer(arm, i, text, len(text.split()), finished=i != 3) for i, text in enumerate(texts)]
    write_records(root / f"data/answers/{arm}/answers.parquet", Answer, rows, ["question_id"])
    described = decoding(load_section(root / "params.yaml", Decode), 7, here=True)
    write_json(root / f"data/answers/{arm}/decoding.json", described)
    judgments = []
    lost = {} if judged_by_model else {"outcome": "needs_model", "scores": []}
    for i in range(10) if arm != "base" and texts else ():
        scores = judges.BASE[i], judges.TUNED[i]
        judgments += [judges.verdict(i, arm, *scores, order, reason=REASON) for order in judges.ORDERS]
        alike = {c: 1 + (i + k) % 4 for k, c in enumerate(CATEGORIES)}
        judgments.append(judges.likeness(i, arm, alike, arm, **lost))
    write_judgments(root / f"data/judgments/{arm}", judgments)
    trained = arm != "base"
    losses = "5,train,5.1\n10,train,4.9\n10,validation,4.8\n20,validation,4.5\n" if trained else ""
    (root / "data/curves").mkdir(parents=True, exist_ok=True)
    (root / f"data/curves/{arm}.csv").write_text(f"step,split,loss\n{losses}")
    lost = {"failed": {"needs_model": 10}} if trained and not judged_by_model else {}
    for stage in ("mix", "train"):
        books(root, stage, arm, "rows", 12 * trained)
    books(root, "answer", arm, "questions", len(texts))
    books(root, "judge", arm, "verdicts", 20 * trained, **lost)


def write_mixtures(root, seen=None):
    counts = {"rows": 10, "tokens": 1000, "answer_tokens": 400}
    for arm, entry in read_yaml(root / "params.yaml")["arms"].items():
        own = (seen or {}).get(arm, [])
        found = {"trained": bool(entry["mixture"]), "train": counts, "categories": dict.fromkeys(own, counts)}
        found["uncategorised"] = 0 if own else 10
        write_json(root / f"data/mixtures/{arm}/mixture.json", found)


def write_checks(root, references):
    lost = {"too_short": 5, "placeholder": 2}
    books(root, "ingest", "projects", "records", 14, rejected=lost, duplicates={"duplicate_id": 3})
    books(root, "corpus", "all", "documents", 12, duplicates={"same_text": 2})
    books(root, "generate", "nasa_rnd", "pairs", 13, failed={"unparsed": 1})
    books(root, "curate", "all", "instructions", 12, duplicates={"near_duplicate": 1})
    books(root, "foundation", "original", "texts", 100)
    for table in ("documents", "instructions"):
        books(root, "validate", table, "rows", 12)
        found = {"passed": True, "rows": 12, "expectations": [{"unexpected": 0}]}
        write_json(root / f"data/validation/{table}/results.json", found)
    if references:
        books(root, "reconcile", "spending", "records of both sides", 20, rejected={"only_in_documents": 2})
        field = {
            "exact": 8, "normalised": 1, "fuzzy": 1, "different": 0, "compared": 10,
            "missing_in_documents": 0, "missing_in_reference": 1, "missing_in_both": 0,
            "fraction_exact": 0.8, "fraction_normalised": 0.9, "fraction_fuzzy": 1.0,
        }  # fmt: skip
        records = {"documents": 12, "reference": 11, "matched": 10}
        found = {"records": records, "fields": {"title": field, "firm": field}}
        write_json(root / "data/reconciled/spending/agreement.json", found)


def compare_and_report(root, out="data/report"):
    data, accounting = root / "data", root / "data/accounting"
    judges.compare_in(
        data, data, params=root / "params.yaml", questions=data / "curated/questions.parquet",
        specs=root / "catalog/benchmarks", metrics=root / "metrics/compare.json",
        accounting=accounting / "compare/all.json",
    )  # fmt: skip
    read = ("comparison", "corpus", "reconciled", "validation", "curated", "curves", "answers", "judgments")
    options = {name: data / name for name in read}
    options |= {"params": root / "params.yaml", "accounting": accounting, "out": root / out}
    flat = [part for name, path in options.items() for part in (f"--{name}", str(path))]
    result = CliRunner().invoke(report.app, flat, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return Run(root, root / out / "report.html")


def build(
    root, arms=("tuned",), references=True, questions=None, texts=None, judged_by_model=False, prepare=None, **sections
):  # fmt: skip
    (root / "locks").symlink_to(ROOT / "locks")
    write_json(root / "params.yaml", params(arms, references, sections))
    asked, matched = "이 사업의 태양전지판은 무엇을 합니까?", "전개형 방열판으로 열을 방출한다."
    korean = question(9, question=asked, language="ko", matched_answer=matched)
    write_tables(root, [*[question(i) for i in range(9)], korean] if questions is None else questions)
    for arm in ("base", *arms):
        long = "It sheds 14 W through a deployable radiator, which keeps a CubeSat cool in low orbit."
        shown = [f"Panel {i} does panel things." if arm == "base" else long for i in range(10)]
        write_arm(root, arm, shown if texts is None else texts, judged_by_model)
    write_mixtures(root)
    write_checks(root, references)
    if prepare:
        prepare(root)
    return compare_and_report(root)


def maker(root):
    """Return the builder of runs in a folder."""
    return SimpleNamespace(
        hostile=HOSTILE, run=partial(build, root), again=partial(compare_and_report, root), question=question,
        books=books, mixtures=write_mixtures,
    )  # fmt: skip


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Return the builder; the working folder is the run's."""
    monkeypatch.chdir(tmp_path)
    return maker(tmp_path)


@pytest.fixture(scope="module")
def make_once(tmp_path_factory):
    """Return the builder of a run that several tests read."""
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield maker(folder)
