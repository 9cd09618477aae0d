"""What is graded, judged and compared across sections: specs, backends, criteria, labels, and selections' two sides."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from domaintune.check.sections import at, entries, named
from domaintune.compare.params import SEEN_MINUS_UNSEEN
from domaintune.core.scoring.rubric import AnySpec, read_specs
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.models import EMBEDDING_PACKAGE, package_problem
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import did_you_mean, load_mapping, read_yaml

EMBEDDED = {
    "teacher": ("extractive", "recorded"),
    "judge.model": ("token_f1", "embedding"),
    "grade.model": ("heuristic",),
}
"""The offline backends that each may name beside openai and transformers."""
SIDES = ("selected", "random")


def grade_faults(arms: Mapping[str, Any], gradings: Mapping[str, Any]) -> Iterator[str]:
    """Yield, with its place in the file, what an arm asks of grades that its grading cannot give."""
    for key, arm in arms.items():
        where, name = f"arms.{key}.mixture", str(at(arm, "mixture", "grades", "grading"))
        groups, rows = at(arm, "mixture", "groups"), at(arm, "mixture", "rows")
        graded = at(gradings, name, "groups")
        if not isinstance(graded, list) or not isinstance(groups, list):
            continue
        without = [group for group in groups if group not in graded]
        if rows == "ungraded" and not without and gradings[name].get("max_rows") is None:
            yield (
                f"{where}.rows: ungraded leaves nothing but rows that could not be graded, because "
                f"gradings.{name}.max_rows is null; give it the number of rows to grade"
            )
        if without == groups:
            yield f"{where}.grades.grading: {name} grades the groups {graded}, none of the arm's {groups}"
        elif without and rows == "graded":
            yield (
                f"{where}.rows: graded leaves nothing of the groups {without}, which gradings.{name} does not grade; "
                "add them there, or leave them out here"
            )


def gradings_problems(everything: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """Yield grade specs that are not there or lack the language, and backends of other sections."""
    specs = sorted(path.stem for path in folder.glob("*.yaml"))
    for key, entry in entries(everything, "gradings").items() if folder.is_dir() else ():
        name, language = str(entry.get("spec")), entry.get("language")
        path = folder / f"{name}.yaml"
        if name not in specs:
            yield f"gradings.{key}.spec: there is no {path}{did_you_mean(name, specs)}"
            continue
        try:
            prompts = sorted(map(str, entries(read_yaml(path), "prompts")))
        except ParamsError as error:
            yield f"gradings.{key}.spec: {error}"
            continue
        if language not in prompts:
            known = ", ".join(prompts) or "no language"
            yield f"gradings.{key}.language: {path} has prompts in {known}, not in {language}"
    for where, own in EMBEDDED.items():
        backend = at(everything, *where.split("."), "backend")
        if backend in set(chain(*EMBEDDED.values())) - set(own):
            expected = ", ".join(("openai", "transformers", *own[:-1]))
            yield f"{where}.backend: {backend} is not for this stage; expected {expected} or {own[-1]}"


def judging_problems(path: Path, folder: Path, labels: Path) -> Iterator[str]:
    """Yield criteria that no rubric scores both arms on, specs in `folder` with problems, and labels not in theirs."""
    everything = read_yaml(path)
    specs: dict[str, AnySpec] = {}
    try:
        rubrics = load_mapping(path, Rubric)
    except ParamsError:
        rubrics = {}  # `section_problems` has said so
    for name, rubric in rubrics.items():
        try:
            specs |= read_specs(sorted(folder.glob("*.yaml")), {name: rubric})
        except ParamsError as error:
            yield from str(error).splitlines()
    for name in named(everything, "compare", "primary"):
        rubric_name, _, criterion = name.removesuffix(f".{SEEN_MINUS_UNSEEN}").partition(".")
        if rubric_name in specs and criterion not in (known := specs[rubric_name].measured):
            yield (
                f"{path}: compare.primary: {name}: {rubric_name} gives no score of {criterion} to both arms"
                f"{did_you_mean(criterion, known)}"
            )
    for where in ("judge.model", "curate.contamination.semantic"):
        asked = at(everything, *where.split("."))
        named_so = at(asked, "model") == EMBEDDING_PACKAGE and at(asked, "backend") in ("embedding", None)
        if named_so and (problem := package_problem(where, str(at(asked, "revision")))):
            yield f"{path}: {problem}"
    given = at(everything, "judge", "labels")
    if isinstance(given, str) and not (labels / Path(given).name).is_file():
        there = [f"labels/{one.name}" for one in sorted(labels.glob("*.csv"))]
        yield f"{path}: judge.labels: there is no file {given}{did_you_mean(given, there)}"


def selection_problems(asked: Any, arms: Mapping[str, Mapping[str, Any]], seed: Any) -> Iterator[str]:
    """Yield what is wrong with the two sides of a selection; nothing where their shape is wrong: its model names it."""
    sides = {side: names for side in SIDES if isinstance(names := at(asked, side), list)}
    flat = list(chain(*sides.values()))
    if len(sides) < len(SIDES) or not arms or not all(isinstance(name, str) for name in flat):
        return
    problems = []
    for side, name in ((side, name) for side, names in sides.items() for name in names):
        if name not in arms:
            problems.append(f".{side}: {name} is not an entry of arms{did_you_mean(name, arms)}")
        elif not arms[name].get("mixture"):
            problems.append(f".{side}: {name} is not trained, so no rows were selected for it")
    problems += [
        f": {name} stands there twice; each arm is one seed of one side"
        for name, count in sorted(Counter(flat).items())
        if count > 1
    ]
    selected, drawn = map(len, sides.values())
    if selected != drawn:
        problems.append(
            f": selected has {selected} arms and random {drawn}; give both as many, in the same order of seeds"
        )
    if not problems:
        own = {name: seed if arms[name].get("seed") is None else arms[name]["seed"] for name in flat}
        pairs = list(zip(*sides.values(), strict=True))
        problems = [*_unequal(pairs, own, arms), *_draws(sides, own, arms)]
    yield from (f"compare.selection{problem}" for problem in problems)


def _unequal(
    pairs: Sequence[tuple[str, str]], seeds: Mapping[str, Any], arms: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for one, other in pairs:
        if seeds[one] != seeds[other]:
            yield f": {one} has seed {seeds[one]} and {other} seed {seeds[other]}; the arms of a pair share one"
        for field in ("model", "lora", "train"):
            given = [arms[name].get(field) for name in (one, other)]
            if (given[0] or {}) != (given[1] or {}):
                yield (
                    f": {one} has {field} {given[0]}, {other} {given[1]}; the arms of a pair differ in their rows alone"
                )
        if (drawn := _drawn_from(arms[other])) is not None and _drawn_from(arms[one]) not in (None, drawn):
            yield (
                f": the mixtures of {one} and {other} differ in more than grades.random_draw, so that not the same "
                "rows are drawn from"
            )


def _drawn_from(arm: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a mixture that filters by grade, without its draw; None where it does not."""
    grades = at(arm, "mixture", "grades")
    if at(grades, "use") != "filter":
        return None
    return {**arm["mixture"], "grades": {**grades, "random_draw": None}}


def _draws(
    sides: Mapping[str, Sequence[str]], seeds: Mapping[str, Any], arms: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Yield draws and seeds that stand twice, selected arms that draw, and random ones that do not."""
    draws = {name: at(arms[name], "mixture", "grades", "random_draw") for name in seeds}
    for draw, count in Counter(draws[name] for name in sides["random"]).items():
        if draw is not None and count > 1:
            same = " and ".join(name for name in sides["random"] if draws[name] == draw)
            yield (
                f".random: {same} have the same mixture.grades.random_draw, {draw}, and so the same rows: give each a "
                "number of its own. A selection is tested against the spread of draws, and one draw has none"
            )
    for side, names in sides.items():
        own = [seeds[name] for name in names]
        if len(set(own)) < len(own):
            yield (
                f".{side}: the seeds are {own}; each arm of a side needs another one, or there is no spread over seeds"
            )
        for name in names:
            if side == "selected" and draws[name] is not None:
                yield f".selected: {name} draws its rows by chance (mixture.grades.random_draw)"
            if side == "random" and draws[name] is None:
                yield (
                    f".random: {name} draws no rows by chance; give it the selected arm's mixture with "
                    "grades.random_draw, a number that makes the draw its own"
                )
