"""A row as the texts it is made of, and back."""

from collections.abc import Sequence

from domaintune.core.records.instruction import Instruction


def texts_of(row: Instruction) -> list[str]:
    """Return system text, instruction, input, output and the turns, empty ones included."""
    return row.texts()


def with_texts(row: Instruction, texts: Sequence[str]) -> Instruction:
    """Return the row with other texts, in the order of `texts_of`."""
    system, instruction, input_, output, *contents = texts
    turns = [
        turn.model_copy(update={"content": content})
        for turn, content in zip(row.turns, contents, strict=True)
    ]
    return row.model_copy(
        update={
            "system": system,
            "instruction": instruction,
            "input": input_,
            "output": output,
            "turns": turns,
        }
    )
