"""An arm's answer to a question."""

from domaintune.core.frames import Record


class Answer(Record):
    """One answer."""

    arm: str
    question_id: str
    text: str
    tokens: int
    """Number of generated tokens, the end token not counted."""
    finished: bool
    """False where max_new_tokens cut the answer."""
