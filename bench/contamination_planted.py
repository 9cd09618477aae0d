"""Precision and recall of `find_contamination` on planted copies among clean rows, by kind of rewording.

Half of the questions are targets; the others are clean rows on the same topics. Copies of targets are planted, and
near-misses: parts of a target in another question. `--sweep` tries other limits. Nothing is written.
Run: `python bench/contamination_planted.py --mmlu DIR --exam FILE`; without arguments composed questions are used.
"""

import csv
import itertools
import random
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rapidfuzz import fuzz, process

from domaintune.core.stage.files import to_json
from domaintune.science.contamination.contamination import Limits, Target, find_contamination
from domaintune.science.contamination.question_keys import part_of
from rewordings import COPIES, Item, Row, composed, numbered, other_units, show

LIMITS = Limits(ngram=3, overlap=0.6, jamo_ngram=10, jamo_overlap=0.6, min_chars=100)
EACH = 60  # copies of a kind in a language
REPEAT = 70.0  # similarity from which a clean question may be a target's own repeat, and is set aside
AT_NUMBERS = ("other words at numbers", "other shares", "units in words")  # only where there are such numbers
CHANGED = ("lost letters", "other openers", "one option exchanged", *AT_NUMBERS)
PARTIAL = ("no options", "stem and one option", "options only")
SWEEP: tuple[dict[str, Any], ...] = (
    {"ngram": 2}, {"ngram": 5}, {"overlap": 0.5, "jamo_overlap": 0.5}, {"overlap": 0.75, "jamo_overlap": 0.75},
    {"jamo_ngram": 6}, {"jamo_ngram": 8}, {"min_chars": 60}, {"min_chars": 80},
)  # fmt: skip


def near_misses(item: Item, other: Item, rng: random.Random) -> list[Row]:
    """Return clean rows that share a part with a target."""
    long = len(part_of(item.stem).jamo) >= LIMITS.min_chars
    words = show(item).split()
    texts = {
        f"{'long' if long else 'short'} stem, other options": show(item._replace(options=other.options)),
        "other stem, same options": show(other._replace(options=item.options)),
        "same words, other order": " ".join(rng.sample(words, len(words))),
    }
    if changed := numbered(item, rng):
        texts["other numbers in the stem"] = show(changed)
    if changed := other_units(item):
        texts["other units in the stem"] = show(changed)
    return [Row(kind, item.language, text, -1) for kind, text in texts.items()]


def mmlu(folder: Path) -> list[Item]:
    """Read MMLU's csv files: question, four options, answer."""
    files = [path.open(encoding="utf-8", newline="") for path in sorted(folder.rglob("*.csv"))]
    return [Item(row[0], tuple(row[1:5]), "en") for file in files for row in csv.reader(file)]


def exam(path: Path) -> list[Item]:
    """Read an exam's csv with columns Question and Option 1–5, pictures left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row.get("Question_image")]
    found = [
        Item(row["Question"], tuple(v for k, v in row.items() if k.startswith("Option ") and v), "ko")
        for row in rows
    ]
    return [item for item in found if len(item.options) >= 4 and item.stem.strip()]


def planted(items: list[Item], rng: random.Random) -> tuple[list[Item], list[Row], int]:
    """Return targets, rows in random order, and how many repeats of targets were set aside."""
    items = sorted(set(items))
    rng.shuffle(items)
    targets, others = items[::2], items[1::2]
    plain = [[" ".join([i.stem, *sorted(i.options)]) for i in half] for half in (others, targets)]
    alike = process.cdist(*plain, scorer=fuzz.ratio, score_cutoff=REPEAT, workers=2).max(axis=1) >= REPEAT
    clean = [item for item, repeat in zip(others, alike, strict=True) if not repeat]
    same = {language: [item for item in clean if item.language == language] for language in ("ko", "en")}
    rows = [Row("another question", item.language, show(item), -1) for item in clean]
    for item in targets:
        rows += near_misses(item, rng.choice(same[item.language]), rng)
    for kind, language in itertools.product(COPIES, same):
        known = [n for n, item in enumerate(targets) if item.language == language]
        if kind in AT_NUMBERS:
            known = [
                n for n in known if COPIES[kind](targets[n], random.Random(n), targets[n]) != show(targets[n])
            ]
        for n in rng.sample(known, min(EACH, len(known))):
            rows.append(Row(kind, language, COPIES[kind](targets[n], rng, rng.choice(same[language])), n))
    rng.shuffle(rows)
    return targets, rows, int(alike.sum())


def measure(targets: list[Item], rows: list[Row], limits: Limits) -> tuple[dict[str, float], list[bool]]:
    """Return the figures over all rows, and for each row whether it was found (a copy: as its own target)."""
    start = time.perf_counter()
    wanted = [Target(str(n), target.stem, target.options) for n, target in enumerate(targets)]
    hits = find_contamination([row.text for row in rows], wanted, limits)
    seconds = time.perf_counter() - start
    flagged, pairs = {hit.row for hit in hits}, {(hit.row, int(hit.target_id)) for hit in hits}
    found = [(n, row.target) in pairs if row.target >= 0 else n in flagged for n, row in enumerate(rows)]
    both = list(zip(rows, found, strict=True))
    rewritten = [hit for row, hit in both if row.target >= 0 and row.kind not in (*CHANGED, *PARTIAL)]
    changed = [hit for row, hit in both if row.kind in CHANGED]
    wrong = sum(hit for row, hit in both if row.target < 0 and not row.kind.startswith("long"))
    right = sum(rewritten) + sum(changed)
    figures = {
        "recall_rewritten": sum(rewritten) / len(rewritten),
        "recall_changed": sum(changed) / len(changed),
        "precision": right / max(1, right + wrong),
        "seconds": seconds,
    }
    return {name: round(value, 4) for name, value in figures.items()}, found


def main(
    mmlu_: Annotated[Path | None, typer.Option("--mmlu")] = None,
    exam_: Annotated[list[Path] | None, typer.Option("--exam")] = None,
    sweep: bool = False,
    examples: int = 0,
    smoke: bool = False,
) -> None:
    """Plant, look, and print what was found by kind and language; `--examples` shows clean rows that were."""
    items = [*(mmlu(mmlu_) if mmlu_ else []), *(item for path in exam_ or [] for item in exam(path))]
    targets, rows, aside = planted((items or composed())[:: 5 if smoke else 1], random.Random(1))
    for change in SWEEP if sweep else ():
        limits = LIMITS._replace(**change)
        typer.echo(f"{tuple(limits)} {measure(targets, rows, limits)[0]}")
    figures, found = measure(targets, rows, LIMITS)
    counts: Counter[tuple[bool, str, str]] = Counter()
    hits: Counter[tuple[bool, str, str]] = Counter()
    for row, hit in zip(rows, found, strict=True):
        counts[row.target < 0, row.kind, row.language] += 1
        hits[row.target < 0, row.kind, row.language] += hit
    for key in sorted(counts):
        name = "clean" if key[0] else "copy"
        typer.echo(f"{name:5} {key[1]:25} {key[2]} {hits[key]:5} of {counts[key]:5} found")
    wrong = [
        row for row, hit in zip(rows, found, strict=True) if hit and row.target < 0 and row.kind[:4] != "long"
    ]
    for row in wrong[:examples]:
        typer.echo(f"--- {row.kind}\n{row.text}")
    sizes = {"targets": len(targets), "rows": len(rows), "set_aside": aside}
    typer.echo(to_json({"bench": "contamination_planted", "limits": LIMITS._asdict(), **sizes, **figures}))


if __name__ == "__main__":
    typer.run(main)
