"""Pre-training text: descriptions of projects, plain facts, questions with answers, all of one grammar."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from domaintune.core.seeds import derive
from domaintune.sample.projects import GRAMMAR, Project, compose_projects, pick


def compose_text(seed: int, corpus: str, documents: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `text.jsonl`. Half describe a project; the rest are facts, questions and answers."""
    forms = (_description, _description, _record, _interview)
    for number, project in enumerate(islice(compose_projects(seed, corpus, "pretraining"), documents)):
        rng = derive(seed, "sample", corpus, "text", str(number))
        yield {"text": forms[number % len(forms)](project, rng)}


def compose_dialogues(seed: int, corpus: str, dialogues: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `dialogues.jsonl`. Every other one gives the document before the question."""
    projects = islice(compose_projects(seed, f"{corpus}/dialogues", "pretraining"), dialogues)
    for number, project in enumerate(projects):
        rng = derive(seed, "sample", corpus, "dialogue", str(number))
        question, answer = pick(rng, GRAMMAR["questions"])
        before = "{title}. {abstract}\n\n" if number % 2 else ""
        yield {
            "messages": [
                {"role": "user", "content": (before + question).format_map(project)},
                {"role": "assistant", "content": answer.format_map(project)},
            ]
        }


def _description(project: Project, rng: np.random.Generator) -> str:
    uses = pick(rng, ("{nasa_applications}", "{non_nasa_applications}", ""))
    return f"{{title}}. {{abstract}} {uses}".format_map(project).strip()


def _record(project: Project, rng: np.random.Generator) -> str:
    return str(GRAMMAR["record"]["full" if rng.random() < 0.5 else "short"].format_map(project))


def _interview(project: Project, rng: np.random.Generator) -> str:
    chosen = rng.choice(len(GRAMMAR["questions"]), size=4, replace=False)
    asked = (GRAMMAR["questions"][int(at)] for at in chosen)
    return "\n".join(f"Question: {question}\nAnswer: {answer}" for question, answer in asked).format_map(
        project
    )
