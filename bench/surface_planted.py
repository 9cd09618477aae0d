"""Which faults of a planted answer each surface measure sees.

    python bench/surface_planted.py

For every card of catalog/grades: the share of pairs in which the good answer has the higher value, by kind of fault.
"""

import sys
from pathlib import Path

import typer

from domaintune.grade.planted import VERSIONS, wanted
from domaintune.grade.spec import read_grade_spec
from domaintune.science.surface_measures import MEASURES, surface_measures

ROOT = Path(__file__).parents[1]


def told_apart(path: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """Return, by measure and kind of fault, pairs told apart and pairs in which the measure can be taken."""
    card = read_grade_spec(path, "en")
    language = {row.name: row.language for row in card.planted}
    values: dict[str, dict[str, float]] = {}
    for one in wanted(card):
        row = one.id.split("/")[0]
        values[one.id] = surface_measures(
            one.material["answer"],
            asked=one.material["instruction"],
            document=one.material["input"],
            language=language[row],
        )
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for measure in MEASURES:
        for version in VERSIONS:
            pairs = [
                (values[f"{row}/good"][measure], values[f"{row}/{version}"][measure])
                for row in language
                if all(measure in values[f"{row}/{which}"] for which in ("good", version))
            ]
            found.setdefault(measure, {})[version] = (sum(good > bad for good, bad in pairs), len(pairs))
    return found


def main(smoke: bool = False) -> None:
    """Print a Markdown table for each card; `--smoke`: for one."""
    for path in sorted((ROOT / "catalog/grades").glob("*.yaml"))[: 1 if smoke else None]:
        sys.stdout.write(
            f"{path.stem}\n\n| measure | {' | '.join(VERSIONS)} |\n|{'---|' * (1 + len(VERSIONS))}\n"
        )
        for measure, by_version in told_apart(path).items():
            cells = " | ".join(f"{told} of {pairs}" for told, pairs in by_version.values())
            sys.stdout.write(f"| {measure} | {cells} |\n")


if __name__ == "__main__":
    typer.run(main)
