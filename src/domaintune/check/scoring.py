"""What is graded, judged and compared across sections: groups, cards, backends, criteria and labels."""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from domaintune.check.sections import mapping
from domaintune.compare.params import SEEN_MINUS_UNSEEN
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.scoring.spec import read_single_spec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import did_you_mean, load_mapping, read_yaml

EMBEDDED = {"teacher": ("extractive", "recorded"), "judge": ("token_f1",), "grade": ("heuristic",)}
"""The offline backends that each section may name beside openai and transformers."""


def gradings_problems(everything: Mapping[str, Any], cards: Path) -> Iterator[str]:
    """Yield groups that nobody writes, cards that are not there or lack the language, backends of other sections."""
    gradings = mapping(everything.get("gradings"))
    groups = sorted(_training_groups(everything))
    for key, entry in gradings.items():
        given = entry.get("groups") if isinstance(entry, Mapping) else None
        for group in given if "tasks" in everything and isinstance(given, list) else []:
            if group not in groups:
                yield f"gradings.{key}.groups: no task or set has the group {group}{did_you_mean(str(group), groups)}"
        if isinstance(entry, Mapping) and cards.is_dir():
            yield from _card(key, entry, cards)
    for section, own in EMBEDDED.items():
        settings = mapping(everything.get(section))
        model = settings if section == "teacher" else mapping(settings.get("model"))
        if (backend := model.get("backend")) in set(chain(*EMBEDDED.values())) - set(own):
            where = section if section == "teacher" else f"{section}.model"
            expected = ", ".join(("openai", "transformers", *own[:-1]))
            yield f"{where}.backend: {backend} is not for this stage; expected {expected} or {own[-1]}"


def _card(key: str, entry: Mapping[str, Any], folder: Path) -> Iterator[str]:
    name, language = str(entry.get("spec")), entry.get("language")
    cards = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in cards:
        yield f"gradings.{key}.spec: there is no {folder}/{name}.yaml{did_you_mean(name, cards)}"
        return
    try:
        prompts = mapping(read_yaml(folder / f"{name}.yaml").get("prompts"))
    except ParamsError as error:
        yield f"gradings.{key}.spec: {error}"
        return
    if language not in prompts:
        known = ", ".join(sorted(map(str, prompts))) or "no language"
        yield f"gradings.{key}.language: {folder}/{name}.yaml has prompts in {known}, not in {language}"


def _training_groups(everything: Mapping[str, Any]) -> set[str]:
    sets = [one for one in mapping(everything.get("sets")).values() if isinstance(one, Mapping)]
    tasks = [one for one in mapping(everything.get("tasks")).values() if isinstance(one, Mapping)]
    return {str(one.get("group")) for one in [*tasks, *(one for one in sets if one.get("use") != "evaluate")]}


def judging_problems(path: Path, cards: Path, labels: Path) -> Iterator[str]:
    """Yield criteria that no rubric scores both arms on, cards with problems, and a file of labels that is not there.

    Args:
        path: params.yaml; names of rubrics that it does not have are told elsewhere.
        cards: the folder of the rubrics' cards.
        labels: the folder of people's choices.
    """
    everything = read_yaml(path)
    rubrics, judge, compare = (everything.get(name) for name in ("rubrics", "judge", "compare"))
    primary = compare.get("primary") if isinstance(compare, dict) else None
    for name in map(str, primary if isinstance(primary, list) else []):
        rubric, _, criterion = name.removesuffix(f".{SEEN_MINUS_UNSEEN}").partition(".")
        entry = rubrics.get(rubric) if isinstance(rubrics, dict) else None
        try:
            known = _scored(cards, rubric, entry) if isinstance(entry, dict) else [criterion]
        except ParamsError as error:
            yield f"{path}: compare.primary: {name}: {error}"
            continue
        if criterion not in known:
            yield (
                f"{path}: compare.primary: {name}: {rubric} gives no score of {criterion} to both arms"
                f"{did_you_mean(criterion, known)}"
            )
    there = sorted(one.stem for one in cards.glob("*.yaml"))
    for name in rubrics if isinstance(rubrics, dict) else ():
        if str(name) not in there:
            yield f"{path}: rubrics.{name}: there is no card {cards}/{name}.yaml{did_you_mean(str(name), there)}"
    yield from _card_problems(path, cards)
    given = judge.get("labels") if isinstance(judge, dict) else None
    if isinstance(given, str) and not (labels / Path(given).name).is_file():
        there = [f"labels/{one.name}" for one in sorted(labels.glob("*.csv"))]
        yield f"{path}: judge.labels: there is no file {given}{did_you_mean(given, there)}"


def _card_problems(path: Path, cards: Path) -> Iterator[str]:
    """Yield what is wrong within the rubrics' cards; which one is not there is told with the names there are."""
    try:
        rubrics = load_mapping(path, Rubric)
    except ParamsError:
        return  # `section_problems` has said so
    for name, rubric in rubrics.items():
        if (card := cards / f"{name}.yaml").is_file():
            try:
                read_specs([card], {name: rubric})
            except ParamsError as error:
                yield from str(error).splitlines()


def _scored(cards: Path, rubric: str, entry: dict[str, Any]) -> list[str]:
    if not entry.get("orders"):
        return read_single_spec(cards, rubric).measured
    card = read_yaml(cards / f"{rubric}.yaml")
    criteria = card.get("criteria") if card.get("verdict") == "closer" else None
    return [str(one.get("name")) for one in criteria or () if isinstance(one, dict)]
