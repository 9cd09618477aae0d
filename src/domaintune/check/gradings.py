"""What `gradings` says across sections and in its cards, and which backends a section may name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import did_you_mean, read_yaml

EMBEDDED = {"teacher": "extractive", "judge": "overlap", "grade": "surface"}
"""The offline backend that each section may name beside openai and transformers."""


def gradings_problems(everything: Mapping[str, Any], cards: Path) -> Iterator[str]:
    """Yield groups that nobody writes, cards that are not there or lack the language, backends of other sections."""
    gradings = _mapping(everything, "gradings")
    groups = sorted(_training_groups(everything))
    for key, entry in gradings.items():
        given = entry.get("groups") if isinstance(entry, Mapping) else None
        for group in given if "tasks" in everything and isinstance(given, list) else []:
            if group not in groups:
                yield f"gradings.{key}.groups: no task or set has the group {group}{did_you_mean(str(group), groups)}"
        if isinstance(entry, Mapping) and cards.is_dir():
            yield from _card(key, entry, cards)
    for section, own in EMBEDDED.items():
        settings = _mapping(everything, section)
        model = settings if section == "teacher" else _mapping(settings, "model")
        if (backend := model.get("backend")) in set(EMBEDDED.values()) - {own}:
            where = section if section == "teacher" else f"{section}.model"
            yield f"{where}.backend: {backend} is not for this stage; expected openai, transformers or {own}"


def _card(key: str, entry: Mapping[str, Any], folder: Path) -> Iterator[str]:
    name, language = str(entry.get("card")), entry.get("language")
    cards = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in cards:
        yield f"gradings.{key}.card: there is no {folder}/{name}.yaml{did_you_mean(name, cards)}"
        return
    try:
        prompts = _mapping(read_yaml(folder / f"{name}.yaml"), "prompts")
    except ParamsError as error:
        yield f"gradings.{key}.card: {error}"
        return
    if language not in prompts:
        known = ", ".join(sorted(map(str, prompts))) or "no language"
        yield f"gradings.{key}.language: {folder}/{name}.yaml has prompts in {known}, not in {language}"


def _training_groups(everything: Mapping[str, Any]) -> set[str]:
    sets = [one for one in _mapping(everything, "sets").values() if isinstance(one, Mapping)]
    tasks = [one for one in _mapping(everything, "tasks").values() if isinstance(one, Mapping)]
    return {str(one.get("group")) for one in [*tasks, *(one for one in sets if one.get("use") != "evaluate")]}


def _mapping(everything: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    value = everything.get(section)
    return value if isinstance(value, Mapping) else {}
