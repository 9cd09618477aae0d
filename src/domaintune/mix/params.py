"""`mix`: how rows are rendered for training."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class Mix(Params):
    """How rows become tokens."""

    section: ClassVar[str] = "mix"
    template: Literal["auto", "alpaca", "alpaca_ko", "chat"]
    """Prompt format; answering uses the same one. auto: the model's own chat template where it has one, else Alpaca.
    alpaca_ko: the Alpaca prompt with the Korean header that published Korean models were trained on."""
    context: Literal["none", "document"]
    """document: the text of a row's document stands behind its question, as `answer.questions.context` puts it."""
    cutoff: int = Field(gt=0)
    """Longest row in tokens, prompt, answer and end token together; longer rows are rejected, never cut."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Share of rows that may be rejected before the run stops."""
