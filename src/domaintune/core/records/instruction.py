"""A training row: what the model is told, given and should answer."""

from typing import Literal

from domaintune.core.frames import Record


class Turn(Record):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Instruction(Record):
    """One instruction row. Single-turn rows leave `turns` empty; conversations leave input and output empty."""

    id: str
    """content_id(task, document_id, field, input, output)."""
    task: str
    """Key in params.yaml `tasks`."""
    group: str
    """What arms name in their mixture."""
    language: str
    system: str
    instruction: str
    """The standing instruction, e.g. the study's role of a planning expert."""
    input: str
    """The question."""
    output: str
    """The answer."""
    turns: list[Turn]
    document_id: str
    category: str
    """What kind of row it is, in the words of what it comes from: the category that a set or a question names, if any;
    of a document the field, section or variant it was made from (text, title, …), empty for the whole document."""
    origin: Literal["generated", "translated", "public", "human"]
    request_id: str
    """Ledger key of the request it was made from, or keys with a space between; empty where there was none."""
    licence: str
    split: str
    native_id: str = ""
    """The id that a record of an instruction set has in its file, if any."""

    def texts(self) -> list[str]:
        """Return all texts of the row, empty ones included: system, instruction, input, output, each turn."""
        return [
            self.system,
            self.instruction,
            self.input,
            self.output,
            *(turn.content for turn in self.turns),
        ]
