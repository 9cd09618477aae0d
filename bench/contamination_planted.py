"""Precision and recall of `find_contamination` on planted copies among clean rows, by kind of rewording.

Half of the questions are targets; the others are clean rows on the same topics. Copies of targets are planted, and
near-misses: parts of a target in another question, and other questions of a target's template. `--sweep` tries other
limits. Nothing is written.
Run: `python bench/contamination_planted.py --mmlu DIR --exam FILE --alpaca FILE`; without arguments composed questions
are used.
"""

import csv
import itertools
import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rapidfuzz import fuzz, process

from domaintune.core.sections.data import Contamination
from domaintune.core.stage.files import to_json
from domaintune.science.contamination import Target, find_contamination
from domaintune.science.question_keys import part_of
from rewordings import COPIES, Item, Row, composed, families, numbered, other_units, show

LIMITS = Contamination(
    ngram=3, overlap=0.6, letter_ngram=6, jamo_ngram=10, jamo_overlap=0.6, min_chars=100, answer_chars=20
)
EACH = 60  # copies of a kind in a language
REPEAT = 70.0  # similarity from which a clean question may be a target's own repeat, and is set aside
AT_NUMBERS = ("other words at numbers", "other shares", "units in words")  # only where there are such numbers
WORDS = ("a word at the start", "a word in the middle", "a word at the end", "two words", "three words")
CHANGED = (
    "lost letters",
    "other openers",
    "one option exchanged",
    "question and right answer",
    *WORDS,
    *AT_NUMBERS,
)
PARTIAL = ("no options", "stem and a wrong option", "options only", "a word, and right answer")
SWEEP: tuple[dict[str, Any], ...] = (
    {"ngram": 2}, {"ngram": 5}, {"overlap": 0.5, "jamo_overlap": 0.5}, {"overlap": 0.75, "jamo_overlap": 0.75},
    {"letter_ngram": 4}, {"letter_ngram": 8}, {"jamo_ngram": 6}, {"jamo_ngram": 8}, {"min_chars": 60}, {"min_chars": 80},
    {"answer_chars": 10}, {"answer_chars": 30}, {"answer_chars": 40},
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
    rows = [row for file in files for row in csv.reader(file)]
    return [Item(row[0], tuple(row[1:5]), "en", "ABCD".index(row[5])) for row in rows]


def exam(path: Path) -> list[Item]:
    """Read an exam's csv with columns Question and Option 1–5, pictures left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row.get("Question_image")]
    found = [
        Item(
            row["Question"],
            tuple(v for k, v in row.items() if k.startswith("Option ") and v),
            "ko",
            int(row["Answer"]) - 1,
        )
        for row in rows
        if row["Answer"] in "1234"
    ]
    return [item for item in found if len(item.options) >= 4 and item.stem.strip()]


def alpaca(path: Path) -> list[Row]:
    """Read an instruction set as clean rows."""
    records = json.loads(path.read_text(encoding="utf-8"))
    texts = ["\n".join(filter(None, (r["instruction"], r["input"], r["output"]))) for r in records]
    return [Row("a row of an instruction set", "en", text, -1) for text in texts]


def of_families(found: list[list[Item]], rng: random.Random) -> tuple[list[Item], list[Row]]:
    """Return half of each template family as targets, and the others as clean rows with options and with an answer."""
    targets: list[Item] = []
    rows: list[Row] = []
    for family in found:
        known = {item.stem for item in family[::2]}
        targets += family[::2]
        for item in (item for item in family[1::2] if item.stem not in known):
            rows.append(Row("sibling of a template", item.language, show(item), -1))
            rows.append(
                Row("sibling with an answer", item.language, f"{item.stem}\n{rng.choice(item.options)}", -1)
            )
    return list({item.stem: item for item in targets}.values()), rows


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


def _target(name: str, item: Item) -> Target:
    answers = (item.options[item.right],) if item.known else item.options
    return Target(name, item.stem, item.options, answers)


def measure(
    targets: list[Item], rows: list[Row], limits: Contamination
) -> tuple[dict[str, float], list[bool]]:
    """Return the figures over all rows, and for each row whether it was found (a copy: as its own target)."""
    start = time.perf_counter()
    wanted = [_target(str(n), target) for n, target in enumerate(targets)]
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
    *,
    mmlu_: Annotated[Path | None, typer.Option("--mmlu")] = None,
    exam_: Annotated[list[Path] | None, typer.Option("--exam")] = None,
    alpaca_: Annotated[Path | None, typer.Option("--alpaca")] = None,
    sweep: bool = False,
    examples: int = 0,
    smoke: bool = False,
) -> None:
    """Plant, look, and print what was found by kind and language; `--examples` shows clean rows that were.

    `--smoke` takes few questions and seconds, to see that the script runs.
    """
    items = [*(mmlu(mmlu_) if mmlu_ else []), *(item for path in exam_ or [] for item in exam(path))]
    targets, rows, aside = planted(items or composed(40 if smoke else 400), random.Random(1))
    siblings, more = of_families(families(10 if smoke else 80), random.Random(2))
    targets, rows = [*targets, *siblings], [*rows, *more, *(alpaca(alpaca_) if alpaca_ else [])]
    for change in SWEEP if sweep else ():
        limits = LIMITS.model_copy(update=change)
        typer.echo(f"{tuple(limits.model_dump().values())} {measure(targets, rows, limits)[0]}")
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
    typer.echo(to_json({"bench": "contamination_planted", "limits": LIMITS.model_dump(), **sizes, **figures}))


if __name__ == "__main__":
    typer.run(main)
