"""Units, cards and a folder to run the stage in, for any task of the catalog."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from generate_run import ROOT, Project, document

from domaintune.core.frames import write_records
from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Task
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.core.teacher.repair import Check, accept_all
from domaintune.generate.prompt_items import PromptItem, choose
from domaintune.generate.reading import read_spec
from domaintune.generate.spec import TaskSpec

QUESTION_TASKS = ("short_qa", "long_qa", "exam")
PAIRS_TASKS = ("nasa_rnd", "concept_explanation", "problem_solving", "science_qa")


def question(number: int, **changes: Any) -> Question:
    """Return a small exam question whose key is option 2."""
    fields: dict[str, Any] = {
        "id": f"q{number}",
        "task": "",
        "instruction": "",
        "question": f"{number} poise는 몇 Pa·s인가?",
        "options": [f"{number}.0", f"{number}.1", f"{number}.2", f"{number}.3", f"{number}.4"],
        "answer": "2",
        "matched_answer": "",
        "explanation": "1 poise는 0.1 Pa·s이다.",
        "subject": "chemistry",
        "difficulty": "college",
        "category": "",
        "language": "ko",
        "document_id": "",
        "context": "",
        "instruction_id": "",
        "source": "exams",
        "licence": "Apache-2.0",
        "cluster": "",
        "split": "train",
    }
    return Question(**(fields | changes))


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
    return Task(**(values | changes))


def card(name: str, **changes: Any) -> TaskSpec:
    """Return a card of the catalog, some of its fields changed."""
    found = read_spec(
        ROOT / f"catalog/tasks/{name}.yaml",
        name,
        entry(name, **({"pairs": 1} if name in PAIRS_TASKS else {})),
    )
    return TaskSpec.model_validate(found.model_dump() | changes)


def unit(name: str, text: str = "", variant: str = "", **changes: Any) -> PromptItem:
    """Return a unit of one document or question."""
    if name in QUESTION_TASKS:
        return choose([question(1, **changes)], entry(name), seed=1).items[0]
    units = choose([document(1, text=text, **changes)], entry(name), 1, card(name).variants).items
    return next(one for one in units if one.field == variant)


class Given:
    """Gives the replies it is given, prompt by prompt; None is an answer that could not be read."""

    def __init__(self, values: Sequence[Any], outcome: str = "unparsed") -> None:
        self.values, self.outcome, self.prompts = values, outcome, list[Prompt]()

    def ask_json(
        self, prompts: Sequence[Prompt], schema: Mapping[str, Any], check: Check = accept_all
    ) -> list[Asked]:
        self.prompts = list(prompts)
        return [
            Asked(prompt.id, value, "parsed" if value else self.outcome, "" if value else "no JSON", "r")
            for prompt, value in zip(prompts, self.values, strict=True)
        ]

    def counts(self) -> dict[str, int]:
        return {}


class StageRun(Project):
    """A folder in which a task of the catalog is run."""

    def __init__(
        self, folder: Path, base_url: str, task: str = "nasa_rnd", ledger: Path | None = None, **runtime: Any
    ) -> None:
        super().__init__(folder, base_url, ledger, **runtime)
        self.task = task
        self.params["tasks"]["nasa_rnd"]["reads"] = "documents"
        if task != "nasa_rnd":
            pairs = {"pairs": 2} if task in PAIRS_TASKS else {}
            made = entry(task, **pairs).model_dump(exclude_none=True)
            self.params["tasks"][task] = made | {"max_documents": None}
        self.card = folder / f"{task}.yaml"
        self.card.write_bytes((ROOT / f"catalog/tasks/{task}.yaml").read_bytes())

    def write_questions(self, questions: list[Question]) -> None:
        write_records(self.folder / "corpus.parquet", Question, questions)

    def write_documents(self, documents: list[Document]) -> None:
        write_records(self.folder / "corpus.parquet", Document, documents)

    def arguments(self) -> list[str]:
        return [word.replace("nasa_rnd", self.task) for word in super().arguments()]


@pytest.fixture
def cards() -> Callable[..., TaskSpec]:
    return card


@pytest.fixture
def entries() -> Callable[..., Task]:
    return entry


@pytest.fixture
def questions() -> Callable[..., Question]:
    return question


@pytest.fixture
def units() -> Callable[..., PromptItem]:
    return unit


@pytest.fixture
def given_asker() -> type[Given]:
    return Given


@pytest.fixture
def stage_run() -> type[StageRun]:
    return StageRun
