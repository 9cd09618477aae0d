"""Precision and recall of `find_contamination` on planted copies among clean rows, by kind of rewording.

Half of the questions are targets; the others are clean rows on the same topics. Copies of targets are planted, and
near-misses: parts of a target in another question. `--sweep` tries other limits. Nothing is written.
Run: `python bench/contamination_planted.py --mmlu DIR --exam FILE`; without arguments composed questions are used.
"""

import csv
import html
import itertools
import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rapidfuzz import fuzz, process

from domaintune.core.stage.files import to_json
from domaintune.science.contamination import Limits, Target, find_contamination
from domaintune.science.question_keys import part_of

LIMITS = Limits(ngram=3, overlap=0.6, jamo_ngram=10, jamo_overlap=0.6, min_chars=100)
EACH = 60  # copies of a kind in a language
REPEAT = 70.0  # similarity from which a clean question may be a target's own repeat, and is set aside
KO = {
    "openers": (
        ("다음 중", "아래에서"),
        ("옳은 것은", "맞는 것은"),
        ("틀린 것은", "잘못된 것은"),
        ("아닌 것은", "해당하지 않는 것은"),
    )
}
EN = {
    "openers": (
        ("Which of the following", "Which one of these"),
        ("What is", "Give"),
        ("A ", "One "),
        (" the ", " "),
    )
}


class Item(NamedTuple):
    """A question and its options; `language` is ko or en."""

    stem: str
    options: tuple[str, ...]
    language: str


class Row(NamedTuple):
    """A training row; `target` is what it copies, or -1 for a clean one."""

    kind: str
    language: str
    text: str
    target: int


def show(item: Item, labels: Sequence[str] = ()) -> str:
    """Return a question as training rows show it."""
    labels = labels or (
        ["①", "②", "③", "④", "⑤"] if item.language == "ko" else ["A. ", "B. ", "C. ", "D. ", "E. "]
    )
    return item.stem + "\n" + "\n".join(a + b for a, b in zip(labels, item.options, strict=False))


def shuffled(item: Item, rng: random.Random) -> Item:
    """Return the question with its options in another order."""
    return item._replace(options=tuple(rng.sample(item.options, len(item.options))))


def spaced(text: str, rng: random.Random) -> str:
    """Drop some spaces, double others, break lines."""
    return "".join(rng.choice(["", " ", "  ", "\r\n"]) if c == " " else c for c in text)


def punctuated(text: str, rng: random.Random) -> str:
    """Drop or change marks between words; decimals stay."""
    return re.sub(r"(?<!\d)[.,:;?!'\"](?!\d)", lambda _: rng.choice(["", " ", "…", " -"]), text)


def entities(text: str, rng: random.Random) -> str:
    """Write some characters as HTML entities, spaces as &nbsp; and lines as <br>."""
    text = html.escape(text).replace("\n", "<br>\n")
    return "".join("&nbsp;" if c == " " and rng.random() < 0.3 else c for c in text).replace("②", "&#9313;")


def wide(text: str) -> str:
    """Write ASCII in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c not in "$&<>" else c for c in text)


def mistyped(text: str, rng: random.Random) -> str:
    """Lose a letter in every sixty."""
    return "".join(c for c in text if not (c.isalpha() and rng.random() < 1 / 60))


def reworded(item: Item) -> str:
    """Change common words of the stem."""
    stem = item.stem
    for old, new in (KO if item.language == "ko" else EN)["openers"]:
        stem = stem.replace(old, new)
    return show(item._replace(stem=stem))


def replaced(item: Item, rng: random.Random, other: Item) -> str:
    """Exchange one option."""
    options = list(item.options)
    options[rng.randrange(len(options))] = other.options[0]
    return show(item._replace(options=tuple(options)))


def embedded(item: Item, rng: random.Random, other: Item) -> str:
    """Put the question in the middle of a longer training row."""
    head = (
        "### Instruction\nWork through the exercise and give the answer as JSON."
        if item.language == "en"
        else "### 지시\n문제를 풀고 답을 JSON으로 쓰시오."
    )
    return f"{head}\n\n{show(other)}\n\nQ. {show(shuffled(item, rng))}\n\n### Response\n{{'Answer': '{item.options[0]}', 'Explanation': '{other.stem}'}}"


COPIES: dict[str, Callable[[Item, random.Random, Item], str]] = {
    "verbatim": lambda i, _, __: show(i),
    "punctuation": lambda i, r, _: punctuated(show(i), r),
    "spacing": lambda i, r, _: spaced(show(i), r),
    "option order": lambda i, r, _: show(shuffled(i, r)),
    "other labels": lambda i, r, _: show(i, r.choice(["12345", ["1) ", "2) ", "3) ", "4) ", "5) "], ["(A) ", "(B) ", "(C) ", "(D) ", "(E) "], ["가. ", "나. ", "다. ", "라. ", "마. "]][1:])),
    "decomposed (NFD)": lambda i, _, __: unicodedata.normalize("NFD", show(i)),
    "full width": lambda i, _, __: wide(show(i)),
    "HTML": lambda i, r, _: entities(show(i), r),
    "upper case": lambda i, _, __: show(i).upper(),
    "in a longer row": embedded,
    "all of these": lambda i, r, _: entities(spaced(punctuated(wide(show(shuffled(i, r), ["1) ", "2) ", "3) ", "4) ", "5) "])), r), r), r),
    "lost letters": lambda i, r, _: mistyped(show(i), r),
    "other openers": lambda i, _, __: reworded(i),
    "one option exchanged": replaced,
    "no options": lambda i, _, __: i.stem,
    "stem and one option": lambda i, r, _: f"Q: {i.stem}\nA: {r.choice(i.options)}",
    "options only": lambda i, _, __: " / ".join(i.options),
}  # fmt: skip
HARD = (
    "lost letters",
    "other openers",
    "one option exchanged",
    "no options",
    "stem and one option",
    "options only",
)


def numbered(item: Item, rng: random.Random) -> Item | None:
    """Return another exercise: the same words with other numbers; None where there are none."""
    stem = re.sub(
        r"(?<![A-Za-z_$\d.])\d+(?=[\s.,%]|[a-zA-Z가-힣℃°])",
        lambda m: str(int(m[0]) + rng.randint(1, 9)),
        item.stem,
    )
    return None if stem == item.stem else item._replace(stem=stem)


def near_misses(items: Sequence[Item], others: Sequence[Item], rng: random.Random) -> list[Row]:
    """Return clean rows that share a part with a target."""
    rows = []
    for item in items:
        other = rng.choice(
            [o for o in rng.sample(others, min(len(others), 200)) if o.language == item.language]
        )
        length = "long" if len(part_of(item.stem).jamo) >= LIMITS.min_chars else "short"
        rows.append(
            Row(
                f"{length} stem, other options", item.language, show(item._replace(options=other.options)), -1
            )
        )
        rows.append(
            Row("other stem, same options", item.language, show(other._replace(options=item.options)), -1)
        )
        rows.append(
            Row(
                "same words, other order",
                item.language,
                " ".join(rng.sample(show(item).split(), len(show(item).split()))),
                -1,
            )
        )
        if changed := numbered(item, rng):
            rows.append(Row("other numbers in the stem", item.language, show(changed), -1))
    return rows


def mmlu(folder: Path) -> list[Item]:
    """Read MMLU's csv files: question, four options, answer."""
    rows = [
        row
        for path in sorted(folder.rglob("*.csv"))
        for row in csv.reader(path.open(encoding="utf-8", newline=""))
    ]
    return [Item(row[0], tuple(row[1:5]), "en") for row in rows]


def exam(path: Path) -> list[Item]:
    """Read an exam's csv with columns Question and Option 1–5, pictures left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row.get("Question_image")]
    found = [
        Item(row["Question"], tuple(v for k, v in row.items() if k.startswith("Option ") and v), "ko")
        for row in rows
    ]
    return [item for item in found if len(item.options) >= 4 and item.stem.strip()]


def composed(count: int = 400) -> list[Item]:
    """Return composed questions in both languages, in short stems, long stems and exercises with numbers."""
    rng = random.Random(3)
    en = [
        f"{a} {b}"
        for a in ("sodium", "lithium", "calcium", "zinc", "iron", "copper")
        for b in ("chloride", "nitrate", "sulfate", "oxide")
    ]
    ko = [
        f"{b}{a}"
        for a in ("나트륨", "리튬", "칼슘", "아연", "철", "구리")
        for b in ("염화", "질산", "황산", "산화")
    ]
    forms = {
        "en": ("Which of the following dissolves best in water near {n} degrees?", "Which salt is wrong here?", "A beaker holds {n} grams of {x} and {m} millilitres of water; after stirring for an hour, which of these salts, added in the same amount, lowers the freezing point most?"),
        "ko": ("다음 중 {n}도에서 물에 가장 잘 녹는 것은?", "다음 중 옳지 않은 것은?", "비커에 {x} {n}그램과 물 {m}밀리리터를 넣고 한 시간 저은 뒤 같은 양을 더할 때 어는점을 가장 많이 낮추는 염은 어느 것인가?"),
    }  # fmt: skip
    return [
        Item(rng.choice(forms[language]).format(n=rng.randint(5, 95), m=rng.randint(100, 900), x=rng.choice(names)), tuple(rng.sample(names, 4)), language)
        for language, names in (("en", en), ("ko", ko)) for _ in range(count)
    ]  # fmt: skip


def planted(items: list[Item], rng: random.Random) -> tuple[list[Item], list[Row], int]:
    """Return targets, rows in random order, and how many repeats of targets were set aside."""
    items = sorted(set(items))
    rng.shuffle(items)
    targets, others = items[::2], items[1::2]
    plain = [[" ".join([i.stem, *sorted(i.options)]) for i in half] for half in (others, targets)]
    alike = process.cdist(*plain, scorer=fuzz.ratio, score_cutoff=REPEAT, workers=2).max(axis=1) >= REPEAT
    clean = [item for item, repeat in zip(others, alike, strict=True) if not repeat]
    rows = [Row("another question", item.language, show(item), -1) for item in clean]
    rows += near_misses(targets, clean, rng)
    for kind, language in itertools.product(COPIES, ("ko", "en")):
        known = [n for n, item in enumerate(targets) if item.language == language]
        for n in rng.sample(known, min(EACH, len(known))):
            other = rng.choice(
                [item for item in rng.sample(clean, min(50, len(clean))) if item.language == language]
            )
            rows.append(Row(kind, language, COPIES[kind](targets[n], rng, other), n))
    rng.shuffle(rows)
    return targets, rows, int(alike.sum())


def measure(
    targets: list[Item], rows: list[Row], limits: Limits
) -> tuple[dict[str, float], list[tuple[Row, bool]]]:
    """Return the figures over all rows, and for each row whether it was found (a copy: as its own target)."""
    start = time.perf_counter()
    hits = find_contamination(
        [r.text for r in rows], [Target(str(n), t.stem, t.options) for n, t in enumerate(targets)], limits
    )
    seconds = time.perf_counter() - start
    flagged, pairs = {hit.row for hit in hits}, {(hit.row, int(hit.target_id)) for hit in hits}
    found = [
        (row, (n, row.target) in pairs if row.target >= 0 else n in flagged) for n, row in enumerate(rows)
    ]
    same = [hit for row, hit in found if row.target >= 0 and row.kind not in HARD]
    hard = [hit for row, hit in found if row.kind in HARD and row.kind != "options only"]
    wrong = sum(hit for row, hit in found if row.target < 0 and not row.kind.startswith("long"))
    right = sum(same) + sum(hard)
    return {
        "recall": sum(same) / len(same),
        "recall_hard": sum(hard) / len(hard),
        "precision": right / max(1, right + wrong),
        "seconds": seconds,
    }, found


def main(
    mmlu_: Annotated[Path | None, typer.Option("--mmlu")] = None,
    exam_: Annotated[list[Path] | None, typer.Option("--exam")] = None,
    sweep: bool = False,
    examples: int = 0,
) -> None:
    """Plant, look, and print what was found by kind and language."""
    items = (mmlu(mmlu_) if mmlu_ else []) + [
        item for path in exam_ or [] for item in exam(path)
    ] or composed()
    targets, rows, aside = planted(items, random.Random(1))
    if sweep:
        for ngram, overlap, jamo, jamo_overlap, chars in itertools.product(
            (2, 3, 5), (0.5, 0.6, 0.75), (4, 6, 10), (0.5, 0.6, 0.75), (60, 100)
        ):
            limits = Limits(ngram, overlap, jamo, jamo_overlap, chars)
            typer.echo(f"{limits} { {k: round(v, 4) for k, v in measure(targets, rows, limits)[0].items()} }")
        return
    figures, found = measure(targets, rows, LIMITS)
    counts, hits = (
        Counter((r.target < 0, r.kind, r.language) for r, _ in found),
        Counter((r.target < 0, r.kind, r.language) for r, hit in found if hit),
    )
    for key in sorted(counts):
        typer.echo(
            f"{'clean ' if key[0] else 'copy  '} {key[1]:28} {key[2]} {hits[key]:5} of {counts[key]:5} found"
        )
    for row, _ in [
        (row, hit) for row, hit in found if hit and row.target < 0 and not row.kind.startswith("long")
    ][:examples]:
        typer.echo(f"--- {row.kind}\n{row.text}")
    named = {key: round(value, 4) for key, value in figures.items()}
    typer.echo(
        to_json(
            {
                "bench": "contamination_planted",
                "limits": LIMITS._asdict(),
                "targets": len(targets),
                "rows": len(rows),
                "set_aside": aside,
                **named,
            }
        )
    )


if __name__ == "__main__":
    typer.run(main)
