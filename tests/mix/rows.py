"""Rows whose tokens are the letters of their output, and arms that choose among them by grade."""

from collections.abc import Mapping, Sequence
from typing import Any

from records import blank

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered
from domaintune.core.sections.arms import Mixture
from domaintune.mix.mixing import Mixed, mix_rows

CUTOFF = 40


def row(name: str, tokens: int = 1, **fields: object) -> Instruction:
    values = {
        "task": "t", "group": "g", "language": "en", "instruction": "Plan.", "input": "Why?", "output": "x" * tokens,
        "document_id": "d", "origin": "public", "licence": "Apache-2.0", "split": "train", **fields,
    }  # fmt: skip
    return blank(Instruction, id=name, **values)


def rendered(instruction: Instruction) -> Rendered | Refused:
    size = len(instruction.output)
    return Rendered(instruction.output, list(range(size)), [True] * size, 0)


def mixture(rows: str = "all", caps: Any = None, weights: Any = None, **grades: Any) -> Mixture:
    asked = {"grading": "g", "by": "mean", **grades}
    return Mixture.model_validate(
        {"groups": ["g"], "rows": rows, "grades": asked, "caps": caps or {}, "weights": weights or {}}
    )


def mixed(rows: Sequence[Instruction], values: Mapping[str, float], asked: Mixture) -> Mixed:
    return mix_rows(rows, asked, rendered, CUTOFF, values)


def ids(found: Mixed) -> list[str]:
    return [one.id for one, _ in found.rows]


def tokens(found: Mixed) -> int:
    return sum(len(done.input_ids) for _, done in found.rows)
