"""Which faults of a calibration answer each heuristic measure sees.

    python bench/heuristic_planted.py

For every spec of catalog/grades: the share of pairs in which the good answer has the higher value, by kind of fault.
"""

import sys
from pathlib import Path

import typer

from domaintune.grade.spec import GradeSpec, read_grade_spec
from domaintune.science.heuristic_measures import MEASURES, heuristic_measures

ROOT = Path(__file__).parents[1]


def told_apart(spec: GradeSpec) -> dict[str, dict[str, tuple[int, int]]]:
    """Return, by measure and kind of fault, pairs told apart and pairs in which the measure can be taken."""
    values = {
        (one["row"], one["version"]): heuristic_measures(
            one["answer"], asked=one["instruction"], document=one["input"], language=one["language"]
        )
        for one in spec.answers.values()
    }
    found: dict[str, dict[str, tuple[int, int]]] = {measure: {} for measure in MEASURES}
    for measure in MEASURES:
        for version in dict.fromkeys(version for _, version in values if version != "good"):
            pairs = [
                (values[item.name, "good"][measure], values[item.name, version][measure])
                for item in spec.calibration
                if all(measure in values[item.name, which] for which in ("good", version))
            ]
            found[measure][version] = (sum(good > bad for good, bad in pairs), len(pairs))
    return found


def main(smoke: bool = False) -> None:
    """Print a Markdown table for each spec; `--smoke`: for one."""
    for path in sorted((ROOT / "catalog/grades").glob("*.yaml"))[: 1 if smoke else None]:
        found = told_apart(read_grade_spec(path, "en"))
        versions = next(iter(found.values()))
        sys.stdout.write(
            f"{path.stem}\n\n| measure | {' | '.join(versions)} |\n|{'---|' * (1 + len(versions))}\n"
        )
        for measure, by_version in found.items():
            cells = " | ".join(f"{told} of {pairs}" for told, pairs in by_version.values())
            sys.stdout.write(f"| {measure} | {cells} |\n")


if __name__ == "__main__":
    typer.run(main)
