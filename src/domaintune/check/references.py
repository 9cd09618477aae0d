"""Sections of params.yaml held against each other; values of wrong types are left to their own sections' models."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domaintune.check.scoring import grade_faults, gradings_problems, selection_problems
from domaintune.check.sections import SECTIONS, at, entries, named
from domaintune.core.sections.sources import QUESTIONS_ALONE
from domaintune.core.stage.params import did_you_mean, read_yaml

REFERENCES = (
    ("references", "source", "sources"),
    ("tasks", "sources[]", "sources"),
    ("benchmarks", "sources[]", "sources"),
    ("benchmarks", "shots_from[]", "sources"),
    ("sets", "source", "sources"),
    ("vocabulary", "model", "models"),
    ("arms", "model", "models or vocabulary"),
    ("arms", "baseline", "arms"),
    ("arms", "mixture.grades.grading", "gradings"),
)
"""Section, the field of its entries that names another or ([]) several, and the section that must hold those."""
BACK = ("en", "ko")
"""Languages whose script is checked, so that rows can be translated back into them."""


def cross_section_problems(path: Path, specs: Path) -> list[str]:
    """Return a line for each unknown section, and each entry that names another which is not there."""
    everything = read_yaml(path)
    arms, gradings = entries(everything, "arms"), entries(everything, "gradings")
    problems = [
        *_names(everything),
        *_references(everything),
        *_tasks(everything),
        *_benchmarks(everything),
        *_sets(everything),
        *_mixtures(everything),
        *availability_problems(everything),
        *grade_faults(arms, gradings),
        *selection_problems(at(everything, "compare", "selection"), arms, everything.get("seed")),
        *gradings_problems(everything, specs),
    ]
    return [f"{path}: {problem}" for problem in problems]


def _names(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield unknown sections, entries whose name stands for another one too, and arms of two kinds."""
    for section in everything:
        if section not in SECTIONS:
            yield f"{section}: unknown section{did_you_mean(str(section), SECTIONS)}"
    for key in sorted(entries(everything, "vocabulary").keys() & entries(everything, "models").keys()):
        yield f"vocabulary.{key}: models has an entry of this name too; give it a name of its own"
    for key, entry in entries(everything, "arms").items():
        if entry.get("endpoint") and entry.get("mixture"):
            yield f"arms.{key}: has an endpoint, so a server answers and nothing is trained; set mixture to null"


def _references(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield names of entries that are not there; none where the section that must hold them is missing."""
    primary = named(everything, "compare", "primary")
    found: list[tuple[str, Any, str]] = [
        (f"compare.primary: {name}", name.partition(".")[0], "rubrics") for name in primary
    ]
    for section, field, target in REFERENCES:
        path = field.removesuffix("[]")
        for key, entry in entries(everything, section).items():
            names = named(entry, path) if path != field else [at(entry, *path.split("."))]
            found += [(f"{section}.{key}.{path}", name, target) for name in names if name is not None]
    for where, name, target in found:
        sections = target.split(" or ")
        known = dict.fromkeys(key for section in sections for key in entries(everything, section))
        if isinstance(everything.get(sections[0]), Mapping) and str(name) not in known:
            yield f"{where}: {name} is not an entry of {target}{did_you_mean(str(name), known)}"


def _tasks(everything: Mapping[str, Any]) -> Iterator[str]:
    sources = entries(everything, "sources")
    for key, entry in entries(everything, "tasks").items():
        for name in (name for name in named(entry, "sources") if name in sources):
            kind = sources[name].get("kind")
            if (wanted := entry.get("reads")) and kind not in (wanted, None):
                yield f"tasks.{key}: reads {wanted}, but one of its sources has kind {kind}"
            if sources[name].get("use") == "benchmark":
                yield f"tasks.{key}: its source {name} has use benchmark, which is never trained on"


def _benchmarks(everything: Mapping[str, Any]) -> Iterator[str]:
    sources = entries(everything, "sources")
    for key, entry in entries(everything, "benchmarks").items():
        use = {"benchmark": "benchmark", "test": "train"}.get(str(entry.get("split")))
        for name in (name for name in named(entry, "sources") if name in sources):
            if sources[name].get("kind") not in ("questions", None):
                yield f"benchmarks.{key}.sources: {name} has kind {sources[name]['kind']}, not questions"
            elif use and sources[name].get("use") not in (use, None):
                yield f"benchmarks.{key}: split {entry['split']} needs sources with use {use}; {name} has not"
        for name in (name for name in named(entry, "shots_from") if name in sources):
            if (sources[name].get("kind"), sources[name].get("use")) != ("questions", "benchmark"):
                yield f"benchmarks.{key}.shots_from: {name} is not a source of questions with use benchmark"


def _sets(everything: Mapping[str, Any]) -> Iterator[str]:
    tasks, sources = entries(everything, "tasks"), entries(everything, "sources")
    owners: dict[tuple[str, ...], str] = {}
    for key, entry in entries(everything, "sets").items():
        source = sources.get(str(entry.get("source")), {})
        if (kind := source.get("kind")) not in ("instructions", None):
            yield f"sets.{key}.source: {entry['source']} has kind {kind}, not instructions"
        if (form := source.get("format")) in QUESTIONS_ALONE and entry.get("use") == "train":
            yield f"sets.{key}.use: {entry['source']} holds questions without answers ({form}); use: evaluate"
        if str(entry.get("task")) in tasks:
            yield f"sets.{key}.task: {entry['task']} is an entry of tasks; give the set a name of its own"
        same = tuple(str(entry.get(field)) for field in ("source", "task", "to"))
        if (other := owners.setdefault(same, key)) != key:
            yield f"sets.{key}: has source, task and language of {other}, so its rows would be the same"


def _mixtures(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield the groups and tasks that a mixture or a grading names and neither a task nor a set for training has."""
    if "tasks" not in everything:
        return
    pairs = [(key, str(one.get("group"))) for key, one in entries(everything, "tasks").items()]
    sets = entries(everything, "sets").values()
    pairs += [(str(one.get("task")), str(one.get("group"))) for one in sets if one.get("use") != "evaluate"]
    groups = sorted({group for _, group in pairs})
    asked = {
        f"gradings.{key}.groups": named(one, "groups") for key, one in entries(everything, "gradings").items()
    }
    for key, entry in entries(everything, "arms").items():
        mixture = entry.get("mixture")
        asked[f"arms.{key}.mixture"] = mixture if isinstance(mixture, list) else named(mixture, "groups")
        own = sorted({task for task, group in pairs if group in asked[f"arms.{key}.mixture"]})
        for field in ("caps", "weights"):
            for task in (task for task in entries(mixture, field) if task not in own):
                yield f"arms.{key}.mixture.{field}: {task} is not a task of its groups{did_you_mean(str(task), own)}"
    for where, names in asked.items():
        for group in (group for group in names if group not in groups):
            yield f"{where}: no task or set has the group {group}{did_you_mean(str(group), groups)}"


def availability_problems(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is asked for and cannot be had: servers, held-out questions, room for a translation, the way back."""
    yield from _servers(everything)
    held_out = any(one.get("use") == "evaluate" for one in entries(everything, "sets").values())
    if at(everything, "corpus", "test_fraction") == 0:
        for key, entry in entries(everything, "benchmarks").items():
            if entry.get("split") == "test":
                yield f"benchmarks.{key}.split: test, but corpus.test_fraction is 0, so no question is held out"
        asked = at(everything, "answer", "questions")
        if at(asked, "from") == "test" and at(asked, "n") and not held_out:
            yield (
                "answer.questions.from: test, but corpus.test_fraction is 0 and no set has use: evaluate, so no "
                "question is held out"
            )
    tokens = at(everything, "translate", "max_tokens_a_request")
    longest = at(everything, "teacher", "max_tokens")
    translated = everything.get("sets") and at(everything, "translate", "engine") != "endpoint"
    if translated and isinstance(tokens, int) and isinstance(longest, int) and tokens > longest:
        yield (
            f"translate.max_tokens_a_request: {tokens} is more than teacher.max_tokens = {longest}, so that a "
            "translation would be cut off"
        )
    rows, sources = at(everything, "translate", "back_translation"), entries(everything, "sources")
    for key, one in entries(everything, "sets").items() if isinstance(rows, int) and rows > 0 else ():
        spoken = named(sources.get(str(one.get("source"))), "languages")
        others = [code for code in spoken if code not in BACK]
        if others and one.get("to"):
            yield (
                f"sets.{key}: translate.back_translation goes back into {' and '.join(BACK)} only, but its source "
                f"{one['source']} is in {', '.join(others)}; set translate.back_translation to 0"
            )


def _servers(everything: Mapping[str, Any]) -> Iterator[str]:
    known = at(everything, "runtime", "servers")
    asked = {f"arms.{key}.endpoint": one.get("endpoint") for key, one in entries(everything, "arms").items()}
    for path in ("teacher", "judge.model", "grade.model"):
        if at(model := at(everything, *path.split(".")), "backend") == "openai":
            asked[path] = model
    if at(everything, "translate", "engine") == "endpoint":
        asked["translate.endpoint"] = at(everything, "translate", "endpoint")
    for where, one in asked.items() if isinstance(known, Mapping) else ():
        if (name := at(one, "server")) is not None and str(name) not in known:
            yield f"{where}.server: {name} is not an entry of runtime.servers{did_you_mean(str(name), known)}"
