"""Rows whose tokens are the letters of their output, the first of them the prompt's, and arms that choose among them."""

from collections.abc import Mapping, Sequence
from typing import Any

from records import blank

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered
from domaintune.core.sections.arms import Mixture
from domaintune.mix.mixing import Mixed, mix_rows

CUTOFF = 40


def row(name: str, tokens: int = 2, **fields: object) -> Instruction:
    values = {
        "task": "t", "group": "g", "language": "en", "instruction": "Plan.", "input": "Why?", "output": "x" * tokens,
        "document_id": "d", "origin": "public", "licence": "Apache-2.0", "split": "train", **fields,
    }  # fmt: skip
    return blank(Instruction, id=name, **values)


def many(task: str, n: int, **fields: object) -> list[Instruction]:
    return [row(f"{task}{at:03d}", task=task, **fields) for at in range(n)]


def rendered(instruction: Instruction) -> Rendered | Refused:
    if instruction.input == "bad":
        return Refused("conversation", "no")
    size = len(instruction.output)
    return Rendered(instruction.output, list(range(size)), [at > 0 for at in range(size)])


def mixture(
    rows: str = "all", use: str | None = None, caps: Any = None, weights: Any = None, **grades: Any
) -> Mixture:
    """What an arm with grades is trained on."""
    asked = {"grading": "g", "by": "mean", "use": use, **grades} if use else None
    own = {"groups": ["g"], "rows": rows, "grades": asked, "caps": caps or {}, "weights": weights or {}}
    return Mixture.model_validate(own)


def mix(rows: Sequence[Instruction], cutoff: int = CUTOFF, **fields: Any) -> Mixed:
    """Mix for an arm without grades."""
    if fields.get("languages"):
        fields = {"balance": "rows", "tolerance": 0.5} | fields
    return mix_rows(rows, Mixture(groups=["g"], **fields), rendered, cutoff, {})


def mixed(rows: Sequence[Instruction], values: Mapping[str, float], asked: Mixture) -> Mixed:
    return mix_rows(rows, asked, rendered, CUTOFF, values)


def ids(found: Mixed) -> list[str]:
    return [one.id for one, _ in found.rows]


def tokens(found: Mixed) -> int:
    return sum(len(done.input_ids) for _, done in found.rows)
