"""Pre-training text: descriptions of projects, plain facts, questions with answers, all of one grammar."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from domaintune.core.seeds import derive
from domaintune.sample.phrases import pick
from domaintune.sample.projects import Project, compose_projects, short_firm


class Asked(NamedTuple):
    """A question about one project and its answer, a sentence."""

    question: str
    answer: str


def compose_text(seed: int, corpus: str, documents: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `text.jsonl`. Half describe a project; the rest are facts, questions and answers."""
    forms = (_description, _description, _record, _interview)
    for number, project in enumerate(islice(compose_projects(seed, corpus, "pretraining"), documents)):
        rng = derive(seed, "sample", corpus, "text", str(number))
        yield {"text": forms[number % len(forms)](project, rng)}


def compose_dialogues(seed: int, corpus: str, dialogues: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `dialogues.jsonl`. Every other one gives the document before the question."""
    for number, project in enumerate(
        islice(compose_projects(seed, f"{corpus}/dialogues", "pretraining"), dialogues)
    ):
        rng = derive(seed, "sample", corpus, "dialogue", str(number))
        asked = _questions(project)[int(rng.integers(len(_questions(project))))]
        before = f"{project.facts.title}. {project.abstract}\n\n" if number % 2 else ""
        yield {
            "messages": [
                {"role": "user", "content": before + asked.question},
                {"role": "assistant", "content": asked.answer},
            ]
        }


def _description(project: Project, rng: np.random.Generator) -> str:
    uses = pick(rng, (project.nasa_applications, project.non_nasa_applications, ""))
    return f"{project.facts.title}. {project.abstract} {uses}".strip()


def _record(project: Project, rng: np.random.Generator) -> str:
    f = project.facts
    lines = [
        f"Title: {f.title}",
        f"Firm: {f.firm}",
        f"Program: {f.program} {f.phase}, {f.year}",
        f"Abstract: {project.abstract}",
        f"NASA applications: {project.nasa_applications}",
        f"Non-NASA applications: {project.non_nasa_applications}",
        f"Keywords: {', '.join(project.keywords)}",
    ]
    return "\n".join(lines if rng.random() < 0.5 else lines[:1] + lines[4:])


def _interview(project: Project, rng: np.random.Generator) -> str:
    asked = _questions(project)
    chosen = rng.choice(len(asked), size=4, replace=False)
    return "\n".join(f"Question: {asked[int(i)].question}\nAnswer: {asked[int(i)].answer}" for i in chosen)


def _questions(project: Project) -> list[Asked]:
    f = project.facts
    about = f"the project {f.title}"
    return [
        Asked(
            f"What is the aim of {about}?",
            f"The aim is {'an' if f.adjective[0] in 'AE' else 'a'} {f.adjective.lower()} {f.device} "
            f"made of {f.material} for {f.mission}.",
        ),
        Asked(f"What is the {f.device} of {about} made of?", f"The {f.device} is made of {f.material}."),
        Asked(f"Which method is used in {about}?", f"The team will use {f.method} to {f.purpose}."),
        Asked(
            f"What is wrong with current designs, according to {about}?",
            f"Current {f.device} designs for {f.platform} {f.problem}.",
        ),
        Asked(
            f"How heavy is the {f.device} of {about}?",
            f"The {f.device} has a mass of {f.mass_kg} kg and needs {f.power_w} W of power.",
        ),
        Asked(
            f"At which temperatures does the {f.device} of {about} work?",
            f"It works from {f.low_k} K to {f.high_k} K and lasts {f.hours} hours.",
        ),
        Asked(f"What will {about} achieve?", f"The result will {f.benefit} by {f.percent}%."),
        Asked(f"What are the NASA applications of {about}?", project.nasa_applications),
        Asked(f"What are the non-NASA applications of {about}?", project.non_nasa_applications),
        Asked(f"What are the keywords of {about}?", f"The keywords are {', '.join(project.keywords)}."),
        Asked(f"Who works on {about}?", f"{short_firm(f.firm)} works on it in {f.phase}."),
    ]
