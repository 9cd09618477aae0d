"""What `compare.primary` and `judge.labels` name: found before a judge was paid for what cannot be compared."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from domaintune.compare.params import SEEN_MINUS_UNSEEN
from domaintune.core.scoring.card import read_single_card
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import did_you_mean, read_yaml


def judging_problems(path: Path, cards: Path, labels: Path) -> Iterator[str]:
    """Yield criteria that no rubric scores both arms on, and a file of labels that is not there.

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
    given = judge.get("labels") if isinstance(judge, dict) else None
    if isinstance(given, str) and not (labels / Path(given).name).is_file():
        there = [f"labels/{one.name}" for one in sorted(labels.glob("*.csv"))]
        yield f"{path}: judge.labels: there is no file {given}{did_you_mean(given, there)}"


def _scored(cards: Path, rubric: str, entry: dict[str, Any]) -> list[str]:
    if not entry.get("orders"):
        return read_single_card(cards, rubric).measured
    card = read_yaml(cards / f"{rubric}.yaml")
    criteria = card.get("criteria") if card.get("verdict") == "closer" else None
    return [str(one.get("name")) for one in criteria or () if isinstance(one, dict)]
