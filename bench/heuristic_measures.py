"""What the surface measures tell apart: each answer as it is, beside another row's answer, and cut in half.

Reads an Alpaca file, or Korean dialogues in plain text (`--dialogues`). Nothing is written.
Run: `python bench/heuristic_measures.py FILE [--dialogues]`; `--smoke` reads three composed rows instead.
"""

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from domaintune.core.sections.sources import InstructionFilters, InstructionSource
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw_instruction import Draft, Example
from domaintune.ingest.reading import read_examples
from domaintune.science.heuristic_measures import MEASURES, format_faults, heuristic_measures

OFF = InstructionFilters(
    empty_output=False, min_chars=0, min_chars_of="row", output_equals_input=False, refusals=False,
    wrong_language="none", duplicate_instruction=False,
)  # fmt: skip
LIMITS = Ingest(min_chars=1, max_chars=1_000_000, max_reject_fraction=1.0)

SMOKE = [
    {
        "instruction": f"What is the {part} for?",
        "input": f"The {part} {use}.",
        "output": f"The {part} {use}, as told.",
    }
    for part, use in (
        ("pump", "moves 3 L of water"),
        ("valve", "keeps air out"),
        ("lamp", "warms the 20 mm cell"),
    )
]


class Row(NamedTuple):
    """What was asked, the input it is about, and an answer."""

    asked: str
    document: str
    answer: str


def main(
    file: Annotated[Path | None, typer.Argument()] = None,
    dialogues: Annotated[bool, typer.Option(help="Korean dialogues in plain text, not Alpaca.")] = False,
    smoke: bool = False,
) -> None:
    """Print the mean of each measure, and how many answers fail each check of format."""
    if file is None and not smoke:
        raise typer.BadParameter("name a file, or --smoke")
    with tempfile.TemporaryDirectory() as folder:
        composed = Path(folder) / "composed.json"
        composed.write_text(json.dumps(SMOKE), encoding="utf-8")
        _show(file or composed, dialogues)


def _show(file: Path, dialogues: bool) -> None:
    source = InstructionSource(
        path=file.as_posix(), kind="instructions", format="dialogues" if dialogues else "alpaca",
        languages=["ko" if dialogues else "en"], licence="unknown", origin="public", filters=OFF,
    )  # fmt: skip
    rows = list(_rows(read_examples(file, source, LIMITS)))
    others = [row.answer for row in rows]
    random.Random(1).shuffle(others)
    halves = [row.answer[: len(row.answer) // 2] for row in rows]
    language = source.languages[0]
    print(f"{len(rows)} answers, {language}")
    for name, answers in (
        ("as it is", [row.answer for row in rows]),
        ("another row's", others),
        ("cut in half", halves),
    ):
        print(f"{name:14} {_means(rows, answers, language)}; {_faults(answers, language)}")


def _rows(examples: Iterable[object]) -> Iterable[Row]:
    for example in examples:
        if isinstance(example, Example) and isinstance(draft := example.draft, Draft):
            if draft.turns:
                said = [turn.content for turn in draft.turns if turn.role != "system"]
                yield from (Row(q, "", a) for q, a in zip(said[::2], said[1::2], strict=True))
            else:
                yield Row(draft.instruction, draft.input, draft.output)


def _means(rows: Sequence[Row], answers: Sequence[str], language: str) -> str:
    found = [
        heuristic_measures(answer, asked=row.asked, document=row.document, language=language)
        for row, answer in zip(rows, answers, strict=True)
    ]
    parts = []
    for name in MEASURES:
        own = [one[name] for one in found if name in one]
        parts.append(f"{name} {sum(own) / len(own):.3f} (n = {len(own)})" if own else f"{name} –")
    return ", ".join(parts)


def _faults(answers: Sequence[str], language: str) -> str:
    counts = Counter(fault for answer in answers for fault in format_faults(answer, language))
    return "faults: " + (", ".join(f"{name} {n}" for name, n in counts.most_common()) or "none")


if __name__ == "__main__":
    typer.run(main)
