"""Recall and precision of `find_paraphrases` on planted paraphrases and translations among near-misses and other rows.

Targets are composed questions, half of them with options, half in each language. `--questions` adds those of exams and of
MMLU, half as targets and half as clean rows (none that is 70 % similar to a target), `--rows` instruction sets as clean
rows; `--pair EN KO` plants the records of each file as translations of the other's.
Run: `python bench/semantic_planted.py`; `--smoke` takes few questions. Where the package is absent that is said.
"""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rapidfuzz import fuzz, process

from contamination_planted import LIMITS, REPEAT, exam, mmlu
from domaintune.core.models.sentence_vectors import package_encoder
from domaintune.core.sections.data import Semantic
from domaintune.core.sections.models import EMBEDDING_PACKAGE
from domaintune.science.contamination import Target
from domaintune.science.paraphrases import find_paraphrases
from domaintune.science.sentences import KOREAN_SHARE, hangul_share
from paraphrases import OPTIONS, SUBSTANCES, TEMPLATES, Question, questions
from rewordings import show

STEPS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
OTHER = {"en": "ko", "ko": "en"}
ASKED = len(TEMPLATES) - 4
"""Templates from this one on are asked by no target, but about the same substances."""


class Row(NamedTuple):
    """A training row's texts; `target` names what it asks, or is empty for a clean one."""

    kind: str
    texts: tuple[str, ...]
    target: str = ""


def planted(substances: int) -> tuple[list[Target], list[Row]]:
    """Return composed targets, and rows that ask the same or nearly the same."""
    targets, rows = [], []
    for one in questions(substances):
        own, choice = ("en", "ko")[(one.template + one.substance) % 2], one.template % 2 == 0
        if one.template >= ASKED:
            rows += [Row("another question about the substance", (one.say(language),)) for language in OTHER]
            continue
        name, options = str(one), OPTIONS[own] if choice else ()
        targets.append(Target(name, one.say(own), options))
        rows += _copies(one, own, name, choice=choice)
        far = one._replace(substance=(one.substance + substances) % len(SUBSTANCES))
        rows += _near_misses("other substance", far, own, choice=choice)
        if one.numbered:
            rows += _near_misses("other number", one._replace(number=one.number + 3), own, choice=choice)
    return targets, rows


def _copies(one: Question, own: str, name: str, *, choice: bool) -> Iterator[Row]:
    told = f"{' with options' if choice else ''}"
    for kind, language, wording in (
        (f"paraphrase, {own}", own, 1),
        (f"translation, {own}-{OTHER[own]}", OTHER[own], 0),
        (f"translation in other words, {own}-{OTHER[own]}", OTHER[own], 1),
    ):
        yield Row(kind + told, (one.say(language, wording, options=choice),), name)
        if choice:
            yield Row(f"{kind} without its options", (one.say(language, wording),), name)


def _near_misses(kind: str, one: Question, own: str, *, choice: bool) -> Iterator[Row]:
    for how, language, wording in (
        ("same words", own, 0), ("other words", own, 1), ("other language", OTHER[own], 0),
    ):  # fmt: skip
        yield Row(f"{kind}, {how}", (one.say(language, wording, options=choice),))


def _asked(record: dict[str, Any]) -> tuple[str, ...]:
    given = record.get("input") or next(iter(record.get("instances", ())), {}).get("input", "")
    return given, "\n".join(filter(None, (record["instruction"], given)))


def _records(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    return list(json.loads(text) if path.suffix == ".json" else map(json.loads, text.splitlines()))


def of_files(
    files: list[Path], clean: list[Path], pair: tuple[Path, Path] | None
) -> tuple[list[Target], list[Row]]:
    """Return questions of exams and MMLU as targets and rows, records of sets as rows, and translated ones as copies."""
    items = sorted({item for path in files for item in (mmlu(path) if path.is_dir() else exam(path))})
    random.Random(1).shuffle(items)
    asked, others = items[::2], items[1::2]
    targets = [Target(f"{n} of a file", item.stem, item.options) for n, item in enumerate(asked)]
    plain = [[" ".join([i.stem, *sorted(i.options)]) for i in half] for half in (others, asked)]
    alike = process.cdist(*plain, scorer=fuzz.ratio, score_cutoff=REPEAT).max(axis=1, initial=0) >= REPEAT
    rows = [
        Row(f"another question of the files, {shown}, {item.language}", (text,))
        for item, repeat in zip(others, alike, strict=True)
        for shown, text in (("with options", show(item)), ("without", item.stem))
        if not repeat
    ]
    rows += [Row(f"row of {path.name}", _asked(record)) for path in clean for record in _records(path)]
    for n, records in enumerate(zip(*map(_records, pair), strict=True) if pair else ()):
        texts = [_asked(record) for record in records]
        for at, way in enumerate(("en-ko", "ko-en")):
            name = f"{n} {way}"
            targets.append(Target(name, texts[at][-1], ()))
            rows.append(Row(f"translated record, {way}", texts[1 - at], name))
    return targets, rows


def main(
    questions_: Annotated[list[Path] | None, typer.Option("--questions")] = None,
    rows_: Annotated[list[Path] | None, typer.Option("--rows")] = None,
    pair: Annotated[tuple[Path, Path] | None, typer.Option()] = None,
    examples: int = 0,
    *,
    smoke: bool = False,
) -> None:
    """Plant, look once, and print what each limit finds; `--examples` shows clean rows that were found."""
    try:
        encode = cache(package_encoder("bench", version(EMBEDDING_PACKAGE), 1))
    except PackageNotFoundError as error:
        print(f"skipped: {error}; 0 rows tried")
        return
    targets, rows = planted(1 if smoke else 8)
    more, others = of_files(questions_ or [], rows_ or [], pair)
    targets, rows = [*targets, *more], [*rows, *others]
    semantic = Semantic(
        model=EMBEDDING_PACKAGE,
        revision=version(EMBEDDING_PACKAGE),
        similarity=STEPS[0],
        across_languages=STEPS[0],
    )
    start = time.perf_counter()
    hits = find_paraphrases(
        [row.texts for row in rows], targets, encode, LIMITS.model_copy(update={"semantic": semantic})
    )
    best: defaultdict[tuple[int, bool], float] = defaultdict(float)
    wrong: dict[float, str] = {}
    texts = {target.id: target.question for target in targets}
    for hit in hits:
        row, asked = rows[hit.row], texts[hit.target_id]
        across = _korean(row.texts[-1]) != _korean(asked)
        if row.target in (hit.target_id, ""):
            best[hit.row, across] = max(best[hit.row, across], hit.score)
        if not row.target:
            wrong[hit.score] = f"{hit.score:.3f} {row.kind}: {row.texts[-1][:200]!r} / {asked[:200]!r}"
    for across in (False, True):
        table(rows, {n: best[n, across] for n in range(len(rows))}, across=across)
    for score in sorted(wrong, reverse=True)[:examples]:
        print(wrong[score])
    print(f"{len(rows)} rows against {len(targets)} targets in {time.perf_counter() - start:.1f} s")


def _korean(text: str) -> bool:
    return hangul_share(text) >= KOREAN_SHARE


def table(rows: list[Row], best: dict[int, float], *, across: bool) -> None:
    """Print the rows found from each limit on, by kind, with recall and precision of all."""
    title = "two languages" if across else "one language"
    print(
        f"{title + ', found from a similarity of':57}       n " + " ".join(f"{step:5.2f}" for step in STEPS)
    )
    shown = [n for n, row in enumerate(rows) if not row.target or row.kind.startswith("transl") == across]
    counts = Counter((not rows[n].target, rows[n].kind) for n in shown)
    for clean, kind in sorted(counts):
        own = [best[n] for n in shown if rows[n].kind == kind]
        found = " ".join(f"{sum(value >= step for value in own):5}" for step in STEPS)
        print(f"{'clean' if clean else 'copy':5} {kind:55} {len(own):5} {found}")
    copies, clean_rows = ([best[n] for n in shown if bool(rows[n].target) == own] for own in (True, False))
    for step in STEPS:
        right, false = (sum(value >= step for value in part) for part in (copies, clean_rows))
        print(
            f"from {step:.2f}: recall {right / len(copies):.3f}, precision {right / max(1, right + false):.3f}"
        )


if __name__ == "__main__":
    typer.run(main)
