"""What stage `generate` reads, in small, and the stage: as a function, or in a folder of its own as dvc runs it."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from committed import ROOT
from records import blank
from stage_project import StageProject

from domaintune.core.frames import write_records
from domaintune.core.records.document import Attribute, Document, Section
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Task
from domaintune.core.stage.files import content_id
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.core.teacher.repair import Check
from domaintune.generate.params import TaskSpec
from domaintune.generate.prompts import PromptItem, choose
from domaintune.generate.reading import read_spec
from domaintune.generate.rows import GeneratedRows, generate

TASKS = ROOT / "catalog/tasks"
QUESTION_TASKS = ("short_qa", "long_qa", "exam", "exam_key")
PAIRS_TASKS = ("nasa_rnd", "concept_explanation", "problem_solving", "science_qa")


def document(number: int, **changes: Any) -> Document:
    """Return a small document; its id depends on its number alone, as a source's own id would."""
    name = content_id("source", str(number))
    fields: dict[str, Any] = {
        "id": name,
        "source": "awards",
        "native_id": str(number),
        "language": "en",
        "title": f"Cold Pump {number}",
        "text": f"This project builds pump {number}. It weighs {number} kg. The team uses {number}.",
        "keywords": ["pump", f"cold {number}"],
        "sections": [Section(name="nasa_applications", text=f"NASA can cool {number} telescopes with it.")],
        "attributes": [Attribute(name="firm", value=f"Firm {number}")],
        "licence": "Apache-2.0",
        "cluster": name,
        "split": "train",
    }
    return blank(Document, **fields | changes)


def question(number: int, **changes: Any) -> Question:
    """Return a small exam question whose key is option 2."""
    fields: dict[str, Any] = {
        "id": f"q{number}",
        "question": f"{number} poise는 몇 Pa·s인가?",
        "options": [f"{number}.{at}" for at in range(5)],
        "answer": "2",
        "explanation": "1 poise는 0.1 Pa·s이다.",
        "subject": "chemistry",
        "difficulty": "college",
        "language": "ko",
        "source": "exams",
        "licence": "Apache-2.0",
        "split": "train",
    }
    return blank(Question, **fields | changes)


def entry(name: str, **changes: Any) -> Task:
    """Return a task's entry in params.yaml."""
    asks = name in QUESTION_TASKS
    values: dict[str, Any] = {
        "group": "g",
        "sources": ["exams" if asks else "awards"],
        "reads": "questions" if asks else "documents",
        "request_per": "question" if asks else "document",
        "fields": [] if asks else ["text"],
        "max_documents": None,
    }
    return Task(**values | ({"pairs": 1} if name in PAIRS_TASKS else {}) | changes)


def spec(name: str, **changes: Any) -> TaskSpec:
    """Return a spec of the catalog, some of its fields changed."""
    found = read_spec(TASKS / f"{name}.yaml", name, entry(name))
    return TaskSpec.model_validate(found.model_dump() | changes)


def item(name: str, text: str = "", variant: str = "", **changes: Any) -> PromptItem:
    """Return what is asked about one document or question."""
    if name in QUESTION_TASKS:
        return choose([question(1, **changes)], entry(name), seed=1).items[0]
    items = choose([document(1, text=text, **changes)], entry(name), 1, spec(name).variants).items
    return next(one for one in items if one.field == variant)


class Given:
    """Gives the replies it is given, prompt by prompt; None is an answer that could not be read."""

    def __init__(self, values: Sequence[Any], outcome: str) -> None:
        self.values, self.outcome, self.prompts = values, outcome, list[Prompt]()

    def ask_json(
        self, prompts: Sequence[Prompt], schema: Mapping[str, Any], check: Check | None = None
    ) -> list[Asked]:
        self.prompts = list(prompts)
        return [
            Asked(prompt.id, value, "parsed" if value else self.outcome, "" if value else "no JSON", "r")
            for prompt, value in zip(prompts, self.values, strict=True)
        ]

    def counts(self) -> dict[str, int]:
        return {"prompts": len(self.prompts)}


class ByItem(Given):
    """Gives each item what it says of it, however many are asked about at a time."""

    def __init__(self, given: Mapping[str, tuple[Any, str]]) -> None:
        super().__init__([], "")
        self.given = given

    def ask_json(
        self, prompts: Sequence[Prompt], schema: Mapping[str, Any], check: Check | None = None
    ) -> list[Asked]:
        self.prompts += prompts
        return [Asked(one.id, *self.given[one.id], "", "r") for one in prompts]


def made(
    name: str,
    replies: Sequence[Any],
    records: Any = None,
    limit: float = 1.0,
    outcome: str = "unparsed",
    **task: Any,
) -> GeneratedRows:
    """Run a task of the catalog on records, where none are given on one document a reply."""
    wanted, own = entry(name, **task), spec(name)
    records = [document(n) for n in range(len(replies))] if records is None else records
    chosen = choose(records, wanted, 1, own.variants)
    return generate(Given(replies, outcome), name, wanted, own, chosen, max_reject_fraction=limit)


class Project(StageProject):
    """A folder in which a task of the catalog is run."""

    stage = "generate"
    command = """--params params.yaml --task {task} --prompts {task}.yaml --corpus corpus.parquet --gate gate.json
        --recorded recorded/{task}.jsonl --out out --responses responses.parquet --accounting books.json"""
    written = ("out/instructions.parquet", "out/rejects.parquet", "responses.parquet", "books.json")

    def __init__(self, folder: Path, base_url: str, task: str = "nasa_rnd", **runtime: Any) -> None:
        super().__init__(folder)
        (folder / "gate.json").write_text('{"passed": true, "suite": "documents"}')
        self.task, self.spec = task, folder / f"{task}.yaml"
        shutil.copy(TASKS / self.spec.name, self.spec)
        by_field = {"request_per": "field", "fields": ["text", "nasa_applications"]}
        own = entry(task, **by_field if task == "nasa_rnd" else {})
        self.params["tasks"] = {task: own.model_dump(exclude_none=True) | {"max_documents": None}}
        self.params["runtime"] |= runtime
        self.server = self.serve(self.params["teacher"], base_url)

    def write_documents(self, documents: list[Document]) -> None:
        write_records(self.folder / "corpus.parquet", Document, documents)
