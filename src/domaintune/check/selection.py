"""What can be told of `compare.selection` before anything is run: the arms, their pairs and their seeds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domaintune.core.stage.params import did_you_mean

SIDES = ("selected", "random")


def selection_problems(compare: Any, arms: Mapping[str, Mapping[str, Any]], seed: Any) -> Iterator[str]:
    """Yield what is wrong with the two sides; nothing where no selection is asked about or its shape is wrong."""
    asked = compare.get("selection") if isinstance(compare, Mapping) else None
    if not isinstance(asked, Mapping) or not arms:
        return
    sides = {name: side for name in SIDES if isinstance(side := asked.get(name), list)}
    if len(sides) < len(SIDES) or not all(isinstance(name, str) for side in sides.values() for name in side):
        return  # the section's own check names it
    selected, chance = (len(sides[name]) for name in SIDES)
    problems = [*_unknown(sides, arms), *_twice(sides)]
    if selected != chance:
        problems.append(
            f"compare.selection: selected has {selected} arms and random {chance}; give both as many, in the same "
            "order of seeds"
        )
    yield from problems or [*_seeds(sides, arms, seed), *_ways(sides, arms)]


def _unknown(sides: Mapping[str, Sequence[str]], arms: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for side, names in sides.items():
        for name in names:
            if name not in arms:
                yield f"compare.selection.{side}: {name} is no entry of arms{did_you_mean(str(name), arms)}"
            elif not arms[name].get("mixture"):
                yield f"compare.selection.{side}: {name} is not trained, so no rows were selected for it"


def _twice(sides: Mapping[str, Sequence[str]]) -> Iterator[str]:
    named = [name for side in sides.values() for name in side]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield f"compare.selection: {name} stands there twice; each arm is one seed of one side"


def _seeds(
    sides: Mapping[str, Sequence[str]], arms: Mapping[str, Mapping[str, Any]], seed: Any
) -> Iterator[str]:
    def seed_of(name: str) -> Any:
        own = arms[name].get("seed")
        return seed if own is None else own

    for one, other in zip(*(sides[side] for side in SIDES), strict=True):
        if seed_of(one) != seed_of(other):
            yield (
                f"compare.selection: {one} has seed {seed_of(one)} and {other} seed {seed_of(other)}; the arms of a "
                "pair share one"
            )
        for field in ("model", "lora", "train"):
            if (arms[one].get(field) or {}) != (arms[other].get(field) or {}):
                yield (
                    f"compare.selection: {one} has {field} {arms[one].get(field)}, {other} {arms[other].get(field)}; "
                    "the arms of a pair differ in their rows alone"
                )
        if (drawn := _drawn_from(arms[other])) is not None and _drawn_from(arms[one]) not in (None, drawn):
            yield (
                f"compare.selection: the mixtures of {one} and {other} differ in more than grades.random_draw, so that "
                "not the same rows are drawn from"
            )
    yield from _same_draw(sides["random"], arms)
    for side, names in sides.items():
        seeds = [seed_of(name) for name in names]
        if len(set(seeds)) < len(seeds):
            yield (
                f"compare.selection.{side}: the seeds are {seeds}; each arm of a side needs another one, or there is "
                "no spread over seeds"
            )


def _drawn_from(arm: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a mixture that filters by grade, without its draw; None where it does not."""
    mixture = arm.get("mixture")
    if not isinstance(mixture, Mapping):
        return None
    grades = mixture.get("grades")
    if not isinstance(grades, Mapping) or grades.get("use") != "filter":
        return None
    return {**mixture, "grades": {name: value for name, value in grades.items() if name != "random_draw"}}


def _same_draw(names: Sequence[str], arms: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    by_draw: dict[Any, list[str]] = {}
    for name in names:
        by_draw.setdefault(_draw(arms[name]), []).append(name)
    for draw, same in by_draw.items():
        if draw is not None and len(same) > 1:
            yield (
                f"compare.selection.random: {' and '.join(same)} have the same mixture.grades.random_draw, {draw}, and "
                "so the same rows: give each a number of its own. A selection is tested against the spread of draws, "
                "and one draw has none"
            )


def _draw(arm: Mapping[str, Any]) -> Any:
    mixture = arm.get("mixture")
    grades = mixture.get("grades") if isinstance(mixture, Mapping) else None
    return grades.get("random_draw") if isinstance(grades, Mapping) else None


def _ways(sides: Mapping[str, Sequence[str]], arms: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield arms whose mixture draws by chance on the selected side, or does not on the other."""
    for side, names in sides.items():
        for name in names:
            drawn = _draw(arms[name]) is not None
            if side == "selected" and drawn:
                yield f"compare.selection.selected: {name} draws its rows by chance (mixture.grades.random_draw)"
            if side == "random" and not drawn:
                yield (
                    f"compare.selection.random: {name} draws no rows by chance; give it the selected arm's mixture "
                    "with grades.random_draw, a number that makes the draw its own"
                )
